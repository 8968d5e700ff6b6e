import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { endDifferences, openDifferences } from './break-register.store.js';
import type { SettlementDifference } from './settlement-difference.js';

// Real: PostgreSQL.

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('break_register');
  await test.database.openOrm(SETTLEMENT_DATABASE);
});
afterAll(() => test.drop());

const short: SettlementDifference = {
  type: 'BATCH_SHORT',
  partner: 'THSETTLE',
  currency: 'THB',
  day: '2026-11-20',
  key: 'I-1',
  ourMinor: 191_000n,
  theirMinor: 100_000n,
  detail: 'the bank paid less',
};
const at = new Date('2026-11-20T05:00:00Z');
const open = (more: Partial<SettlementDifference> = {}) =>
  test.database.transaction((transaction) =>
    openDifferences(transaction, [{ ...short, ...more }], [randomUUID()], at),
  );
const end = () => test.database.transaction((transaction) => endDifferences(transaction, [short], at));
const resolve = () => test.database.query(`UPDATE settlement_break SET state = 'RESOLVED'`);
const rows = () =>
  test.database.query(
    'SELECT type, severity, state, source, their_minor AS theirs, detail FROM settlement_break',
  );

it('a difference of settlement is one break: newest figures, ended by the system, opened again by it or by other figures', async () => {
  const kept = { type: 'BATCH_SHORT', severity: 2, source: 'settlement', detail: short.detail };
  await open();
  await open();
  expect(await rows()).toEqual([{ ...kept, state: 'OPEN', theirs: 100_000n }]);
  await end();
  await end();
  expect(await rows()).toEqual([{ ...kept, state: 'AUTO_RESOLVED', theirs: 100_000n }]);
  await open({ theirMinor: 150_000n });
  expect(await rows()).toEqual([{ ...kept, state: 'OPEN', theirs: 150_000n }]);
  await resolve();
  await open({ theirMinor: 150_000n, detail: 'in other words' });
  await end();
  expect(await rows()).toEqual([{ ...kept, state: 'RESOLVED', theirs: 150_000n }]);
  await open({ theirMinor: 1n });
  expect(await rows()).toMatchObject([{ state: 'OPEN', theirs: 1n }]);
});
