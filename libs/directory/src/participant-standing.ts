import { refused, type Refusal } from '@tonle/contracts';
import type { ParticipantBody } from './entry.schema.js';

/** As what a participant takes part: `any`, whichever way the money goes. */
export type Role = 'send' | 'receive' | 'any';
/** What is begun: an `offer` (a lookup, a quote, a code to show), a payment, or the refund of one. */
export type Begun = 'offer' | 'payment' | 'refund';

/** Why a participant may not begin something. */
export interface ParticipantPause {
  /** For people. */
  readonly detail: string;
  /** Epoch ms; absent: nobody has said until when. */
  readonly untilMs?: number;
}

/**
 * Why a participant may not take part in what is begun now; undefined when it may. What an operator paused still gives money back
 * and gets it back; what the directory says is paused does not. Pure.
 */
export function pauseOf(
  { participantId, state, pause }: ParticipantBody,
  role: Role,
  atMs: number,
  begun: Begun,
): ParticipantPause | undefined {
  if (state === 'paused') return { detail: `${participantId} is paused.` };
  if (state === 'send_only' && role === 'receive') return { detail: `${participantId} may only send now.` };
  if (state === 'receive_only' && role === 'send')
    return { detail: `${participantId} may only receive now.` };
  if (pause === undefined || begun === 'refund' || isOver(pause.until, atMs)) return undefined;
  return { detail: `${participantId} is paused${lastingWords(pause)}`, ...endOf(pause.until) };
}

/** A pause as a refusal that says when to come again, where that is known. */
export function pauseRefusal({ detail, untilMs }: ParticipantPause, atMs: number): Refusal {
  return { ...refused('participant_paused', detail), ...retryAt(untilMs, atMs) };
}

/** Has this come to its end? What nobody has set an end to has not. */
export function isOver(until: string | undefined, atMs: number): boolean {
  return until !== undefined && Date.parse(until) <= atMs;
}

/** Until when, and what people are told of it: the end of a sentence. */
export function lastingWords({
  until,
  notice,
}: {
  readonly until?: string;
  readonly notice?: string;
}): string {
  return `${until === undefined ? '' : ` until ${until}`}${notice === undefined ? '.' : `: ${notice}`}`;
}

/** When something ends, where that is known. */
export function endOf(until: string | undefined): { readonly untilMs?: number } {
  return until === undefined ? {} : { untilMs: Date.parse(until) };
}

/** Seconds until then, for a refusal; nothing where nobody knows. */
export function retryAt(untilMs: number | undefined, atMs: number): Pick<Refusal, 'retryAfterS'> {
  return untilMs === undefined ? {} : { retryAfterS: Math.max(1, Math.ceil((untilMs - atMs) / 1_000)) };
}
