import { randomBytes } from 'node:crypto';
import type { RandomBytes } from '@tonle/contracts';
import type { Clock } from '@tonle/platform';
import type { SandboxTime } from '@tonle/security';

/** Time as the networks see it: the sandbox's, which the switch has too, and by what the control API puts them apart from it. */
export class SystemClock implements Clock {
  offsetMs = 0;

  constructor(private readonly sandbox?: SandboxTime) {}

  now(): number {
    return Date.now() + (this.sandbox?.aheadMs() ?? 0) + this.offsetMs;
  }
}

/** Bytes for ids. */
export const systemRandomBytes: RandomBytes = (size) => randomBytes(size);

/** Seeded numbers, 0 <= value < 1 (mulberry32): fault rates, arrivals, rate walks. Never ids or keys. */
export function seededUnit(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
