import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type Database, type TestDatabase } from '@tonle/persistence';
import { until } from '../../../../tests/world/until.js';
import { First1764000200000 } from '../migrations/1764000200000-first.js';
import { lockedExposures } from './exposure.store.js';

const NOW = Date.parse('2026-11-20T05:00:00Z');
let test: TestDatabase;
let other: Database;

beforeAll(async () => {
  test = await createTestDatabase('exposure');
  await test.database.openOrm({ migrations: [First1764000200000] });
  other = await test.another();
});
afterAll(() => test.drop());

async function waiting(): Promise<boolean> {
  const rows = await test.database.query(
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  );
  return rows.length > 0;
}

it('who waited for the exposures sees the position and the book as the one before left them', async () => {
  await test.database.query(
    "INSERT INTO exposure (provider, currency, limit_minor) VALUES ('FXNAGA', 'THB', 100)",
  );
  let second: Promise<Awaited<ReturnType<typeof lockedExposures>>> | undefined;
  await test.database.transaction(async (transaction) => {
    await lockedExposures(transaction, NOW);
    await transaction.query("UPDATE exposure SET open_minor = 1 WHERE provider = 'FXNAGA'");
    await transaction.query('UPDATE rate_book SET version = version + 1');
    await transaction.query(
      "INSERT INTO fx_position (provider, currency, day, sold_minor) VALUES ('FXNAGA', 'THB', '2026-11-20', 60)",
    );
    second = other.transaction((late) => lockedExposures(late, NOW));
    await until('the second at the lock', waiting);
  });
  expect(await second).toMatchObject({
    bookVersion: 1n,
    exposures: [{ openMinor: 1n, positionMinor: 60n }],
  });
});
