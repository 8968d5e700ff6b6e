import type { InstructionState } from '@tonle/contracts';
import type { WindowEvent } from '../window/window-life.table.js';
import { INSTRUCTION_MOVES, type InstructionEvent } from './instruction-life.table.js';

/** What happens to an instruction, and what follows for its window. */
export interface InstructionMove {
  readonly state: InstructionState;
  readonly windowEvent?: Extract<WindowEvent, 'instruction_dead' | 'money_came'>;
}

/**
 * What an event makes of an instruction; undefined when it contradicts what is known. `hasPaid`: a line of the bank covers some of it,
 * so that the bank has carried it out, whatever it says afterwards; `wasRejected`: before it had paid. Pure.
 */
export function decideInstructionMove(
  from: InstructionState,
  event: InstructionEvent,
  { hasPaid, wasRejected = false }: { readonly hasPaid: boolean; readonly wasRejected?: boolean },
): InstructionMove | undefined {
  const to = INSTRUCTION_MOVES[from][event];
  if (to === undefined) return undefined;
  // Its money was all that spoke against the bank's rejection.
  const isDeadAgain = event === 'taken_back' && to === 'ACKNOWLEDGED' && wasRejected && !hasPaid;
  const state = isDeadAgain ? 'REJECTED' : to;
  if (event === 'rejected' && hasPaid) return undefined;
  if (state !== from && (state === 'REJECTED' || state === 'WITHDRAWN'))
    return { state, windowEvent: 'instruction_dead' };
  // The bank has rejected it and paid all the same: money is stronger than words.
  if (from === 'REJECTED' && state !== 'REJECTED' && state !== 'SUPERSEDED')
    return { state, windowEvent: 'money_came' };
  return { state };
}
