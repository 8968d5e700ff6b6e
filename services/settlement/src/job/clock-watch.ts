import { DatabaseClock, type Clock } from '@tonle/platform';

/** Less than this makes no statement due. */
const MOVED_MS = 60_000;

/** Sees when the clock of a sandbox was moved on: it is further ahead than before. */
export class ClockWatch {
  private aheadMs: number;

  /** `inFact`: what time it is where nobody has moved it. */
  constructor(
    private readonly clock: Clock,
    private readonly inFact: () => number = inFactOf(clock),
  ) {
    this.aheadMs = clock.now() - inFact();
  }

  /** Was it moved on since it was asked last? */
  hasMoved(): boolean {
    const aheadMs = this.clock.now() - this.inFact();
    const isMoved = aheadMs - this.aheadMs >= MOVED_MS;
    this.aheadMs = aheadMs;
    return isMoved;
  }
}

/** Outside of a sandbox nobody can move time. */
function inFactOf(clock: Clock): () => number {
  return clock instanceof DatabaseClock ? () => clock.unshifted() : () => clock.now();
}
