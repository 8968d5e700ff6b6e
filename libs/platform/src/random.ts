import { randomFillSync } from 'node:crypto';
import { uuidV4, uuidV7 } from '@tonle/contracts';
import type { Random } from './platform.js';

const POOL_BYTES = 8_192;

/** The system's source, drawn in blocks because a system call for each id is dear. */
export function secureRandom(): Random {
  const pool = Buffer.alloc(POOL_BYTES);
  let at = POOL_BYTES;
  const take = (size: number): Uint8Array => {
    if (size > POOL_BYTES) return randomFillSync(new Uint8Array(size));
    if (at + size > POOL_BYTES) {
      randomFillSync(pool);
      at = 0;
    }
    const bytes = new Uint8Array(pool.subarray(at, at + size));
    // What was given out must not be found in memory later.
    pool.fill(0, at, at + size);
    at += size;
    return bytes;
  };
  return randomOf(take, () => new DataView(take(4).buffer).getUint32(0) / 2 ** 32);
}

/** The same values for the same seed (mulberry32). Tests and sandboxes only. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return randomOf(
    (size) => Uint8Array.from({ length: size }, () => next() & 0xff),
    () => next() / 2 ** 32,
  );
}

function randomOf(bytes: (size: number) => Uint8Array, unit: () => number): Random {
  return { bytes, unit, id: (nowMs) => uuidV7(nowMs, bytes), uuid: () => uuidV4(bytes) };
}
