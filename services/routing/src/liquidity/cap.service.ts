import type { Approvals, ProposedApproval } from '@tonle/approval';
import { refused, refusedField, type CapAnswer, type CapRequest, type Refusal } from '@tonle/contracts';
import type { DirectoryStore } from '@tonle/directory';
import type { OutboxLane } from '@tonle/messaging';
import { amount, amountText, findCurrency } from '@tonle/money';
import type { Transaction } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { CurrentDirectory } from '../directory/current-directory.js';
import { directoryRecord } from '../directory/directory-record.js';
import type { OperatorStore } from '../operator/operator.store.js';
import { lockedCap, withCap, type CapRaise } from './cap-raise.js';
import type { LiquidityService } from './liquidity.service.js';

/** What a change of a cap writes with. */
interface CapParts {
  readonly lane: OutboxLane;
  readonly directory: CurrentDirectory;
  readonly store: DirectoryStore;
  readonly operators: OperatorStore;
  readonly clock: Clock;
}

/** How much participants may owe beyond their prefunds: raised by two operators, lowered by one. */
export class CapService {
  constructor(
    private readonly parts: CapParts,
    private readonly approvals: Approvals,
    private readonly raise: CapRaise,
    private readonly liquidity: Pick<LiquidityService, 'accounts'>,
  ) {}

  /**
   * Lowers a cap at once, or proposes to raise it; the one that it has changes nothing. Refuses `schema_invalid` for no currency,
   * `participant_unknown`, `cap_below_use` with the least that it can be, and what proposing refuses.
   */
  async set(request: CapRequest): Promise<CapAnswer> {
    const { cap, reason, operator, evidence } = request;
    const { participant, currency } = cap;
    if (findCurrency(currency) === undefined)
      return refusedField('schema_invalid', '/cap/currency', `${currency} is not a currency of ISO 4217.`);
    // Before the directory is locked: new payments do not wait for it.
    const headroomMinor = await this.headroomOf(participant, currency);
    const { lane, directory, store } = this.parts;
    const answer = await lane.commit<CapAnswer>(async (transaction) => {
      await this.approvals.lockOpen(transaction, this.raise, targetOf(cap));
      const found = await lockedCap(store, transaction, cap);
      if (found === undefined)
        return nothingSent(refused('participant_unknown', `There is no participant ${participant}.`));
      const [from, to] = [found.capMinor, BigInt(cap.capMinor)];
      if (to === from) return nothingSent({ kind: 'done' });
      if (to > from) return nothingSent(await this.propose(transaction, request, from));
      const leastMinor = from - headroomMinor;
      if (to < leastMinor)
        return nothingSent(
          refused('cap_below_use', `The least is ${amountText(amount(currency, leastMinor))}.`),
        );
      const next = withCap(found.entry, cap);
      const atMs = this.parts.clock.now();
      await store.append(transaction, [next], { source: 'operator', atMs, by: operator, reason });
      await this.parts.operators.record(transaction, {
        ...{ operator, participant: request.participant, reason, atMs },
        ...{ action: 'cap.lower', subject: participant },
        ...(evidence === undefined ? {} : { evidence }),
        before: { version: found.entry.version, currency, capMinor: from.toString() },
        after: { version: next.version, currency, capMinor: to.toString() },
      });
      return { result: { kind: 'done' }, records: [directoryRecord(next)] };
    });
    await directory.reload();
    return answer;
  }

  private propose(
    transaction: Transaction,
    { cap, ...proposal }: CapRequest,
    fromMinor: bigint,
  ): Promise<ProposedApproval | Refusal> {
    const { currency } = cap;
    const toMinor = BigInt(cap.capMinor);
    return this.approvals.propose(transaction, this.raise, {
      ...proposal,
      payload: cap,
      target: targetOf(cap),
      // What it is raised by.
      amount: amount(currency, toMinor - fromMinor),
      before: { cap: amountText(amount(currency, fromMinor)) },
      after: { cap: amountText(amount(currency, toMinor)) },
    });
  }

  /** What is left for new payments; all that is taken meanwhile the auditor sees (I7). */
  private async headroomOf(participant: string, currency: string): Promise<bigint> {
    const watched = await this.liquidity.accounts();
    const found = watched.find(
      ({ account }) => account.participant === participant && account.currency === currency,
    );
    // Whose position is not limited may have any cap.
    if (found === undefined || found.account.usedPercent === undefined) return UNLIMITED;
    return BigInt(found.account.headroomMinor);
  }
}

const UNLIMITED = 10n ** 18n;

const nothingSent = (result: CapAnswer) => ({ result, records: [] });

const targetOf = ({ participant, currency }: CapRequest['cap']): string => `${participant} ${currency}`;
