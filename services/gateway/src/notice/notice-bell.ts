import type { Database } from '@tonle/persistence';
import { feedEndsOf } from './notice.store.js';

interface Waiter {
  readonly after: bigint;
  readonly tell: (came: boolean) => void;
}

/**
 * Who waits here for new notices. What this instance commits rings at once; what others commit is found by a look into the table
 * now and then. Beyond `max`, and while the process ends, nobody is held.
 */
export class NoticeBell {
  private readonly waiting = new Map<string, Set<Waiter>>();
  private count = 0;
  private closed = false;

  constructor(
    private readonly database: Database,
    private readonly max: number,
  ) {}

  /** True when the participant has a notice after that position; false when none came in time, or who asks is not held. */
  async wait(participant: string, after: bigint, ms: number): Promise<boolean> {
    if (this.closed || this.count >= this.max) return false;
    let tell: Waiter['tell'] = () => undefined;
    const told = new Promise<boolean>((done) => (tell = done));
    const waiter = { after, tell };
    const waiters = this.waiting.get(participant) ?? new Set();
    this.waiting.set(participant, waiters.add(waiter));
    this.count += 1;
    const timer = setTimeout(() => tell(false), ms);
    try {
      // It may have come before we were here.
      await this.look([participant]);
      return await told;
    } finally {
      clearTimeout(timer);
      this.count -= 1;
      waiters.delete(waiter);
      if (waiters.size === 0 && this.waiting.get(participant) === waiters) this.waiting.delete(participant);
    }
  }

  /** They have been told something. */
  ring(participants: ReadonlySet<string>): void {
    for (const participant of participants)
      for (const { tell } of this.waiting.get(participant) ?? []) tell(true);
  }

  /** Lets those go whose feed is longer than they know. */
  async look(participants: readonly string[] = [...this.waiting.keys()]): Promise<void> {
    if (participants.length === 0) return;
    for (const { participant, last } of await feedEndsOf(this.database, participants))
      for (const { after, tell } of this.waiting.get(participant) ?? []) if (last > after) tell(true);
  }

  /** The process ends: everybody gets what there is. */
  letGo(): void {
    this.closed = true;
    for (const waiters of this.waiting.values()) for (const { tell } of waiters) tell(false);
  }
}
