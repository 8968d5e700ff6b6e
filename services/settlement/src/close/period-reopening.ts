import type { ApprovalExecution, ApprovalKind, ApprovalRequest, Approvals } from '@tonle/approval';
import { accountingPeriod, refused, type Refusal } from '@tonle/contracts';
import type { Transaction } from '@tonle/persistence';
import { z } from 'zod';
import { dropPositions } from '../fx-position/fx-position.store.js';
import { periodKind } from './accounting-day.js';
import { decideReopening } from './close.decide.js';
import { lockPeriods, periodsAround, reopenPeriod } from './close.store.js';

const payload = z.object({ period: accountingPeriod });
type Payload = z.infer<typeof payload>;

interface ReopenRequest {
  readonly period: string;
  readonly operator: string;
  readonly participant: string;
  readonly reason: string;
}

/** Opens a closed period again: one operator proposes, two others approve. The report stays, and the next one takes its place. */
export class PeriodReopening implements ApprovalKind<Payload> {
  readonly kind = 'period.reopening';
  readonly payload = payload;

  constructor(private readonly approvals: Approvals) {
    approvals.add(this);
  }

  /** Refuses `period_open`, `period_order`, and what `Approvals.propose` does. */
  async propose({ period, operator, participant, reason }: ReopenRequest) {
    return this.approvals.host.database.transaction(async (transaction) => {
      const around = await periodsAround(transaction, period);
      const refusal = decideReopening(period, around);
      if (refusal !== undefined) return refusal;
      const { version, sha256 } = around.own!;
      return this.approvals.propose(transaction, this, {
        ...{ operator, participant, reason, target: period, payload: { period } },
        before: { state: 'closed', version, sha256 },
        after: { state: 'open' },
      });
    });
  }

  async targetVersion(transaction: Transaction, { period }: Payload): Promise<string | undefined> {
    await lockPeriods(transaction);
    const { own } = await periodsAround(transaction, period);
    return own?.state === 'closed' ? `version ${own.version}` : undefined;
  }

  async execute(
    transaction: Transaction,
    { payload: { period }, approvalId }: ApprovalRequest<Payload>,
    nowMs: number,
  ): Promise<ApprovalExecution> {
    const around = await periodsAround(transaction, period);
    const refusal: Refusal | undefined = decideReopening(period, around);
    if (refusal !== undefined) return refused(refusal.reason, refusal.detail);
    await reopenPeriod(transaction, period, approvalId, new Date(nowMs));
    if (periodKind(period) === 'day') await dropPositions(transaction, period);
    return { kind: 'executed', outcome: { period, version: around.own!.version } };
  }
}
