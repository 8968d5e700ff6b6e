import type { Transaction } from '@tonle/persistence';
import { lockWindow, moveWindow } from '../window/window-life.store.js';
import { INSTRUCTION_MOVES, type InstructionEvent } from './instruction-life.table.js';
import { lockWindowOfInstruction, setInstructionState } from './instruction.store.js';

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

async function happen(
  transaction: Transaction,
  instructionId: string,
  event: InstructionEvent,
  at: Date,
  detail?: string,
): Promise<InstructionOutcome> {
  const known = await lockWindowOfInstruction(transaction, instructionId);
  if (known === undefined) return 'unknown';
  const state = INSTRUCTION_MOVES[known.state][event];
  const isDead = state === 'REJECTED' && known.state !== 'REJECTED';
  // What a bank has paid of it, it has carried out: what it says afterwards is for people.
  if (state === undefined || (isDead && event === 'rejected' && known.coveredMinor !== '0'))
    return 'contradicts';
  if (state === known.state && detail === undefined) return 'done';
  await setInstructionState(transaction, instructionId, state, at, detail);
  if (!isDead) return 'done';
  const window = await lockWindow(transaction, known.windowId);
  await moveWindow(transaction, window!, 'instruction_dead', at, {
    failedReason: detail ?? 'the bank has rejected the instruction',
  });
  return 'done';
}
