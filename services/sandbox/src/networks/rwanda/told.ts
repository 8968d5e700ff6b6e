import type { Pause } from '../../kit/faulty.js';

type Hear = (body: Uint8Array | undefined) => void;

/** Who waits for a call-back, by where it comes to. What nobody waits for is forgotten. */
export class Told {
  private readonly waiting = new Map<string, Set<Hear>>();

  constructor(private readonly pause: Pause) {}

  /** What is told under a key from now on; undefined when nothing is in time. */
  wait(key: string, timeoutMs: number): Promise<Uint8Array | undefined> {
    const waiting = this.waiting.get(key) ?? new Set();
    this.waiting.set(key, waiting);
    return new Promise((resolve) => {
      const hear: Hear = (body) => {
        waiting.delete(hear);
        if (waiting.size === 0 && this.waiting.get(key) === waiting) this.waiting.delete(key);
        resolve(body);
      };
      waiting.add(hear);
      void this.pause(timeoutMs).then(() => hear(undefined));
    });
  }

  /** Everybody who waits for it hears it. */
  tell(key: string, body: Uint8Array | undefined): void {
    for (const hear of this.waiting.get(key) ?? []) hear(body);
  }
}
