import type { InstructionState, WindowState } from '@tonle/contracts';

/** What is known of a window, as far as it says what comes next. */
export interface WaitingWindow {
  readonly state: WindowState;
  readonly isGross: boolean;
  readonly disputed: boolean;
  readonly valueDate: string | null;
  readonly failedReason: string | null;
  readonly newestInstruction?: InstructionState;
  readonly openEntries: number;
  readonly isCovered: boolean;
  /** What was proposed about it and is not decided, by its public id. */
  readonly pendingApproval?: string;
  /** Why the switch could not move it. */
  readonly wanting?: string;
}

/** What has to happen next with a window, in words for people; undefined when nothing has to. Pure. */
export function waitsFor(window: WaitingWindow): string | undefined {
  const { state, isGross, disputed, wanting } = window;
  if (disputed && (state === 'NETTED' || state === 'APPROVED')) return 'the end of its dispute';
  switch (state) {
    case 'OPEN':
      return 'its cut-off';
    case 'DRAINING':
    case 'CLOSED':
      return 'the lanes of routing to be drained';
    case 'NETTED':
      return wanting ?? (isGross ? "the rail's statement" : approved(window));
    case 'APPROVED':
      return wanting ?? 'its instruction';
    case 'INSTRUCTED':
      return wanting ?? instructed(window);
    case 'FAILED':
      return `people, since it failed: ${window.failedReason ?? 'no reason was given'}`;
    case 'SETTLED':
      return undefined;
    default:
      return state satisfies never;
  }
}

function approved({ pendingApproval }: WaitingWindow): string {
  return pendingApproval === undefined
    ? 'one person to propose it, and another to approve'
    : `other operators to decide on ${pendingApproval}`;
}

function instructed({ newestInstruction, isCovered, openEntries, valueDate }: WaitingWindow): string {
  if (isCovered) return openEntries > 0 ? 'its entries to be booked' : 'the next round';
  if (newestInstruction === 'PREPARED') return 'its instruction to be sent';
  if (newestInstruction === 'SENT') return "the bank's answer to its instruction";
  return `lines of the bank, due on ${valueDate ?? 'its value date'}`;
}
