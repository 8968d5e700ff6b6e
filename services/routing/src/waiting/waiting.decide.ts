import type { PaymentSubmit } from '@tonle/contracts';
import { mayWait, queueOf, type Corridor } from '@tonle/directory';
import { lotOf, rampShare, trialsPerSecond, type DirectionHealth } from '@tonle/door';
import type { SubmissionRefusal } from '../payment/submission.decide.js';

/** What is known when a payment that nothing stands against could start. */
export interface StartFacts {
  readonly submit: PaymentSubmit;
  readonly corridor: Corridor;
  readonly health: DirectionHealth;
  /** How many of the corridor wait already. */
  readonly waiting: number;
  /** Epoch ms; from then on its price does not hold. */
  readonly quoteEndsMs: number;
  readonly nowMs: number;
}

export type Start =
  | { readonly kind: 'go' }
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'refuse'; readonly refusal: SubmissionRefusal };

const GO: Start = { kind: 'go' };

/**
 * Does a payment start, or wait for a network that does not answer, or that is just back? It waits before anything is reserved or
 * debited, no longer than the corridor says, than its price holds, and than its sender leaves time for its credit. Pure.
 */
export function decideStart({ submit, corridor, health, waiting, quoteEndsMs, nowMs }: StartFacts): Start {
  const queue = queueOf(corridor);
  if (queue === undefined || !mayWait(submit)) return GO;
  const isFree = health.kind === 'recovering' && lotOf(submit.quoteId) < health.share;
  if (isFree || (health.kind !== 'down' && health.kind !== 'recovering')) return GO;
  const name = `Corridor ${corridor.corridorId}: ${health.network.name}`;
  if (waiting >= queue.payments) return away(`${name} does not answer, and ${waiting} payments wait for it.`);
  const senderMs = submit.deadline === undefined ? Infinity : Date.parse(submit.deadline);
  const untilMs = Math.min(
    nowMs + queue.seconds * 1_000,
    quoteEndsMs,
    senderMs - corridor.timers.creditGuardMs,
  );
  return untilMs > nowMs
    ? { kind: 'wait', untilMs }
    : away(`${name} does not answer, and there is no time to wait.`);
}

function away(detail: string): Start {
  return { kind: 'refuse', refusal: { reason: 'partner_away', detail } };
}

/** What part of those that wait goes on in a second, once all may. */
const PART_A_SECOND = 0.1;

/** So many of those that wait go on, so often. */
export interface Release {
  readonly perSecond: number;
  readonly most: number;
}

/**
 * How those that wait go on, `waiting` of them: by and by once their network is back, one now and then that tries it before that.
 * Whoever has just started knows nothing of an outage that was, and begins as after one. Undefined: none does now. Pure.
 */
export function releaseOf(
  health: DirectionHealth,
  waiting: number,
  at: { readonly nowMs: number; readonly startedAgoMs: number },
): Release | undefined {
  if (health.kind === 'down') {
    const perSecond = trialsPerSecond(health, at.nowMs);
    return perSecond === undefined ? undefined : { perSecond, most: 1 };
  }
  const share = Math.min(health.kind === 'recovering' ? health.share : 1, rampShare(at.startedAgoMs));
  return { perSecond: 1, most: Math.ceil(waiting * share * PART_A_SECOND) };
}
