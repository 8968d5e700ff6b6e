import { counted } from '@tonle/contracts';
import type { DueWindow } from './window.js';

export type WindowVerdict =
  | { readonly kind: 'close' }
  /** What is still missing, in words for the operator. */
  | { readonly kind: 'wait'; readonly missing: string };

/**
 * May a window close? Only when every lane has said of this very window that it is drained, and as many
 * payments have arrived from each lane as that lane says it completed in it (decisions 15).
 */
export function decideClosing(window: DueWindow): WindowVerdict {
  const { marks, received } = window;
  if (marks.length === 0) return { kind: 'wait', missing: 'no lane has said yet that it is drained' };
  const lanes = new Set(marks.flatMap((mark) => mark.lanes));
  for (const lane of lanes) {
    const said = marks.filter((mark) => mark.lane === lane);
    if (said.length === 0)
      return { kind: 'wait', missing: `lane ${lane} has not said yet that it is drained` };
    const completed = Math.max(...said.map((mark) => mark.completed));
    const arrived = received[lane] ?? 0;
    if (arrived < completed) {
      return {
        kind: 'wait',
        missing: `lane ${lane} completed ${counted(completed, 'payment')}, of which ${arrived} arrived`,
      };
    }
  }
  return { kind: 'close' };
}
