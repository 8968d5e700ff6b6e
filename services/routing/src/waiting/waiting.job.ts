import { fxCalls } from '@tonle/contracts';
import type { PartnerHealth } from '@tonle/door';
import type { Platform } from '@tonle/platform';
import type { CurrentDirectory } from '../directory/current-directory.js';
import type { PaymentCommit } from '../payment/payment-commit.js';
import type { PaymentMetrics } from '../payment/payment-metrics.js';
import type { PaymentStore } from '../payment/payment.store.js';
import { releaseOf } from './waiting.decide.js';
import type { WaitingLine, WaitingStore } from './waiting.store.js';

/** As many as one commit takes. */
const RELEASED_MAX = 500;

export interface WaitingParts {
  readonly commit: PaymentCommit;
  readonly payments: PaymentStore;
  readonly waiting: WaitingStore;
  readonly metrics: PaymentMetrics;
  readonly directory: CurrentDirectory;
  readonly health: Pick<PartnerHealth, 'of'>;
}

/** Lets payments go on that wait for a network, by and by when it is back; those whose time runs out the clock ends. */
export class WaitingJob {
  private readonly gauge;
  private readonly startedAt: number;
  private shown: readonly string[] = [];

  constructor(
    private readonly platform: Pick<Platform, 'calls' | 'clock' | 'database' | 'shared' | 'telemetry'>,
    private readonly parts: WaitingParts,
    /** This process's own watch. */
    private readonly watchMs: () => number = () => performance.now(),
  ) {
    this.startedAt = watchMs();
    this.gauge = platform.telemetry.gauge(
      'tonle_routing_waiting_payments',
      'Payments that wait, undebited, for a network that does not answer',
      ['corridor', 'direction'],
    );
  }

  readonly run = async (): Promise<void> => {
    const lines = await this.parts.waiting.lines(this.platform.database);
    this.show(lines);
    for (const line of lines) await this.release(line);
  };

  private async release(line: WaitingLine): Promise<void> {
    const { commit, payments, metrics } = this.parts;
    const ids = await this.chosen(line);
    if (ids.length === 0) return;
    const { quotes } = await this.platform.calls.call(fxCalls.quotesById, {
      quoteIds: [...new Set(ids.map(({ quoteId }) => quoteId))],
    });
    const byId = new Map(quotes.map((quote) => [quote.quoteId, quote]));
    const asked = ids.map(({ id }) => id);
    const batch = await commit.run(
      (transaction) => payments.lock(transaction, asked),
      {},
      (made) => {
        for (const { id, quoteId } of ids)
          made.broughtBy(id, 'clock', () => made.goOn(id, byId.get(quoteId)));
        return made;
      },
    );
    metrics.committed(batch, 0);
  }

  /** Over all instances as many as may; without shared state each counts alone. */
  private async chosen(line: WaitingLine): Promise<{ readonly id: string; readonly quoteId: string }[]> {
    const { directory, health, waiting } = this.parts;
    const { clock, database, shared } = this.platform;
    const corridor = directory.get().corridorIncludingEnded(line.corridor);
    if (corridor === undefined) return [];
    const at = { nowMs: clock.now(), startedAgoMs: this.watchMs() - this.startedAt };
    const release = releaseOf(health.of(corridor, line.direction), line.payments, at);
    if (release === undefined) return [];
    const { perSecond, most } = release;
    const bucket = { size: 1, perSecond };
    const key = `waiting:${line.corridor}:${line.direction}:${perSecond}`;
    const spent = await shared.spend(key, { cost: 1 }, bucket);
    if (spent?.taken === false) return [];
    return waiting.first(database, line, Math.min(most, RELEASED_MAX), at.nowMs);
  }

  private show(lines: readonly WaitingLine[]): void {
    for (const gone of this.shown) {
      const [corridor = '', direction = ''] = gone.split(' ');
      this.gauge.set({ corridor, direction }, 0);
    }
    for (const { corridor, direction, payments } of lines) this.gauge.set({ corridor, direction }, payments);
    this.shown = lines.map(({ corridor, direction }) => `${corridor} ${direction}`);
  }
}
