import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PublishedCursor } from './published-cursor.js';

it('counts what is not published without a gap, in whichever order publications end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ records: fc.integer({ min: 1, max: 9 }), isOut: fc.boolean() })),
      async (commits) => {
        const cursor = new PublishedCursor(0n);
        let last = 0n;
        for (const { records, isOut } of commits) {
          last += BigInt(records);
          cursor.track(last, isOut ? Promise.resolve(true) : new Promise(() => undefined));
        }
        await new Promise((done) => setImmediate(done));
        const until = commits.findIndex(({ isOut }) => !isOut);
        const waiting = until === -1 ? [] : commits.slice(until);
        expect(cursor.unsent).toBe(BigInt(waiting.reduce((sum, { records }) => sum + records, 0)));
        expect(cursor.unsent === 0n).toBe(cursor.waitedMs(Number.POSITIVE_INFINITY) === 0);
      },
    ),
  );
});
