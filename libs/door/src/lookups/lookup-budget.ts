import { refused, type Reason, type Refusal } from '@tonle/contracts';
import { lookupTermsOf, type Directory, type LookupTerms } from '@tonle/directory';
import { MemoryState, type Bucket, type SharedState } from '@tonle/messaging';
import type { LookupOutcome, LookupUseCounter } from './lookup-use.js';

/** What a lookup costs beside the one that it takes before it is asked: a guess that finds nobody is dear. */
const EXTRA_COST: Readonly<Record<LookupOutcome, number>> = {
  found: 0,
  notFound: 2,
  declined: 0,
  // Nobody was asked, or nobody answered: no name was told.
  unanswered: -1,
  refused: 0,
};
const NOT_FOUND: ReadonlySet<Reason> = new Set(['payee_unknown', 'account_unknown']);
const UNANSWERED: ReadonlySet<Reason> = new Set(['partner_silent', 'unavailable', 'overloaded']);

/**
 * How many payees' names a participant may ask for: so many at once, so many a second, and more for each payment that
 * completes, as the directory says. Shared by all instances and doors. Without shared state each instance keeps to the
 * budget alone: it has counted along, so that a Redis that goes and comes opens nothing.
 */
export class LookupBudget {
  private readonly alone = new MemoryState();

  constructor(
    private readonly shared: SharedState,
    private readonly directory: Pick<Directory, 'participantIncludingEnded'>,
    private readonly use: LookupUseCounter,
  ) {}

  /** Runs a lookup that may tell a name. Refuses `lookups_exhausted` with `retryAfterS`; then nobody is asked. */
  async within<T extends { readonly kind: string }>(
    participant: string,
    ask: () => Promise<T>,
  ): Promise<T | Refusal> {
    const terms = this.termsOf(participant);
    const { taken, level } = await this.spend(participant, terms, 1);
    if (!taken) {
      this.use.asked(participant, 'refused');
      return exhausted(participant, terms, (1 - level) / terms.perSecond);
    }
    let outcome: LookupOutcome = 'unanswered';
    try {
      const answer = await ask();
      outcome = outcomeOf(answer);
      return answer;
    } finally {
      this.use.asked(participant, outcome);
      if (EXTRA_COST[outcome] !== 0) await this.spend(participant, terms, EXTRA_COST[outcome], true);
    }
  }

  /** A payment of the participant has completed: told once for each. */
  async paid(participant: string): Promise<void> {
    this.use.paid(participant);
    const terms = this.termsOf(participant);
    if (terms.perPayment > 0) await this.spend(participant, terms, -terms.perPayment, true);
  }

  /** Forgets the buckets that this instance keeps for itself. */
  close(): Promise<void> {
    return this.alone.close();
  }

  private async spend(participant: string, terms: LookupTerms, cost: number, anyway = false) {
    const key = `lookups:${participant}`;
    const bucket: Bucket = { size: terms.burst, perSecond: terms.perSecond };
    const [shared, alone] = await Promise.all([
      this.shared.spend(key, { cost, anyway }, bucket),
      this.alone.spend(key, { cost, anyway }, bucket),
    ]);
    return shared ?? alone;
  }

  private termsOf(participant: string): LookupTerms {
    return lookupTermsOf(this.directory.participantIncludingEnded(participant));
  }
}

function outcomeOf(answer: { readonly kind: string }): LookupOutcome {
  if (answer.kind !== 'refused') return 'found';
  const { reason } = answer as Refusal;
  if (NOT_FOUND.has(reason)) return 'notFound';
  return UNANSWERED.has(reason) ? 'unanswered' : 'declined';
}

function exhausted(
  participant: string,
  { burst, perSecond, perPayment }: LookupTerms,
  waitS: number,
): Refusal {
  const retryAfterS = Math.max(1, Math.ceil(waitS));
  const terms = `${burst} at once, ${perSecond} a second, and ${perPayment} more for each payment that completes`;
  const detail = `${participant} may look up ${terms}; the next is served in ${retryAfterS} s.`;
  return { ...refused('lookups_exhausted', detail), retryAfterS };
}
