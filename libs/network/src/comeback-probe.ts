import type { Clock } from '@tonle/platform';
import type { Database } from '@tonle/persistence';
import type { Telemetry } from '@tonle/telemetry';
import type { CircuitBreaker } from './breaker.js';
import { insertEvidence } from '@tonle/door';
import type { LegCarrier, OpenLeg } from './leg.js';
import { noteHealth } from './leg-sender.js';

const PROBE_EVERY_MS = 5_000;

export interface ComebackProbeOptions {
  readonly carrier: Pick<LegCarrier, 'enquire'>;
  readonly database: Database;
  readonly sends: CircuitBreaker;
  readonly asks: CircuitBreaker;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Key of a leg that the partner did not answer. */
  readonly unanswered: () => string | undefined;
  readonly find: (legKey: string) => Promise<OpenLeg | undefined>;
}

/**
 * While nothing is sent, and so no leg may be due to be asked about, one question every few seconds about the last leg that was not
 * answered shows whether the partner is back, at nobody's cost: a payment that tried it would be debited first.
 */
export class ComebackProbe {
  private probedAt = Number.NEGATIVE_INFINITY;
  private isAsking = false;

  constructor(private readonly options: ComebackProbeOptions) {}

  /** Asks when it is time, and does not wait for the answer. */
  round(): void {
    const { sends, clock, telemetry } = this.options;
    const now = clock.now();
    const isEarly = this.probedAt <= now && now - this.probedAt < PROBE_EVERY_MS;
    if (sends.healthy || isEarly || this.isAsking) return;
    this.probedAt = now;
    this.isAsking = true;
    void this.ask()
      .catch((error: unknown) =>
        telemetry.log.warn({ err: error }, 'whether the partner is back was not asked'),
      )
      .finally(() => (this.isAsking = false));
  }

  private async ask(): Promise<void> {
    const { carrier, database, sends, asks, unanswered, find } = this.options;
    const legKey = unanswered();
    const leg = legKey === undefined ? undefined : await find(legKey);
    const [answered] = leg === undefined ? [] : await carrier.enquire([leg]);
    if (answered === undefined) return;
    await insertEvidence(database, answered.evidence);
    if (noteHealth(asks, answered.answer)) sends.hope();
  }
}
