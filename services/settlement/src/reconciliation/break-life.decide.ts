import {
  refused,
  TERMINAL_BREAK_STATES,
  type BreakAction,
  type BreakDecision,
  type BreakState,
  type BreakType,
  type Refusal,
} from '@tonle/contracts';
import { magnitude, minorText } from '@tonle/money';
import { limitsOf } from './break-limits.table.js';

// The life of a break (domain 7.6): pure.

/** A break as it is decided about. */
export interface KnownBreak {
  readonly breakId: string;
  readonly type: BreakType;
  readonly partner: string;
  readonly currency: string;
  readonly state: BreakState;
  readonly owner: string | null;
  readonly reopened: number;
  readonly version: number;
  readonly approvalId: string | null;
  readonly ourMinor: bigint | null;
  readonly theirMinor: bigint | null;
  readonly source: 'statement' | 'payment' | 'settlement';
}

/** What is at stake: by how much the sides differ, or what one side has. */
export function valueOf({ ourMinor, theirMinor }: Pick<KnownBreak, 'ourMinor' | 'theirMinor'>): bigint {
  const [ours, theirs] = [ourMinor ?? 0n, theirMinor ?? 0n];
  return magnitude(ours - theirs);
}

const hasEnded = ({ state }: KnownBreak): boolean => TERMINAL_BREAK_STATES.includes(state);

/** The state that a decision of one person leads to. */
export function decideLife(
  known: KnownBreak,
  decision: BreakDecision,
): { readonly state: BreakState } | Refusal {
  if (decision === 'reopen') {
    if (!hasEnded(known)) return refused('break_standing');
    if (known.reopened > 0) return refused('break_reopened_before');
    return { state: known.owner === null ? 'OPEN' : 'ASSIGNED' };
  }
  if (decision === 'note') return { state: known.state };
  if (hasEnded(known)) return refused('break_closed');
  if (known.state === 'PROPOSED')
    return decision === 'assign' ? { state: 'PROPOSED' } : refused('break_proposed', proposalWords(known));
  return { state: decision === 'assign' ? 'ASSIGNED' : 'RESOLVED' };
}

/** Several are decided together when they are of one type and currency, and none is above the limit. */
export function decideTogether(known: readonly KnownBreak[], type: BreakType): Refusal | undefined {
  const [first] = known;
  const unlike = known.find((each) => each.type !== type || each.currency !== first?.currency);
  if (unlike !== undefined)
    return refused('breaks_unlike', `${unlike.breakId} is ${unlike.type} in ${unlike.currency}.`);
  const large = known.find((each) => valueOf(each) > limitsOf(each.currency).togetherMinor);
  return large === undefined
    ? undefined
    : refused('break_value_limit', `${large.breakId} is about ${minorText(valueOf(large), large.currency)}.`);
}

/** Why an action cannot be proposed for these; undefined when it can. */
export function actionFault(
  known: readonly KnownBreak[],
  action: BreakAction,
  result: 'loss' | 'gain' | undefined,
): Refusal | undefined {
  const closed = known.find(hasEnded);
  if (closed !== undefined) return refused('break_closed', closed.breakId);
  const proposed = known.find(({ state }) => state === 'PROPOSED');
  if (proposed !== undefined) return refused('break_proposed', proposalWords(proposed));
  if (action === 'match') return matchFault(known);
  const [first] = known;
  const together = known.length === 1 ? undefined : decideTogether(known, first!.type);
  if (together !== undefined) return together;
  if (action !== 'write_off') return undefined;
  // Its money stands in suspense or with a window, and is decided there: here it would be booked a second time.
  const atBank = known.find(({ source }) => source === 'settlement');
  if (atBank !== undefined)
    return refused(
      'break_action_unfit',
      `${atBank.breakId} is about money at a bank: decide on its item in suspense, or on its window.`,
    );
  if (result === undefined)
    return refused(
      'break_action_unfit',
      'A write-off is a `loss` or a `gain` of the scheme: `result` says which.',
    );
  const nothing = known.find((each) => valueOf(each) === 0n);
  if (nothing !== undefined)
    return refused('break_action_unfit', `${nothing.breakId} has no amount that could be written off.`);
  const large = known.find((each) => valueOf(each) > limitsOf(each.currency).writeOffMinor);
  return large === undefined
    ? undefined
    : refused(
        'break_value_limit',
        `A write-off is ${minorText(limitsOf(large.currency).writeOffMinor, large.currency)} at most.`,
      );
}

/** What one side misses and what the other misses are one, when they are the same money of the same partner. */
function matchFault(known: readonly KnownBreak[]): Refusal | undefined {
  const ours = known.filter(({ type }) => type === 'MISSING_AT_PARTNER');
  const theirs = known.filter(({ type }) => type === 'MISSING_AT_US');
  const others = known.length - ours.length - theirs.length;
  if (others > 0 || ours.length === 0 || theirs.length === 0)
    return refused('break_action_unfit', 'Matched are breaks MISSING_AT_PARTNER with breaks MISSING_AT_US.');
  if (ours.length > 1 && theirs.length > 1)
    return refused('break_action_unfit', 'Matched are one and one, or one and several.');
  const places = new Set(known.map(({ partner, currency }) => `${partner} ${currency}`));
  if (places.size > 1) return refused('breaks_unlike', 'They are not of one partner and currency.');
  const sum = (of: readonly KnownBreak[]): bigint => of.reduce((total, each) => total + valueOf(each), 0n);
  const said = (of: readonly KnownBreak[]): string => minorText(sum(of), known[0]!.currency);
  return sum(ours) === sum(theirs)
    ? undefined
    : refused('break_action_unfit', `Ours are ${said(ours)}, theirs ${said(theirs)}.`);
}

/** By the name under which approvals are listed and decided. */
const proposalWords = ({ approvalId }: KnownBreak): string | undefined =>
  approvalId === null ? undefined : `Its proposal is settlement.${approvalId}.`;
