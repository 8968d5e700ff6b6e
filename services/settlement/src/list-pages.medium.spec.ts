import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import fc from 'fast-check';
import { listStatements } from './bank/bank.view.js';
import { listRuns } from './reconciliation/run.view.js';
import { SETTLEMENT_DATABASE } from './settlement.service.js';
import { listWindows } from './window/window.view.js';

// Real: PostgreSQL. However small its pages are, a list has each entry once, in its order.

const DAYS = ['2026-11-20', '2026-11-21', '2026-11-22'];
const NAMES = ['BAKONG', 'THSETTLE', 'THSWITCH-A', 'THSWITCH_B'];

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('list_pages');
  await test.database.openOrm(SETTLEMENT_DATABASE);
  const { database } = test;
  await database.query(
    `INSERT INTO settlement_window (window_id, partner, currency, settlement_mode, day, calendar_version, cut_off_at, state)
     SELECT partner || '-' || currency || '-' || day, partner, currency, 'DEFERRED_NET', day::date, 1, now(),
       CASE currency WHEN 'THB' THEN 'NETTED' ELSE 'SETTLED' END
     FROM unnest($1::text[]) AS day, unnest($2::text[]) AS partner, unnest(ARRAY['KHR', 'THB']) AS currency`,
    [DAYS, NAMES],
  );
  // Two of one file at one instant, and a file that was refused at the same.
  await database.query(
    `INSERT INTO bank_statement (statement_id, bank, currency, kind, bank_id, from_day, day, opening_minor, closing_minor, line_count,
       sha256, file_no, format, bytes, taken_at, taken_by)
     SELECT gen_random_uuid(), bank, 'THB', 'statement', day || no, day::date, day::date, 0, 0, 0, day, no, 'csv', '',
       day::timestamptz + interval '0.0005 s', 'link'
     FROM unnest($1::text[]) AS day, unnest($2::text[]) AS bank, generate_series(1, 2) AS no`,
    [DAYS, NAMES],
  );
  await database.query(
    `INSERT INTO bank_file_refused (sha256, bank, currency, format, bytes, faults, first_at, last_at, taken_by)
     SELECT day, bank, 'THB', 'csv', '', '[]', now(), day::timestamptz + interval '0.0005 s', 'link'
     FROM unnest($1::text[]) AS day, unnest($2::text[]) AS bank`,
    [DAYS, NAMES],
  );
  await database.query(
    `INSERT INTO reconciliation_day (level, partner, currency, day)
     SELECT level, partner, 'THB', day::date
     FROM unnest($1::text[]) AS day, unnest($2::text[]) AS partner, unnest(ARRAY['L-P', 'L-B']) AS level`,
    [DAYS, NAMES],
  );
  await database.query(
    `INSERT INTO reconciliation_run (day_id, run, rule_set, ran_at, confirmed_at, inputs_digest, digest, counts)
     SELECT day_id, run, (SELECT min(version) FROM reconciliation_rule_set), now(), now(), '', day_id || ' ' || run, '{}'
     FROM reconciliation_day, generate_series(1, 3) AS run`,
  );
});
afterAll(() => test.drop());

/** All that is behind each other, and what one long page has. */
async function pagesOf<T, Place>(
  page: (limit: number, after?: Place) => Promise<{ readonly rows: T[]; readonly next?: Place }>,
  limit: number,
): Promise<T[]> {
  const all: T[] = [];
  let next: Place | undefined;
  do {
    const got = await page(limit, next);
    expect(got.rows.length).toBeLessThanOrEqual(limit);
    all.push(...got.rows);
    ({ next } = got);
  } while (next !== undefined);
  return all;
}

const filter = fc.record(
  { day: fc.constantFrom(...DAYS), name: fc.constantFrom(...NAMES), isNetted: fc.constant(true) },
  { requiredKeys: [] },
);
const limits = fc.integer({ min: 1, max: 9 });

it('windows', async () => {
  await fc.assert(
    fc.asyncProperty(limits, filter, async (limit, { day, isNetted }) => {
      const of = { ...(day && { day }), ...(isNetted && { state: 'NETTED' as const }) };
      const found = await pagesOf(async (max, after?: { day: string; windowId: string }) => {
        const rows = await listWindows(test.database, { ...of, limit: max, ...(after && { after }) });
        const last = rows.at(-1);
        return { rows, ...(rows.length === max && last && { next: last }) };
      }, limit);
      const ids = found.map(({ windowId }) => windowId);
      expect(ids).toEqual((await listWindows(test.database, of)).map(({ windowId }) => windowId));
      expect(ids).toHaveLength((day ? 1 : 3) * NAMES.length * (isNetted ? 1 : 2));
    }),
    { numRuns: 30 },
  );
});

it('statements and refused files', async () => {
  await fc.assert(
    fc.asyncProperty(limits, filter, async (limit, { day, name }) => {
      const of = { ...(day && { day }), ...(name && { bank: name }) };
      const list = async (max: number, cursor?: string) => {
        const asked = { ...of, limit: max, ...(cursor !== undefined && { cursor }) };
        const { statements: rows, next } = await listStatements(test.database, asked);
        return { rows, ...(next !== undefined && { next }) };
      };
      const found = await pagesOf(list, limit);
      expect(found).toEqual((await list(1_000)).rows);
      // What was refused has no day.
      const files = day === undefined ? 3 * 3 : 2;
      expect(found).toHaveLength((name === undefined ? NAMES.length : 1) * files);
    }),
    { numRuns: 30 },
  );
});

it('results of reconciled days', async () => {
  await fc.assert(
    fc.asyncProperty(limits, filter, async (limit, { day, name }) => {
      const of = { ...(day && { day }), ...(name && { partner: name }) };
      type Run = Awaited<ReturnType<typeof listRuns>>[number];
      const list = async (max: number, after?: Run) => {
        const rows = await listRuns(test.database, { ...of, limit: max, ...(after && { after }) });
        return { rows, ...(rows.length === max && { next: rows.at(-1)! }) };
      };
      const found = await pagesOf(list, limit);
      expect(found).toEqual(await listRuns(test.database, { ...of, limit: 1_000 }));
      expect(found).toHaveLength((day ? 1 : 3) * (name === undefined ? NAMES.length : 1) * 2 * 3);
    }),
    { numRuns: 30 },
  );
});
