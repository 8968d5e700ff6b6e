import type { Transaction } from '@tonle/persistence';
import { reopenItem } from '../bank/suspense.store.js';
import { lockWindow, moveWindow } from '../window/window-life.store.js';
import type { InstructionEvent } from './instruction-life.table.js';
import { decideInstructionMove } from './instruction-move.decide.js';
import { lockWindowOfInstruction, setInstructionState } from './instruction.store.js';
import { newestReturn } from './return-instruction.store.js';

/**
 * `done`: it is so now, or was. `contradicts`: it cannot be after what is known (money came under it, another took its place), and
 * nothing is changed: people look at it.
 */
export type InstructionOutcome = 'done' | 'contradicts' | 'unknown';

/**
 * Before the first byte of an instruction leaves: from now on it may have arrived. What is sent is what stands there in this
 * transaction, and the same bytes whenever it is repeated: what was read of it before may have been for another day.
 */
export const markSent = (transaction: Transaction, instructionId: string, at: Date) =>
  happen(transaction, instructionId, 'sent', at);

/** The bank has taken it. */
export const markAcknowledged = (
  transaction: Transaction,
  instructionId: string,
  at: Date,
  detail?: string,
) => happen(transaction, instructionId, 'acknowledged', at, detail);

/** The bank has refused it as a whole and will not carry it out: its window has failed, until it is instructed again. */
export const markRejected = (transaction: Transaction, instructionId: string, at: Date, detail: string) =>
  happen(transaction, instructionId, 'rejected', at, detail);

/** Two people have it from the bank that it will never be carried out. */
export const declareDead = (transaction: Transaction, instructionId: string, at: Date, detail: string) =>
  happen(transaction, instructionId, 'declared_dead', at, detail);

/** Two people have it not sent at all: its window has failed, until it is instructed again. */
export const markWithdrawn = (transaction: Transaction, instructionId: string, at: Date, detail: string) =>
  happen(transaction, instructionId, 'withdrawn', at, detail);

/** A line of the bank has sent money in suspense back, for which there may be an instruction. */
export async function markReturned(
  transaction: Transaction,
  itemId: string,
  isInFull: boolean,
  at: Date,
): Promise<void> {
  const newest = await newestReturn(transaction, itemId);
  if (newest !== undefined)
    await happen(transaction, newest.instructionId, isInFull ? 'paid_in_full' : 'paid', at);
}

/** Money that had gone back from suspense has come once more: its instruction has come to nothing, and people decide anew. */
export async function markBounced(
  transaction: Transaction,
  itemId: string,
  lineId: string,
  at: Date,
): Promise<void> {
  const newest = await newestReturn(transaction, itemId);
  if (newest !== undefined)
    await happen(transaction, newest.instructionId, 'bounced', at, `it has come once more by line ${lineId}`);
}

async function happen(
  transaction: Transaction,
  instructionId: string,
  event: InstructionEvent,
  at: Date,
  detail?: string,
): Promise<InstructionOutcome> {
  const known = await lockWindowOfInstruction(transaction, instructionId);
  if (known === undefined) return 'unknown';
  const move = decideInstructionMove(known.state, event, { hasPaid: known.paidMinor !== '0' });
  if (move === undefined) return 'contradicts';
  const { state, windowEvent } = move;
  if (state === known.state && detail === undefined) return 'done';
  await setInstructionState(transaction, instructionId, state, at, detail);
  if (windowEvent === undefined) return 'done';
  if (known.windowId === null) {
    if (windowEvent === 'instruction_dead') await reopenItem(transaction, known.itemId!);
    return 'done';
  }
  const window = await lockWindow(transaction, known.windowId);
  await moveWindow(transaction, window!, windowEvent, at, {
    failedReason: detail ?? 'the bank has rejected the instruction',
  });
  return 'done';
}
