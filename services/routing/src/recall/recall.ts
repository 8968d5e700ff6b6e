import type { Direction, RecallAnswer, RecallReason, RecallState, RecallStep } from '@tonle/contracts';
import type { MoneyAmount } from '../payment/payment.js';

/** A recall as its row holds it. Instants are epoch ms. */
export interface StoredRecall {
  readonly id: string;
  readonly paymentId: string;
  /** Of the payment: outbound, a bank here asks a network; inbound, a network asks a bank here. */
  readonly direction: Direction;
  readonly asker: string;
  readonly messageId: string;
  readonly contentHash: string;
  readonly caseId: string | null;
  readonly cancellationId: string | null;
  /** The payee's side: a network, or a bank here. */
  readonly answerer: string;
  readonly reason: RecallReason;
  readonly isoReason: string;
  readonly text: string | null;
  /** What was left to give back when it came; of one that waits, what its payee's network is owed once it has completed. */
  readonly amount: MoneyAmount;
  readonly state: RecallState;
  readonly answer: RecallAnswer | null;
  /** The adapter that asks its network, or tells it the end; null when people do. */
  readonly carrier: string | null;
  /** Its payment was under way when it came: nobody is asked before that has completed, or has been if it ends like this. */
  readonly waits: boolean;
  readonly receivedMs: number;
  readonly deadlineMs: number;
  readonly endedMs: number | null;
  /** A network has accepted: until then the money comes back. */
  readonly moneyDueMs: number | null;
  /** When the clock has to look at it. */
  readonly dueMs: number | null;
  /** Of what its carrier does now. */
  readonly attempts: number;
  /** Every write compares it. */
  readonly version: number;
  readonly history: readonly RecallStep[];
}

/** Does it wait for an answer? */
export function isOpen({ state }: Pick<StoredRecall, 'state'>): boolean {
  return state === 'RECEIVED' || state === 'PENDING';
}
