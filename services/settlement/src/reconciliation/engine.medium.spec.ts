import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LegKind, StatementLine } from '@tonle/contracts';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import { LedgerEntries } from '../ledger/ledger-entries.js';
import { LedgerEntryStore } from '../ledger/ledger-entry.store.js';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { ReconciliationEngine, type DayComparison } from './engine.js';
import { localDay } from './local-day.js';
import { matchDay } from './reconciliation.decide.js';
import { resultDigest } from './run.store.js';
import type { ReconciliationTarget } from './reconciliation-targets.js';
import type { ExpectedItem, StatementItem } from './reconciliation.js';

// Real: PostgreSQL. What the engine finds by sets is what the pure decision finds in memory.

const DAY = '2026-11-20';
const NOW = new Date('2026-11-22T00:00:00Z');
const TARGET: ReconciliationTarget = {
  adapter: 'adapter-thailand',
  partner: 'THSWITCH',
  currency: 'THB',
  side: 'partner',
  strongKey: 'uetr',
  corridors: ['KH-TH'],
  calendar: { utcOffsetMinutes: 420, cutOff: '23:00', version: 1 } as ReconciliationTarget['calendar'],
};
/** A bound for what hangs: a busy machine needs minutes for eighty comparisons. */
const STALL_MS_MAX = 600_000;
const KEYS = Array.from({ length: 6 }, (_, at) => `00000000-0000-4000-8000-00000000000${at}`);

let test: TestDatabase;
let platform: TestPlatform;
let engine: ReconciliationEngine;
let open = new Map<string, string>();
beforeAll(async () => {
  test = await createTestDatabase('reconciliation_engine');
  await test.database.openOrm(SETTLEMENT_DATABASE);
  platform = createTestPlatform('settlement', test.database, { settings: {} });
  const entries = new LedgerEntries(new LedgerEntryStore(), platform.clock);
  engine = new ReconciliationEngine(platform.random, () => Promise.resolve(open), entries);
});
afterAll(() => test.drop());
beforeEach(async () => {
  open = new Map();
  await test.database.query(
    `TRUNCATE payment_record, statement_line, settlement_break, reconciliation_day, reconciliation_run, reconciliation_match,
       reconciliation_finding, reconciliation_rounding, ledger_entry CASCADE`,
  );
});

interface Item {
  readonly paymentId: string;
  readonly uetr: string;
  readonly minor: bigint;
  readonly state: 'COMPLETED' | 'REJECTED';
  readonly endedAt: Date;
}
interface Line {
  readonly lineId: string;
  readonly uetr: string | null;
  readonly leg: LegKind | null;
  readonly minor: bigint;
  readonly status: StatementLine['status'];
  readonly day: string;
  readonly bookedAt: Date;
  readonly counterMinor?: bigint;
  readonly feeMinor?: bigint;
  readonly refundOf?: string;
}

const put = (items: readonly Item[], lines: readonly Line[]) =>
  test.database.transaction(async (transaction) => {
    for (const { paymentId, uetr, minor, state, endedAt } of items)
      await transaction.query(
        `INSERT INTO payment_record (payment_id, version, state, direction, corridor, uetr, end_to_end_id, fx_provider,
           source_currency, source_minor, target_currency, target_minor, credit_ref, lane, ended_at)
         VALUES ($1, 5, $2, 'outbound', 'KH-TH', $3, 'e', 'FXNAGA', 'KHR', 10000, 'THB', $4, NULL, 'a', $5)`,
        [paymentId, state, uetr, minor, endedAt],
      );
    for (const { lineId, uetr, leg, minor, status, day, bookedAt, counterMinor, feeMinor, refundOf } of lines)
      await transaction.query(
        `INSERT INTO statement_line (partner, currency, day, line_id, uetr, leg, amount_minor, status, booked_at,
           counter_currency, counter_minor, fee_minor, refund_of)
         VALUES ('THSWITCH', 'THB', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        [
          ...[day, lineId, uetr, leg, minor, status, bookedAt],
          ...[
            counterMinor === undefined ? null : 'KHR',
            counterMinor ?? null,
            feeMinor ?? null,
            refundOf ?? null,
          ],
        ],
      );
  });
const compare = (day = DAY): Promise<DayComparison> =>
  test.database.transaction((transaction) =>
    engine.compare(transaction, {
      ...{ target: TARGET, day, now: NOW, settledBefore: new Date(NOW.getTime() - 60_000) },
      progress: () => Promise.resolve(),
    }),
  );
const noon = new Date('2026-11-20T05:00:00Z');
const item = (at: number, more: Partial<Item> = {}): Item => ({
  ...{ paymentId: randomUUID(), uetr: KEYS[at]!, minor: 1_000n, state: 'COMPLETED', endedAt: noon },
  ...more,
});
const line = (at: number, more: Partial<Line> = {}): Line => ({
  ...{
    lineId: `l${at}`,
    uetr: KEYS[at]!,
    leg: 'credit',
    minor: 1_000n,
    status: 'booked',
    day: DAY,
    bookedAt: noon,
  },
  ...more,
});
const rules = (change: string) =>
  test.database.query(`UPDATE reconciliation_rule_set SET body = body || $1::jsonb WHERE version = 1`, [
    change,
  ]);

describe('the engine', () => {
  // Often near to the local midnights, twelve hours away from noon.
  const minute = fc.oneof(
    fc.integer({ min: -30 * 60, max: 30 * 60 }),
    fc.constantFrom(-730, -725, -721, -719, -700, 700, 705, 719, 721, 735),
  );
  const when = (minutes: number) => new Date(noon.getTime() + minutes * 60_000);
  const minor = fc.constantFrom(1_000n, 1_001n);
  const key = fc.constantFrom(...KEYS);
  const items = fc.uniqueArray(
    fc.record({
      paymentId: fc.uuid(),
      uetr: key,
      minor,
      state: fc.constantFrom('COMPLETED', 'REJECTED'),
      endedAt: minute.map(when),
    }),
    { selector: ({ paymentId }) => paymentId, maxLength: 7 },
  );
  const lines = fc.uniqueArray(
    fc.record({
      lineId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
      uetr: fc.option(key, { freq: 6 }),
      leg: fc.constantFrom<LegKind | null>('credit', 'credit', 'reversal', null),
      minor,
      status: fc.constantFrom<StatementLine['status']>('booked', 'booked', 'booked', 'pending', 'rejected'),
      bookedAt: minute.map(when),
      counterMinor: fc.constantFrom(null, null, 10_000n, 10_001n),
      // 35 and 36 of 1,000 are within the tolerance of 34.
      feeMinor: fc.constantFrom(null, 34n, 35n, 36n),
      refundOf: fc.option(fc.constant('R'), { freq: 3 }),
    }),
    { selector: ({ lineId }) => lineId, maxLength: 8 },
  );
  const taken = fc.uniqueArray(fc.constantFrom('2026-11-19', '2026-11-21'));
  const fee = { basisPoints: 300n, fixedMinor: 4n };

  it(
    'finds what the decision in memory finds',
    async () => {
      const property = fc.asyncProperty(items, lines, taken, async (ours, shown, here) => {
        await test.database.query(
          'TRUNCATE payment_record, statement_line, statement_taken, settlement_break CASCADE',
        );
        for (const day of here)
          await test.database.query(
            `INSERT INTO statement_taken (partner, currency, day, asked_at) VALUES ('THSWITCH', 'THB', $1, now())`,
            [day],
          );
        const dayOf = (instant: Date) => localDay(instant, TARGET.calendar);
        const theirs = shown.map((each) => ({ ...each, day: dayOf(each.bookedAt) }));
        await put(
          ours as Item[],
          theirs.map(({ counterMinor, feeMinor, refundOf, ...each }) => ({
            ...each,
            ...(counterMinor !== null && { counterMinor }),
            ...(feeMinor !== null && { feeMinor }),
            ...(refundOf !== null && { refundOf }),
          })),
        );
        const expected = ours.map(
          ({ paymentId, uetr, minor: amountMinor, state, endedAt }): ExpectedItem => ({
            ...{ paymentId, uetr, state, endedAt, amountMinor, leg: 'credit', partnerRef: null },
            ...{ counterCurrency: 'KHR', counterMinor: 10_000n },
            booked: state === 'COMPLETED',
          }),
        );
        const inMemory = matchDay({
          ...{
            day: DAY,
            currency: 'THB',
            strongKey: 'uetr',
            side: 'partner',
            dayOf,
            broken: new Set(),
            open: new Map(),
            ...{ taken: new Set<string>(here), edgeMs: 15 * 60_000, fee },
          },
          expected: [...expected].sort((one, other) => (one.paymentId < other.paymentId ? -1 : 1)),
          lines: theirs
            .map(({ minor: amountMinor, ...each }): StatementItem => ({
              ...each,
              amountMinor,
              partnerRef: null,
              legKey: null,
              counterCurrency: each.counterMinor === null ? null : 'KHR',
            }))
            .sort((one, other) => (order(one) < order(other) ? -1 : 1)),
          settledBefore: new Date(NOW.getTime() - 60_000),
        });
        const found = await compare();
        const { ours: of, matched, waiting, open: left } = inMemory;
        expect(found).toMatchObject({ ours: of, matched, waiting, open: left });
        const rows = await test.database.query<{ type: string; key: string; detail: string }>(
          `SELECT type, match_key AS key, our_minor AS ours, their_minor AS theirs, detail FROM reconciliation_finding
         WHERE until_run IS NULL`,
        );
        const wanted = inMemory.breaks
          .filter(({ isOfDay }) => isOfDay)
          .map(({ type, key: of, ourMinor = null, theirMinor = null, detail }) => ({
            ...{ type, key: of, ours: ourMinor, theirs: theirMinor, detail },
          }));
        expect(rows.map(text).sort()).toEqual(wanted.map(text).sort());
        const again = await compare();
        expect([again.digest, again.isNew, again.opened]).toEqual([found.digest, false, 0]);
      });
      await rules(
        '{"fees": [{"partner": "THSWITCH", "currency": "THB", "basisPoints": 300, "fixedMinor": "4"}]}',
      );
      await fc.assert(property, { numRuns: 40 });
      await rules('{"fees": []}');
    },
    STALL_MS_MAX,
  );
  const order = ({ day, bookedAt, lineId }: StatementItem) => `${day} ${bookedAt.toISOString()} ${lineId}`;
  const text = (row: object) =>
    JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));

  it('keeps what agrees with the version of the rules, and what a run found as it was found', async () => {
    const [first, second] = [item(0), item(1)];
    await put([first, second], [line(0)]);
    const before = await compare();
    expect(before).toMatchObject({
      run: 1,
      isNew: true,
      ruleSet: 1,
      matched: 1,
      breaks: { MISSING_AT_PARTNER: 1 },
    });
    await put([], [line(1)]);
    const after = await compare();
    expect(after).toMatchObject({ run: 2, isNew: true, matched: 2, breaks: {} });
    expect(after.digest).not.toBe(before.digest);
    expect(
      await test.database.query(
        `SELECT match_key AS key, payment_id AS payment, pass, rule, rule_set AS rules, from_run AS run FROM reconciliation_match
         ORDER BY 1`,
      ),
    ).toEqual([
      { key: KEYS[0], payment: first.paymentId, pass: 1, rule: 'LP1', rules: 1, run: 1 },
      { key: KEYS[1], payment: second.paymentId, pass: 1, rule: 'LP1', rules: 1, run: 2 },
    ]);
    // The first result can still be shown, byte by byte.
    const [day] = await test.database.query<{ id: number; counts: never }>(
      'SELECT day_id AS id, counts FROM reconciliation_run WHERE run = 1',
    );
    const shown = await resultDigest(test.database, { dayId: day!.id, run: 1 }, day!.counts);
    expect(shown.digest).toBe(before.digest);
  });

  it('suggests the only pair that fits, and matches it without a person up to a limit', async () => {
    const at = (minutes: number) => new Date(noon.getTime() + minutes * 60_000);
    await put(
      [item(0), item(1, { minor: 5n, endedAt: at(1) })],
      [line(2, { bookedAt: at(4) }), line(3, { minor: 5n, bookedAt: at(9) })],
    );
    expect(await compare()).toMatchObject({
      suggested: 1,
      breaks: { MISSING_AT_PARTNER: 2, MISSING_AT_US: 2 },
    });
    const suggestions = () =>
      test.database.query(
        `SELECT match_key AS key, suggestion FROM settlement_break WHERE suggestion IS NOT NULL ORDER BY match_key`,
      );
    const suggestion = { rule: 'LP3', pass: 3 };
    expect(await suggestions()).toEqual([
      { key: KEYS[0], suggestion: { ...suggestion, with: [KEYS[2]] } },
      { key: KEYS[2], suggestion: { ...suggestion, with: [KEYS[0]] } },
    ]);
    // A second candidate, and none is certain.
    await put([], [line(4)]);
    expect(await compare()).toMatchObject({ suggested: 0 });
    expect(await suggestions()).toEqual([]);
    await test.database.query(`DELETE FROM statement_line WHERE line_id = 'l4'`);
    await rules('{"suggestions": [{"currency": "THB", "withoutPersonMinor": "1000"}]}');
    expect(await compare()).toMatchObject({
      matched: 1,
      suggested: 0,
      breaks: { MISSING_AT_PARTNER: 1, MISSING_AT_US: 1 },
    });
    await rules('{"suggestions": []}');
  });

  it('suggests the only items that a line without a name of ours adds up to', async () => {
    const far = new Date('2026-11-20T10:00:00Z');
    const amounts = [700n, 210n, 33n, 5n];
    await put(
      amounts.map((minor, at) => item(at, { minor })),
      [line(5, { uetr: null, minor: 738n, bookedAt: far })],
    );
    expect(await compare()).toMatchObject({ suggested: 1 });
    const rows = await test.database.query<{ suggestion: { with: string[] } }>(
      `SELECT suggestion FROM settlement_break WHERE type = 'MISSING_AT_US'`,
    );
    expect(rows[0]!.suggestion.with).toEqual([KEYS[0], KEYS[2], KEYS[3]]);
  });

  it('lets small differences go as rounding, while the sum of the day lasts, and tells each', async () => {
    await rules(
      '{"tolerances": [{"partner": "THSWITCH", "currency": "THB", "itemMinor": "1", "dayMinor": "2"}]}',
    );
    await put(
      [0, 1, 2, 3].map((at) => item(at)),
      [
        line(0, { minor: 999n }),
        line(1, { minor: 1_001n }),
        line(2, { minor: 1_001n }),
        line(3, { minor: 1_002n }),
      ],
    );
    expect(await compare()).toMatchObject({ breaks: { ROUNDING: 2, AMOUNT: 2 }, matched: 0 });
    const again = await compare();
    expect(again).toMatchObject({ breaks: { ROUNDING: 2, AMOUNT: 2 }, isNew: false, opened: 0 });
    const states = await test.database.query(
      `SELECT type, state, count(*)::int AS n FROM settlement_break GROUP BY 1, 2 ORDER BY 1`,
    );
    expect(states).toEqual([
      { type: 'AMOUNT', state: 'OPEN', n: 2 },
      { type: 'ROUNDING', state: 'AUTO_RESOLVED', n: 2 },
    ]);
    const booked = () =>
      test.database.query('SELECT debit, credit, minor FROM ledger_entry ORDER BY due_at, debit, entry_id');
    const [gain, cost] = [
      { debit: 'SUSPENSE:THB', credit: 'ROUNDING:THB', minor: 1n },
      { debit: 'ROUNDING:THB', credit: 'SUSPENSE:THB', minor: 1n },
    ];
    expect(await booked()).toEqual([cost, gain]);
    // The partner corrects one: it is booked back.
    await test.database.query(`UPDATE statement_line SET amount_minor = 1000 WHERE line_id = 'l0'`);
    platform.clock.advance(1_000);
    expect(await compare()).toMatchObject({ breaks: { ROUNDING: 2, AMOUNT: 1 }, matched: 1 });
    // What it had taken of the day's sum is free for the next.
    expect(await booked()).toEqual([cost, gain, cost, cost]);
    await rules('{"tolerances": []}');
  });

  it('says that a payment stands in the statement of another currency', async () => {
    await put([item(0)], []);
    await test.database.query(
      `INSERT INTO statement_line (partner, currency, day, line_id, uetr, amount_minor, status, booked_at)
       VALUES ('THSWITCH', 'USD', $1, 'x', $2, 1000, 'booked', $3)`,
      [DAY, KEYS[0], noon],
    );
    expect(await compare()).toMatchObject({ breaks: { CURRENCY: 1 } });
  });

  it('compares a past day by the rules that were in force on it', async () => {
    await test.database.query(
      `INSERT INTO reconciliation_rule_set (version, effective_from, body, made_at, made_by)
       SELECT 2, '2026-11-21', body, now(), 'test' FROM reconciliation_rule_set WHERE version = 1`,
    );
    expect((await compare(DAY)).ruleSet).toBe(1);
    expect((await compare('2026-11-21')).ruleSet).toBe(2);
    await test.database.query('TRUNCATE reconciliation_run, reconciliation_day CASCADE');
    await test.database.query('DELETE FROM reconciliation_rule_set WHERE version = 2');
  });
});
