import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type Queryable, type TestDatabase } from '@tonle/persistence';
import { NoticeFeed1772000000000 } from '../migrations/1772000000000-notice-feed.js';
import { noticeIdOf, type Notice } from './notice.js';
import { feedEndsOf, forgetNotices, insertNotices, noticesBetween } from './notice.store.js';

const NOW = new Date('2026-11-29T04:00:00Z');
let test: TestDatabase;
let bank: string;

beforeAll(async () => {
  test = await createTestDatabase('notice_feed', 'gateway');
  await test.database.openOrm({ migrations: [NoticeFeed1772000000000] });
});
afterAll(() => test.drop());
beforeEach(() => {
  bank = `BANK${randomUUID().slice(0, 8)}`;
});

function notice(paymentId: string, version: number, more: Partial<Notice> = {}): Notice {
  const type = more.type ?? 'payment.completed';
  return {
    noticeId: noticeIdOf(more.participant ?? bank, paymentId, type, '1'),
    participant: bank,
    type,
    payment: { paymentId, version },
    data: { paymentId, sequence: version },
    at: NOW.toISOString(),
    ...more,
  };
}

const insert = (notices: readonly Notice[], database: Queryable = test.database) =>
  insertNotices(database, notices, NOW);

/** As a reader asks: up to the end of the feed, from the cursor on. */
async function read(after: bigint, limit = 1_000) {
  const [ends] = await feedEndsOf(test.database, [bank]);
  return noticesBetween(test.database, bank, { after, upTo: ends?.last ?? 0n }, [], limit);
}

describe('the feed of notices', () => {
  it('has what is told again once, within a batch and later', async () => {
    const once = notice(randomUUID(), 7);
    expect(await insert([once, once])).toEqual(new Set([bank]));
    expect(await insert([once])).toEqual(new Set());
    const later = { ...once, data: { changed: true }, payment: { ...once.payment!, version: 9 } };
    expect(await insert([later])).toEqual(new Set());
    expect((await read(0n)).map(({ position, data }) => [position, data])).toEqual([[1n, once.data]]);
  });

  it('numbers each participant by itself, a payment in the order of its versions', async () => {
    const [paymentId, other] = [randomUUID(), `${bank}-FX`];
    await insert([
      notice(paymentId, 7),
      notice(paymentId, 7, { participant: other, type: 'quote.completed' }),
      notice(paymentId, 5, { type: 'payment.unknown' }),
    ]);
    expect((await read(0n)).map(({ position, type }) => [position, type])).toEqual([
      [1n, 'payment.unknown'],
      [2n, 'payment.completed'],
    ]);
    expect(await feedEndsOf(test.database, [other])).toEqual([
      { participant: other, last: 1n, forgotten: 0n },
    ]);
  });

  it('leaves out what comes after a later version of the same payment', async () => {
    const paymentId = randomUUID();
    await insert([notice(paymentId, 7)]);
    await insert([notice(paymentId, 5, { type: 'payment.review' })]);
    expect((await read(0n)).map(({ type }) => type)).toEqual(['payment.completed']);
  });

  it('shows nothing behind what has been written earlier and is not committed', async () => {
    const [first, second] = [notice(randomUUID(), 2), notice(randomUUID(), 2)];
    const other = await test.another();
    const late: { done?: Promise<unknown> } = {};
    const seen = await test.database.transaction(async (transaction) => {
      await insert([first], transaction);
      let isThere = false;
      late.done = insert([second], other).then(() => {
        isThere = true;
      });
      for (;;) {
        const waiting = await test.database.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        if (waiting.length > 0 || isThere) break;
      }
      return read(0n);
    });
    await late.done;
    const after = await read(seen.at(-1)?.position ?? 0n);
    expect([...seen, ...after].map(({ noticeId }) => noticeId)).toEqual([first.noticeId, second.noticeId]);
  });

  it('is read whole by cursor while many write at once', async () => {
    const writers = await Promise.all(Array.from({ length: 6 }, () => test.another()));
    const payments = Array.from({ length: 300 }, () => randomUUID());
    let writing = true;
    const written = Promise.all(
      writers.map(async (database, writer) => {
        // Every payment is told by two of them, and with each batch others are.
        for (let index = 0; index < payments.length; index += 10) {
          const own = payments
            .slice(index, index + 10)
            .filter((_, at) => [at % 6, (at + 1) % 6].includes(writer));
          const others = notice(randomUUID(), 1, { participant: `${bank}-${index % 3}` });
          await database.transaction((transaction) =>
            insert([others, ...own.map((id) => notice(id, 3))], transaction),
          );
        }
      }),
    ).finally(() => {
      writing = false;
    });
    const seen: string[] = [];
    let cursor = 0n;
    for (let rest = true; rest;) {
      rest = writing;
      for (const { position, paymentId } of await read(cursor, 7)) {
        expect(position).toBeGreaterThan(cursor);
        cursor = position;
        seen.push(paymentId!);
        rest = true;
      }
    }
    await written;
    expect([...seen].sort()).toEqual([...payments].sort());
  });

  it('forgets what is old, and knows up to where', async () => {
    await insertNotices(
      test.database,
      [notice(randomUUID(), 1), notice(randomUUID(), 1)],
      new Date('2026-10-01'),
    );
    await insert([notice(randomUUID(), 1)]);
    expect(await forgetNotices(test.database, new Date('2026-10-30'), 100)).toBe(2);
    expect(await feedEndsOf(test.database, [bank])).toMatchObject([{ last: 3n, forgotten: 2n }]);
    expect((await read(0n)).map(({ position }) => position)).toEqual([3n]);
  });
});
