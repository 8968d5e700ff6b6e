import type { Approvals, ProposedApproval } from '@tonle/approval';
import { refused, type ApprovalWarning, type Deed, type Refusal, type windowCalls } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import { minorText } from '@tonle/money';
import type { Transaction } from '@tonle/persistence';
import { recordDeeds, type Platform } from '@tonle/platform';
import type { z } from 'zod';
import { InstructionApproval } from '../instruction/instruction-death.kind.js';
import { instructionLineWords } from '../instruction/instruction-lines.view.js';
import { UnwritableInstruction } from '../instruction/instruction-maker.js';
import { lockWindowOfInstruction, newestInstruction } from '../instruction/instruction.store.js';
import { settlementTermsOf } from '../instruction/settlement-terms.js';
import { netWords } from './net-words.js';
import { NettingApproval } from './netting.kind.js';
import { netWithout } from './netting.decide.js';
import { WindowApproval } from './window-payment.kind.js';
import type { WindowLifeJob } from './window-life.job.js';
import {
  bilateralOf,
  lockWindow,
  netsOf,
  setDispute,
  sumPaidIn,
  type NettedWindow,
} from './window-life.store.js';
import { paymentWarnings } from './window-warnings.js';

type Asked<Call extends keyof typeof windowCalls> = z.infer<(typeof windowCalls)[Call]['request']>;
type Answered<Call extends keyof typeof windowCalls> = z.infer<(typeof windowCalls)[Call]['response']>;

/** What people do with windows that were netted: propose their payment, take somebody out, dispute them, instruct again. */
export class WindowService {
  private readonly payment = new WindowApproval();
  private readonly netting = new NettingApproval();
  private readonly death = new InstructionApproval();

  constructor(
    private readonly platform: Pick<Platform, 'database' | 'clock'>,
    private readonly directory: Directory,
    private readonly approvals: Approvals,
    private readonly life: WindowLifeJob,
  ) {
    approvals.add(this.payment);
    approvals.add(this.netting);
    approvals.add(this.death);
  }

  /** Refuses `not_found`, `window_not_ready` for one that is not netted, or has nothing to pay, `window_disputed`. */
  propose({ windowId, operator, participant, reason }: Asked<'propose'>): Promise<Answered<'propose'>> {
    return this.withWindow(windowId, async (transaction, window) => {
      if (window.state !== 'NETTED' || window.settlementMode !== 'DEFERRED_NET') return notReady(window);
      if (window.disputed) return refused('window_disputed');
      const nets = await netsOf(transaction, windowId);
      if (nets.every(({ netMinor }) => netMinor === 0n)) return notReady(window);
      const warnings = paymentWarnings(window, nets, this.directory, this.platform.clock.now());
      return this.proposedOf(
        this.approvals.propose(transaction, this.payment, {
          payload: { windowId },
          target: windowId,
          amount: await sumPaidIn(transaction, windowId),
          before: { state: window.state, paid: 'nothing' },
          after: { state: 'APPROVED', valueDate: window.valueDate, nets: netWords(nets, window.currency) },
          warnings,
          ...{ operator, participant, reason },
        }),
      );
    });
  }

  /** Refuses `not_found`, `window_not_ready`, and `not_in_window` for somebody who has no payment in it. */
  netWithout({
    windowId,
    without,
    operator,
    participant,
    reason,
  }: Asked<'netWithout'>): Promise<Answered<'netWithout'>> {
    const removed = [...new Set(without)].sort();
    return this.withWindow(windowId, async (transaction, window) => {
      if (
        window.settlementMode !== 'DEFERRED_NET' ||
        !['NETTED', 'APPROVED', 'FAILED'].includes(window.state)
      )
        return notReady(window);
      const pairs = await bilateralOf(transaction, windowId);
      const known = new Set(pairs.flatMap(({ debtor, creditor }) => [debtor, creditor]));
      const strangers = removed.filter((each) => !known.has(each));
      if (strangers.length > 0)
        return refused(
          'not_in_window',
          `${strangers.join(', ')}: known are ${[...known].sort().join(', ')}.`,
        );
      const { nets, leftOut } = netWithout(pairs, new Set(removed));
      const left = leftOut.map(
        ({ removed: who, counterparty, netMinor }) =>
          `${who} ${counterparty} ${minorText(netMinor, window.currency)}`,
      );
      return this.proposedOf(
        this.approvals.propose(transaction, this.netting, {
          payload: { windowId, without: removed },
          target: windowId,
          before: {
            state: window.state,
            nets: netWords(await netsOf(transaction, windowId), window.currency),
            without: window.participantsRemoved,
          },
          after: {
            state: 'NETTED',
            nets: netWords(
              [...nets].map(([who, netMinor]) => ({ participant: who, netMinor })),
              window.currency,
            ),
            without: removed,
            left,
          },
          warnings: leftOut.length === 0 ? [] : [claimsStay(left)],
          ...{ operator, participant, reason },
        }),
      );
    });
  }

  /** Refuses `not_found`, and `window_not_ready` for one that is not netted, or settled. */
  dispute({
    windowId,
    disputed,
    operator,
    participant,
    reason,
  }: Asked<'dispute'>): Promise<Answered<'dispute'>> {
    return this.withWindow(windowId, async (transaction, window) => {
      if (disputed && !['NETTED', 'APPROVED', 'INSTRUCTED', 'FAILED'].includes(window.state))
        return notReady(window);
      if (disputed === window.disputed) return { kind: 'done' as const };
      await setDispute(transaction, windowId, disputed ? reason : undefined);
      const action = disputed ? 'window.dispute' : 'window.end-dispute';
      await this.record(
        transaction,
        { action, object: windowId, after: { disputed } },
        { operator, participant, reason },
      );
      return { kind: 'done' as const };
    });
  }

  /** Refuses `not_found`, `window_not_ready` for one that has not failed, `window_disputed`, and `instruction_not_possible`. */
  async instruct({
    windowId,
    operator,
    participant,
    reason,
  }: Asked<'instruct'>): Promise<Answered<'instruct'>> {
    try {
      return await this.withWindow(windowId, async (transaction, window) => {
        if (window.state !== 'FAILED') return notReady(window);
        if (window.disputed) return refused('window_disputed');
        const terms = settlementTermsOf(this.directory, window);
        const wanting = await this.life.instruct(transaction, window, terms, operator);
        if (wanting !== undefined) return refused('instruction_not_possible', wanting);
        const { instructionId } = (await newestInstruction(transaction, windowId))!;
        const deed = { action: 'window.instruct', object: windowId, after: { instructionId } };
        await this.record(transaction, deed, { operator, participant, reason });
        return { kind: 'instructed' as const, instructionId };
      });
    } catch (error) {
      if (error instanceof UnwritableInstruction) return refused('instruction_not_possible', error.message);
      throw error;
    }
  }

  /** Refuses `not_found`, and `instruction_not_open` for one that was not sent, or is settled or dead. */
  declareDead(request: Asked<'declareDead'>): Promise<Answered<'declareDead'>> {
    const { instructionId, evidence, operator, participant, reason } = request;
    return this.platform.database.transaction(async (transaction) => {
      const known = await lockWindowOfInstruction(transaction, instructionId);
      if (known === undefined) return refused('not_found');
      if (known.state !== 'SENT' && known.state !== 'ACKNOWLEDGED')
        return refused('instruction_not_open', `It is ${known.state}.`);
      return this.proposedOf(
        this.approvals.propose(transaction, this.death, {
          payload: { instructionId, evidence },
          target: instructionId,
          before: {
            state: known.state,
            lines: await instructionLineWords(transaction, instructionId, known.currency),
            covered: minorText(BigInt(known.coveredMinor), known.currency),
            ...(known.windowId !== null && { window: `${known.windowId} waits for the bank` }),
          },
          after: {
            state: 'REJECTED',
            paid: 'nothing more by the bank',
            ...(known.windowId !== null && { window: `${known.windowId} may be instructed again` }),
          },
          warnings: [MAY_BE_PAID],
          evidence,
          ...{ operator, participant, reason },
        }),
      );
    });
  }

  private withWindow<Answer>(
    windowId: string,
    work: (transaction: Transaction, window: NettedWindow) => Promise<Answer | Refusal>,
  ): Promise<Answer | Refusal> {
    return this.platform.database.transaction(async (transaction) => {
      const window = await lockWindow(transaction, windowId);
      return window === undefined ? refused('not_found') : work(transaction, window);
    });
  }

  private async proposedOf(
    asked: Promise<ProposedApproval | Refusal>,
  ): Promise<Extract<Answered<'propose'>, { kind: 'proposed' }> | Refusal> {
    const answer = await asked;
    if (answer.kind === 'refused') return answer;
    const { approvalId, approvalsRequired } = answer;
    return { kind: 'proposed', approvalId, approvalsRequired };
  }

  private record(
    transaction: Transaction,
    deed: Pick<Deed, 'action' | 'object' | 'after'>,
    { operator, participant, reason }: Pick<Asked<'instruct'>, 'operator' | 'participant' | 'reason'>,
  ): Promise<void> {
    const actor = { kind: 'operator', name: operator, participant } as const;
    return recordDeeds(transaction, 'settlement', [
      { ...deed, atMs: this.platform.clock.now(), actor, reason },
    ]);
  }
}

const MAY_BE_PAID: ApprovalWarning = {
  code: 'may_be_paid',
  text: 'Whatever the bank pays under it after all is money in suspense once another instruction has taken its place: be certain.',
};

const claimsStay = (left: readonly string[]): ApprovalWarning => ({
  code: 'claims_stay',
  text: `These nets stay on the positions of both: ${left.join('; ')}.`,
});

const notReady = ({ windowId, state, settlementMode }: NettedWindow): Refusal =>
  refused('window_not_ready', `${windowId} is ${state} (${settlementMode}).`);
