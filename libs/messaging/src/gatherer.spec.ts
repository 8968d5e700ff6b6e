import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { until } from '../../../tests/world/until.js';
import { TryLater } from './delivery.js';
import { ArrivalRate, Gatherer, GathererFull, restMs } from './gatherer.js';

describe('when to wait for company', () => {
  const after = (gaps: readonly number[], rate = new ArrivalRate(15)) => {
    let now = 0;
    for (const gap of gaps) rate.arrived((now += gap));
    return rate.waitMs();
  };

  it('does not wait when items are rare', () => {
    expect(after([0, 100, 90, 110, 100])).toBe(0);
    expect(after([0])).toBe(0);
  });

  it('does not wait for a burst after a pause', () => {
    expect(after([0, 5_000, 0, 0, 0, 0])).toBe(0);
  });

  it('waits when items follow closely', () => {
    expect(after(Array.from({ length: 60 }, () => 3))).toBe(15);
  });

  it('waits longer for records whose handling nobody waits for, and for those that come further apart', () => {
    const seldom = Array.from({ length: 60 }, () => 60);
    expect(after(seldom, ArrivalRate.ofRecords(15, true))).toBe(300);
    expect(after(seldom, ArrivalRate.ofRecords(15))).toBe(0);
    expect(after([0, 5_000, 400, 600], ArrivalRate.ofRecords(15, true))).toBe(0);
  });

  it('stops waiting as soon as there was a pause', () => {
    expect(after([...Array.from({ length: 60 }, () => 3), 1_000])).toBe(0);
  });
});

describe('how long to rest after a batch', () => {
  it.each([
    ['nothing after one that took next to nothing', 0.4, 0],
    ['as long as it took', 12.5, 12.5],
    ['never longer than a caller would notice', 3_000, 40],
  ])('%s', (_, took, rest) => {
    expect(restMs(took)).toBe(rest);
  });
});

describe('a gatherer', () => {
  it('answers each item with its own result, in batches no larger than asked, one at a time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer(), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        async (items, batchMax) => {
          let inFlight = 0;
          let largest = 0;
          const gatherer = new Gatherer<number, number>(
            async (batch) => {
              inFlight += 1;
              largest = Math.max(largest, batch.length);
              expect(inFlight).toBe(1);
              await Promise.resolve();
              inFlight -= 1;
              return batch.map((item) => item * 2);
            },
            { batchMax, lingerMs: 0 },
          );
          const answers = await Promise.all(items.map((item) => gatherer.add(item)));
          expect(answers).toEqual(items.map((item) => item * 2));
          expect(largest).toBeLessThanOrEqual(batchMax);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('puts what comes while a batch is in flight into the next one', async () => {
    const sizes: number[] = [];
    let open: () => void = () => undefined;
    const gate = new Promise<void>((done) => {
      open = done;
    });
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((done) => {
      begin = done;
    });
    const gatherer = new Gatherer<number, number>(
      async (batch) => {
        sizes.push(batch.length);
        begin();
        if (sizes.length === 1) await gate;
        return batch;
      },
      { batchMax: 100, lingerMs: 0 },
    );
    const first = gatherer.add(0);
    await begun;
    const others = [1, 2, 3, 4].map((item) => gatherer.add(item));
    open();
    await Promise.all([first, ...others]);
    expect(sizes).toEqual([1, 4]);
  });

  it('lets one item fail alone, and answers all others', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 2, max: 60 }),
        async (bad, batchMax) => {
          const gatherer = new Gatherer<number, number>(
            (batch) =>
              batch.some((n) => bad[n]) ? Promise.reject(new Error('22021')) : Promise.resolve(batch),
            { batchMax, lingerMs: 0 },
          );
          const answers = await Promise.allSettled(bad.map((_, n) => gatherer.add(n)));
          expect(answers.map(({ status }) => status)).toEqual(
            bad.map((is) => (is ? 'rejected' : 'fulfilled')),
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it('asks once when the house is the reason, and rejects all', async () => {
    let asked = 0;
    const gatherer = new Gatherer<number, number>(
      () => {
        asked += 1;
        return Promise.reject(new TryLater('down'));
      },
      { batchMax: 10, lingerMs: 0 },
    );
    const results = await Promise.allSettled([gatherer.add(1), gatherer.add(2)]);
    expect(results.map((one) => one.status)).toEqual(['rejected', 'rejected']);
    expect(asked).toBe(1);
  });

  it('rejects every item of a failed batch and goes on with the next', async () => {
    let failing = true;
    const gatherer = new Gatherer<number, number>(
      (batch) => (failing ? Promise.reject(new Error('down')) : Promise.resolve(batch)),
      { batchMax: 10, lingerMs: 0 },
    );
    const results = await Promise.allSettled([gatherer.add(1), gatherer.add(2)]);
    expect(results.map((one) => one.status)).toEqual(['rejected', 'rejected']);
    failing = false;
    await expect(gatherer.add(3)).resolves.toBe(3);
  });

  it('does not let a slow batch keep the next ones waiting, and counts what is in it', async () => {
    const begun = gate();
    const ended = gate();
    const gatherer = new Gatherer<number, number>(
      async (batch) => {
        if (batch.includes(0)) {
          begun.open();
          await ended.opened;
        }
        return batch;
      },
      { batchMax: 10, lingerMs: 0, waitingMax: 2, slowMs: 1 },
    );
    const slow = gatherer.add(0);
    await begun.opened;
    expect(await gatherer.add(1)).toBe(1);
    const others = await Promise.allSettled([gatherer.add(2), gatherer.add(3)]);
    expect(others.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    ended.open();
    expect(await slow).toBe(0);
    expect(await gatherer.add(4)).toBe(4);
    expect(await Promise.all([gatherer.add(5), gatherer.add(6)])).toEqual([5, 6]);
  });

  it('refuses more than may wait', async () => {
    const gatherer = new Gatherer<number, number>((batch) => Promise.resolve(batch), {
      batchMax: 10,
      lingerMs: 0,
      waitingMax: 2,
    });
    const results = await Promise.allSettled([1, 2, 3].map((item) => gatherer.add(item)));
    expect(results.map((one) => one.status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect((results[2] as PromiseRejectedResult).reason).toBeInstanceOf(GathererFull);
  });

  it('refuses whoever would wait behind one who has waited too long, until that one has its answer', async () => {
    const ended = gate();
    const gatherer = new Gatherer<number, number>(
      async (batch) => {
        await ended.opened;
        return batch;
      },
      { batchMax: 10, lingerMs: 0, waitMsMax: 5 },
    );
    expect(gatherer.waitedMs()).toBe(0);
    const first = gatherer.add(0);
    await until('one who has waited too long', () => gatherer.waitedMs() >= 5);
    await expect(gatherer.add(1)).rejects.toBeInstanceOf(GathererFull);
    ended.open();
    expect(await first).toBe(0);
    expect(await gatherer.add(2)).toBe(2);
  });

  it('breaks loudly when the handler answers another number of items', async () => {
    const gatherer = new Gatherer<number, number>(() => Promise.resolve([]), { batchMax: 10, lingerMs: 0 });
    await expect(gatherer.add(1)).rejects.toThrow('0 answers to 1 item');
  });
});

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((done) => {
    open = done;
  });
  return { opened, open: () => open() };
}
