import { describe, expect, it } from '@jest/globals';
import { allByHalves, byHalves } from './by-halves.js';
import { TryLater } from './delivery.js';

const items = Array.from({ length: 9 }, (_, n) => n);

/** Work that commits a part whole or not at all; the bad items break it. */
function setOf(bad: readonly number[]) {
  const done: number[] = [];
  const work = (part: readonly number[]) => {
    if (part.some((one) => bad.includes(one))) return Promise.reject(new Error('bad item'));
    return Promise.resolve(void done.push(...part));
  };
  return { done, work };
}

describe('a set that is worked on by halves', () => {
  it('is one piece of work when nothing is wrong', async () => {
    let calls = 0;
    await byHalves(
      items,
      () => Promise.resolve((calls += 1)),
      () => Promise.reject(new Error('not reached')),
    );
    expect(calls).toBe(1);
    await byHalves(
      [],
      () => Promise.reject(new Error('nothing to do')),
      () => undefined,
    );
  });

  it.each([[[0]], [[8]], [[3, 4]], [[0, 4, 8]]])('loses %j and nothing else', async (bad) => {
    const { done, work } = setOf(bad);
    const alone: number[] = [];
    await byHalves(items, work, (item, cause) => {
      expect(cause).toEqual(new Error('bad item'));
      alone.push(item);
    });
    expect(alone).toEqual(bad);
    expect(done).toEqual(items.filter((one) => !bad.includes(one)));
  });

  it('may tell all that is bad at its end, each with its cause', async () => {
    const { done, work } = setOf([3, 4]);
    const fault = await allByHalves(items, work, (item) => `no ${item}`).catch((error: unknown) => error);
    expect(done).toHaveLength(7);
    expect(fault).toMatchObject({ message: 'Error: no 3; Error: no 4' });
    const cause = new Error('bad item');
    const { errors } = fault as AggregateError;
    expect(errors.map((error: Error) => error.cause)).toEqual([cause, cause]);
    await allByHalves(items, setOf([]).work, String);
  });

  it('blames no item for what is away', async () => {
    const away = new TryLater('the database is away');
    await expect(
      byHalves(
        items,
        () => Promise.reject(away),
        () => undefined,
      ),
    ).rejects.toBe(away);
  });
});
