import { describe, expect, it } from '@jest/globals';
import { secureRandom, seededRandom } from './random.js';

describe('randomness', () => {
  it('is the same for the same seed', () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed);
      return [random.unit(), ...random.bytes(4), random.id(1), random.uuid()];
    };
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
  });

  it.each([
    ['secure', secureRandom()],
    ['seeded', seededRandom(1)],
  ])('makes ids that sort by their time and ids that tell nothing (%s)', (_kind, random) => {
    const nowMs = 1_795_000_000_000;
    const ids = [random.id(nowMs), random.id(nowMs + 1), random.id(nowMs + 2)];
    expect(ids).toEqual([...ids].sort());
    expect(Number.parseInt(ids[0]!.replace('-', '').slice(0, 12), 16)).toBe(nowMs);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(random.uuid()).not.toBe(random.uuid());
  });
});
