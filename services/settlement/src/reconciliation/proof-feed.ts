import {
  adapterCalls,
  BREAK_SEVERITY,
  counted,
  paymentIdOfLegKey,
  type StatementProof,
} from '@tonle/contracts';
import type { ServiceCalls } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { Clock, Random } from '@tonle/platform';
import { endOfDay, localDay } from './local-day.js';
import type { ReconciliationTarget } from './reconciliation-targets.js';
import { insertResolved, linesAbout, takenDays, type ResolvedUnknown } from './proof-feed.store.js';
import { absentLegs } from './statement-proof.decide.js';
import { headsOf } from './statement-head.store.js';

/** Told at once. */
const PROOFS_MAX = 500;
/** Where the network's contract names no other number. */
const ABSENT_AFTER_DAYS = 2;

/**
 * Feeds back what statements prove of payments whose outcome is not known (domain 6.12): the adapter of the leg weighs it as any
 * evidence, and what it takes is noted with the line. Nothing here touches a payment; telling it again changes nothing.
 */
export class ProofFeed {
  constructor(
    private readonly database: Database,
    private readonly calls: ServiceCalls,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Tells what lines of a day prove, and which open legs enough statements lack; how many outcomes that proved. */
  async take(target: ReconciliationTarget, day: string, proofs: readonly StatementProof[]): Promise<number> {
    const told = [...proofs, ...(await this.absent(target))];
    const { proofs: call } = adapterCalls(target.adapter);
    let proven = 0;
    for (let from = 0; from < told.length; from += PROOFS_MAX) {
      const part = told.slice(from, from + PROOFS_MAX);
      const { verdicts } = await this.calls.call(call, { proofs: part });
      const taken = part.filter((_, index) => verdicts[index] === 'proven');
      await this.note(target, day, taken);
      proven += taken.length;
    }
    return proven;
  }

  private async absent({ adapter, partner, currency, calendar, absentAfterDays }: ReconciliationTarget) {
    const { openLegs } = adapterCalls(adapter);
    const { legs } = await this.calls.call(openLegs, { currency, limit: LEGS_MAX });
    const oldest = legs[0];
    if (oldest === undefined) return [];
    const dayOf = (instant: Date): string => localDay(instant, calendar);
    const from = { partner, currency, day: dayOf(new Date(oldest.intentAt)) };
    const taken = await takenDays(this.database, from);
    if (taken.length === 0) return [];
    return absentLegs({
      legs,
      taken,
      lines: await linesAbout(this.database, from, legs),
      daysMin: absentAfterDays ?? ABSENT_AFTER_DAYS,
      dayOf,
      endOf: (day) => endOfDay(day, calendar),
    });
  }

  private async note(
    target: ReconciliationTarget,
    day: string,
    taken: readonly StatementProof[],
  ): Promise<void> {
    if (taken.length === 0) return;
    const { partner, currency } = target;
    const now = this.clock.now();
    const ids = new Map<string, string[]>();
    for (const each of new Set(taken.flatMap(({ days }) => days))) {
      const heads = await headsOf(this.database, { partner, currency, day: each });
      ids.set(each, [...new Set(heads.flatMap(({ statementId }) => statementId ?? []))]);
    }
    const resolved = taken.map((proof): ResolvedUnknown => ({
      breakId: this.random.id(now),
      day: proof.days.at(-1) ?? day,
      paymentId: paymentIdOfLegKey(proof.legKey),
      key: proof.legKey,
      theirMinor: proof.amount?.minor ?? null,
      detail: detailOf(proof),
      proof: {
        ...(proof.lineId !== undefined && { lineId: proof.lineId }),
        days: proof.days,
        statementIds: proof.days.flatMap((each) => ids.get(each) ?? []),
      },
    }));
    await this.database.transaction((transaction) =>
      insertResolved(transaction, target, BREAK_SEVERITY.UNKNOWN_RESOLVED, resolved, new Date(now)),
    );
  }
}

const LEGS_MAX = 5_000;

function detailOf({ says, lineId, days }: StatementProof): string {
  if (says === 'absent')
    return `its outcome was not known; ${counted(days.length, 'whole statement')} without it (${days[0]} to ${days.at(-1)}) show that it did not arrive`;
  const found = says === 'booked' ? 'was made' : 'was refused';
  return `its outcome was not known; line ${lineId} of the statement of ${days[0]} shows that it ${found}`;
}
