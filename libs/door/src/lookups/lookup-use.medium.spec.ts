import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { TestClock } from '@tonle/platform';
import { createTestTelemetry } from '@tonle/telemetry';
import { LookupCounts1768300000000 } from '../migrations/1768300000000-lookup-counts.js';
import { deleteLookupCounts } from './lookup-count.store.js';
import { LookupUseCounter } from './lookup-use.js';

// Real: PostgreSQL.

const NOW = Date.parse('2026-11-22T10:05:00Z');
const HOUR_MS = 3_600_000;
const clock = new TestClock(NOW);
const telemetry = createTestTelemetry('door');
const none = { found: 0, notFound: 0, declined: 0, unanswered: 0, refused: 0, paid: 0 };
let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('lookup_use');
  await test.database.openOrm({ migrations: [LookupCounts1768300000000] });
});
afterAll(() => test.drop());

it('adds up what all instances counted, in the last hour and the last day', async () => {
  const other = new LookupUseCounter({ database: await test.another(), clock, telemetry });
  const use = new LookupUseCounter({ database: test.database, clock, telemetry });
  for (const each of [use, other]) {
    each.asked('A', 'found');
    each.asked('A', 'notFound');
    each.asked('B', 'refused');
    each.paid('A');
  }
  await Promise.all([use.write(), other.write()]);
  clock.advance(2 * HOUR_MS);
  use.asked('A', 'found');
  const shown = await use.shown();
  expect(shown).toEqual([
    { participant: 'A', hour: { ...none, found: 1 }, day: { ...none, found: 3, notFound: 2, paid: 2 } },
    { participant: 'B', hour: none, day: { ...none, refused: 2 } },
  ]);
  expect(await other.shown()).toEqual(shown);
  clock.advance(23 * HOUR_MS);
  expect(await use.shown()).toEqual([{ participant: 'A', hour: none, day: { ...none, found: 1 } }]);
  await deleteLookupCounts(test.database, new Date(clock.now()));
  expect(await use.shown()).toEqual([]);
});

it('keeps what could not be written for the next time', async () => {
  const use = new LookupUseCounter({ database: test.database, clock, telemetry });
  use.asked('C', 'unanswered');
  await test.database.query('ALTER TABLE lookup_count RENAME TO away');
  await expect(use.write()).rejects.toThrow();
  use.asked('C', 'unanswered');
  await test.database.query('ALTER TABLE away RENAME TO lookup_count');
  expect(await use.shown()).toEqual([
    { participant: 'C', hour: { ...none, unanswered: 2 }, day: { ...none, unanswered: 2 } },
  ]);
});

it('counts others though the counts of one cannot be written', async () => {
  const use = new LookupUseCounter({ database: test.database, clock, telemetry });
  const names = Array.from({ length: 40 }, (_, n) => (n === 13 ? 'P\u0000' : `P${100 + n}`));
  for (const name of names) use.asked(name, 'found');
  await expect(use.write()).rejects.toThrow('lookups of P\u0000 cannot be counted');
  const rows = await test.database.query<{ participant: string }>(
    "SELECT participant FROM lookup_count WHERE participant LIKE 'P%' ORDER BY participant",
  );
  expect(rows.map(({ participant }) => participant)).toEqual(names.filter((_, n) => n !== 13));
});
