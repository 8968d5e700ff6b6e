import { routingCalls, type PaymentBreak } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import { byHalves, type ServiceCalls } from '@tonle/messaging';
import { minorText } from '@tonle/money';
import type { Database } from '@tonle/persistence';
import type { Telemetry } from '@tonle/telemetry';
import {
  insertPaymentBreaks,
  openBreakCounts,
  type BreakLabels,
  type PlacedBreak,
} from './payment-break.store.js';

const MINUTE_MS = 60_000;

/**
 * Takes over what routing found contradictory about payments, so that all differences are listed, owned and ended in one
 * place; routing tells each until it hears that it was taken. Tells how many breaks are open.
 */
export class PaymentBreakJob {
  private readonly open;
  private readonly told = new Map<string, BreakLabels>();

  constructor(
    private readonly database: Database,
    private readonly calls: ServiceCalls,
    private readonly directory: Directory,
    private readonly telemetry: Telemetry,
  ) {
    this.open = telemetry.gauge('tonle_breaks_open', 'Differences with partners that nobody has ended', [
      'type',
      'severity',
      'partner',
    ]);
  }

  readonly run = async (): Promise<void> => {
    for (let taken: readonly string[] = []; ;) {
      const { breaks } = await this.calls.call(routingCalls.breaks, { taken });
      taken = await this.take(breaks.flatMap((each) => this.place(each) ?? []));
      // One whose corridor has not arrived here, or that cannot be kept, is told again next time.
      if (taken.length === 0) break;
    }
    await this.count();
  };

  private async take(placed: readonly PlacedBreak[]): Promise<string[]> {
    const taken: string[] = [];
    const keep = async (part: readonly PlacedBreak[]) => {
      await this.database.transaction((transaction) => insertPaymentBreaks(transaction, part));
      taken.push(...part.map(({ breakId }) => breakId));
    };
    await byHalves(placed, keep, ({ breakId, paymentId }, cause) =>
      this.telemetry.log.error({ err: cause, breakId, paymentId }, 'a break cannot be kept'),
    );
    return taken;
  }

  /** At which network, in which currency and on which of its days; undefined while its corridor is not known here. */
  private place(found: PaymentBreak): PlacedBreak | undefined {
    const corridor = this.directory
      .corridorsIncludingEnded()
      .find(({ corridorId }) => corridorId === found.corridor);
    if (corridor === undefined) return undefined;
    const isSource = found.leg === 'debit' || found.leg === 'reversal';
    const isHome = (found.direction === 'outbound') === isSource;
    const { participant, calendar } = isHome ? corridor.home : corridor.partner;
    const ours = isSource ? found.source : found.target;
    const openedAt = new Date(found.openedAt);
    const local = new Date(openedAt.getTime() + calendar.utcOffsetMinutes * MINUTE_MS);
    return {
      ...found,
      openedAt,
      partner: participant,
      currency: ours.currency,
      day: local.toISOString().slice(0, 10),
      key: `${found.paymentId}:${found.leg}`,
      ourMinor: ours.minor,
      theirMinor: found.told?.currency === ours.currency ? found.told.minor : null,
      detail: otherCurrency(found, ours.currency),
    };
  }

  private async count(): Promise<void> {
    for (const labels of this.told.values()) this.open.set(labels, 0);
    for (const { open, ...labels } of await openBreakCounts(this.database)) {
      this.told.set(JSON.stringify(labels), labels);
      this.open.set(labels, open);
    }
  }
}

/** An amount of another currency stands in no column, so it is said in words. */
function otherCurrency({ detail, told }: PaymentBreak, currency: string): string {
  if (told === undefined || told.currency === currency) return detail;
  return `${detail}; the network says ${minorText(BigInt(told.minor), told.currency)}`;
}
