/** How long the oldest of what was taken has waited, by what it waits for, in milliseconds. */
export interface QueueAges {
  /** To be written. */
  readonly commit: number;
  /** To be published. */
  readonly outbox: number;
  /** To be known to routing, since it was taken. */
  readonly routing: number;
}

/** Once shut, the intake opens again when the queue is half as old as the age that shut it. */
const OPENS_AT_SHARE = 0.5;

/** The age of the whole queue: what waits at one place has the others before it or behind it. */
export function ageOf({ commit, outbox, routing }: QueueAges): number {
  return Math.max(commit, outbox, routing);
}

/** Is nothing more taken while the queue is so old? */
export function isShut(wasShut: boolean, ageMs: number, limitMs: number): boolean {
  return ageMs >= (wasShut ? limitMs * OPENS_AT_SHARE : limitMs);
}

/** Would its time end before routing takes it, if it waits as long as the oldest does now? One whose time is over is for routing. */
export function wouldComeLate(ageMs: number, leftMs: number): boolean {
  return leftMs > 0 && ageMs >= leftMs;
}
