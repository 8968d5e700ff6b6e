import { routingCalls } from '@tonle/contracts';
import type { ServiceCalls } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { CopySpan, LedgerCopyStore } from './ledger-copy.store.js';
import { proofDifference } from './transfer-proof.decide.js';

const HOUR_MS = 3_600_000;

/** Copies once more what of a span is not as in routing: its hours that differ, and no others. */
export class CopyRepair {
  constructor(
    private readonly database: Database,
    private readonly calls: ServiceCalls,
    private readonly copies: LedgerCopyStore,
  ) {}

  /** How the copy of a span differs from routing; undefined when it does not, or nobody can say yet. */
  async differenceOf(span: CopySpan): Promise<string | undefined> {
    const { proof: original } = await this.calls.call(routingCalls.proveTransfers, spanText(span));
    if (original === undefined) return undefined;
    return proofDifference(await this.copies.proof(this.database, span), original);
  }

  /** Rejects when routing cannot be asked: what was done stays, and it is done again. */
  async repair(span: CopySpan): Promise<void> {
    if (span.untilMs - span.fromMs <= HOUR_MS) return this.copyAgain(span);
    for (const hour of hoursOf(span))
      if ((await this.differenceOf(hour)) !== undefined) await this.copyAgain(hour);
  }

  private async copyAgain({ fromMs, untilMs }: CopySpan): Promise<void> {
    for (let nextMs = fromMs; nextMs < untilMs;) {
      const { from } = spanText({ fromMs: nextMs, untilMs });
      const { slice } = await this.calls.call(routingCalls.transfers, { from, spanMs: untilMs - nextMs });
      if (slice === undefined) return;
      const endMs = Date.parse(slice.until);
      const whole = { ...slice, fromMs: nextMs, untilMs: endMs };
      await this.database.transaction((transaction) => this.copies.replace(transaction, whole));
      nextMs = endMs;
    }
  }
}

function hoursOf({ fromMs, untilMs }: CopySpan): CopySpan[] {
  const hours: CopySpan[] = [];
  for (let nextMs = fromMs; nextMs < untilMs;) {
    const endMs = Math.min(untilMs, nextMs - (nextMs % HOUR_MS) + HOUR_MS);
    hours.push({ fromMs: nextMs, untilMs: endMs });
    nextMs = endMs;
  }
  return hours;
}

const spanText = ({ fromMs, untilMs }: CopySpan) => ({
  from: new Date(fromMs).toISOString(),
  until: new Date(untilMs).toISOString(),
});
