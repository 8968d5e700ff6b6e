import type { Pause } from './faulty.js';

/** Waits that never outlive the sandbox: closing leaves them unresolved, so nothing goes on after it. */
export class Timers {
  private readonly pending = new Set<NodeJS.Timeout>();
  private closed = false;

  readonly pause: Pause = (ms) =>
    new Promise((resolve) => {
      if (this.closed) return;
      const timer = setTimeout(() => {
        this.pending.delete(timer);
        resolve();
      }, ms);
      this.pending.add(timer);
    });

  close(): void {
    this.closed = true;
    for (const timer of this.pending) clearTimeout(timer);
    this.pending.clear();
  }
}
