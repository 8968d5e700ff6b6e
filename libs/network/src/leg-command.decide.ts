import type { LegCommand, LegOutcome } from '@tonle/contracts';
import type { KnownLeg, LegReport } from './leg.js';

export type CommandDecision =
  /** Nothing of this leg is at the partner: send it. */
  | { readonly kind: 'send' }
  /** An earlier attempt may have arrived: ask about it, never send blindly. */
  | { readonly kind: 'ask' }
  /** In flight or being asked about: its answer will be reported when it is there. */
  | { readonly kind: 'wait' }
  /** Known: say it again. */
  | { readonly kind: 'answer'; readonly report: LegReport }
  /** Other content under the same key: never sent. */
  | { readonly kind: 'conflict' };

const CLOSED: ReadonlySet<LegOutcome> = new Set([
  'accepted',
  'rejected',
  'blocked',
  'not_sent',
  'not_received',
  'conflicting',
]);
/** After these the same key may be sent again (domain 6.4); a refused reversal is tried again. */
const REOPENABLE: ReadonlySet<LegOutcome> = new Set(['not_sent', 'not_received', 'rejected']);
/** After these, when two operators had the leg sent once more (domain 6.16). */
const REOPENABLE_BY_PEOPLE: ReadonlySet<LegOutcome> = new Set(['conflicting', 'blocked']);

/**
 * What a command means when its leg key is not new: pure. `isNew` says that this attempt was stored just now.
 * Order: an accepted leg is accepted for ever; a repeat is answered or waits; other content is a conflict; then by
 * earlier attempts.
 */
export function decideCommand(
  known: KnownLeg,
  command: LegCommand,
  bytesHash: string,
  isNew: boolean,
): CommandDecision {
  const accepted = known.answers.find(({ outcome }) => outcome === 'accepted');
  if (accepted !== undefined) return { kind: 'answer', report: { ...accepted, attempt: command.attempt } };
  const own = known.answers.filter(({ attempt }) => attempt === command.attempt);
  const last = own.find(({ outcome }) => CLOSED.has(outcome)) ?? own.at(-1);
  if (last !== undefined) return { kind: 'answer', report: last };
  if (!isNew) return { kind: 'wait' };
  // Only what is about to be sent: a name in the directory may have changed since an open attempt left.
  // An attempt without bytes was refused before anything was written.
  if (known.attempts.some((attempt) => attempt.bytesHash !== '' && attempt.bytesHash !== bytesHash))
    return { kind: 'conflict' };
  return decideReopening(known, command);
}

function decideReopening(known: KnownLeg, command: LegCommand): CommandDecision {
  for (const { attempt } of known.attempts) {
    if (attempt >= command.attempt) continue;
    const closing = known.answers.find((answer) => answer.attempt === attempt && CLOSED.has(answer.outcome));
    if (closing === undefined) return { kind: 'ask' };
    const reopened = command.reopened === true && REOPENABLE_BY_PEOPLE.has(closing.outcome);
    if (!REOPENABLE.has(closing.outcome) && !reopened)
      return { kind: 'answer', report: { ...closing, attempt: command.attempt } };
  }
  return { kind: 'send' };
}
