import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DAY } from '../payment/payment-event.testing.js';
import { BooksWorld } from './books.testing.js';

// Real: PostgreSQL, the directory of the sandbox. DAY is a Friday; there is a link to the Thai bank alone.

let world: BooksWorld;
const problems = async (period: string) =>
  (await world.checklist(period)).steps.find(({ step }) => step === 'statements_in')!.problems;

beforeAll(async () => {
  world = await BooksWorld.start('statements_in', {
    TONLE_SETTLEMENT_BANKS: JSON.stringify({ THSETTLE: 'https://127.0.0.1:9' }),
  });
});
afterAll(() => world.stop());

const known = (bank: string, currency: string, since: string) =>
  world.test.database.query('INSERT INTO bank_account (bank, currency, since) VALUES ($1, $2, $3)', [
    bank,
    currency,
    since,
  ]);
const statement = (bank: string, currency: string, from: string, day: string) =>
  world.test.database.query(
    `INSERT INTO bank_statement (statement_id, bank, currency, kind, bank_id, from_day, day, opening_minor, closing_minor, line_count,
       sha256, file_no, format, bytes, taken_at, taken_by)
     VALUES (gen_random_uuid(), $1, $2, 'statement', $4::text, $3::date, $4::date, 0, 0, 0, $4::text, 1, 'csv', '', now(), 'schedule')`,
    [bank, currency, from, day],
  );

it('expects of a bank with a link each banking day since it is known, also when nobody has asked it', async () => {
  expect(await problems(DAY)).toEqual(['THSETTLE THB of 2026-11-20: it is not here']);
  expect(await problems('2026-11-21')).toEqual([]);
  await known('THSETTLE', 'THB', '2026-11-23');
  expect(await problems(DAY)).toEqual([]);
  expect(await problems('2026-11-23')).toEqual(['THSETTLE THB of 2026-11-23: it is not here']);
  await statement('THSETTLE', 'THB', '2026-11-23', '2026-11-24');
  expect([await problems('2026-11-23'), await problems('2026-11-24')]).toEqual([[], []]);
});

it('says why, once, when the bank was asked', async () => {
  await world.test.database.query(
    "INSERT INTO bank_statement_missing VALUES ('THSETTLE', 'THB', '2026-11-25', now(), 'the bank is silent')",
  );
  expect(await problems('2026-11-25')).toEqual(['THSETTLE THB of 2026-11-25: the bank is silent']);
});

it('expects of a bank without a link what follows its first statement', async () => {
  await known('LASETTLE', 'LAK', '2026-11-20');
  expect(await problems('2026-11-24')).toEqual([]);
  await statement('LASETTLE', 'LAK', '2026-11-23', '2026-11-23');
  expect([await problems('2026-11-20'), await problems('2026-11-24')]).toEqual([
    [],
    ['LASETTLE LAK of 2026-11-24: it is not here'],
  ]);
});

it('expects of a network every day since its first window, with payments or without', async () => {
  await world.test.database.query(
    `INSERT INTO settlement_window (window_id, partner, currency, settlement_mode, day, calendar_version, cut_off_at, state)
     SELECT id, id, currency, 'GROSS_RT', '2026-11-21', 1, now(), 'CLOSED'
     FROM (VALUES ('BAKONG', 'KHR'), ('EKASH', 'RWF'), ('NOBODY', 'THB')) AS w (id, currency)`,
  );
  // eKash gives none, and nobody knows NOBODY.
  expect([await problems(DAY), await problems('2026-11-22')]).toEqual([
    [],
    ['BAKONG KHR of 2026-11-22: it is not here'],
  ]);
  await world.test.database.query(
    "INSERT INTO statement_taken VALUES ('BAKONG', 'KHR', '2026-11-22', now())",
  );
  expect(await problems('2026-11-22')).toEqual([]);
});
