import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform } from '@tonle/platform';
import { LedgerEntries } from '../ledger/ledger-entries.js';
import { LedgerEntryStore } from '../ledger/ledger-entry.store.js';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { ReconciliationEngine } from './engine.js';
import { feeBreak, feeOf, feeTolerance, rateBreak } from './line-terms.decide.js';
import type { ReconciliationTarget } from './reconciliation-targets.js';
import type { ExpectedItem, StatementItem } from './reconciliation.js';

// Real: PostgreSQL. Pass 1 takes by sets, in SQL, what fees and rates of a line allow; they are those that are decided in memory.

const DAY = '2026-11-20';
const NOON = new Date('2026-11-20T05:00:00Z');
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
const STALL_MS_MAX = 600_000;
const uetrOf = (at: number) => `00000000-0000-4000-8000-${at.toString().padStart(12, '0')}`;

let test: TestDatabase;
let engine: ReconciliationEngine;
beforeAll(async () => {
  test = await createTestDatabase('line_terms');
  await test.database.openOrm(SETTLEMENT_DATABASE);
  const platform = createTestPlatform('settlement', test.database, { settings: {} });
  const entries = new LedgerEntries(new LedgerEntryStore(), platform.clock);
  engine = new ReconciliationEngine(platform.random, () => Promise.resolve(new Map()), entries);
});
afterAll(() => test.drop());

interface Pair {
  readonly amountMinor: bigint;
  readonly counterMinor: bigint;
  /** Of the fee, from the edge of its tolerance. */
  readonly fromEdge: bigint;
  readonly isBelow: boolean;
  readonly hasFee: boolean;
  readonly told: 'nothing' | 'same' | 'other rate' | 'other currency';
}

const minor = fc.oneof(fc.bigInt(1n, 1_000n), fc.bigInt(1n, 10n ** 15n));
const pair: fc.Arbitrary<Pair> = fc.record({
  amountMinor: minor,
  counterMinor: minor,
  fromEdge: fc.bigInt(-2n, 2n),
  isBelow: fc.boolean(),
  hasFee: fc.boolean(),
  told: fc.constantFrom('nothing', 'same', 'other rate', 'other currency'),
});
const contract = fc.record({
  basisPoints: fc.bigInt(0n, 10_000n),
  fixedMinor: fc.oneof(fc.constant(0n), fc.bigInt(0n, 10n ** 9n)),
});
type Contract = typeof contract extends fc.Arbitrary<infer T> ? T : never;

function sidesOf(one: Pair, at: number, fee: Contract): { item: ExpectedItem; line: StatementItem } {
  const { amountMinor, counterMinor, told } = one;
  const wanted = feeOf(amountMinor, fee);
  const off = feeTolerance(wanted) + one.fromEdge;
  const feeMinor = one.isBelow ? (wanted > off ? wanted - off : 0n) : wanted + off;
  const common = { uetr: uetrOf(at), leg: 'credit', partnerRef: null, amountMinor } as const;
  return {
    item: {
      ...common,
      ...{ paymentId: uetrOf(at), state: 'COMPLETED', booked: true, endedAt: NOON },
      ...{ counterCurrency: 'KHR', counterMinor },
    },
    line: {
      ...common,
      ...{ lineId: `l${at}`, legKey: null, status: 'booked', bookedAt: NOON, day: DAY, refundOf: null },
      feeMinor: one.hasFee ? feeMinor : null,
      counterCurrency: told === 'nothing' ? null : told === 'other currency' ? 'JPY' : 'KHR',
      counterMinor: told === 'nothing' ? null : told === 'same' ? counterMinor : counterMinor + 1n,
    },
  };
}

async function put(sides: readonly ReturnType<typeof sidesOf>[], fee: Contract): Promise<void> {
  const { database } = test;
  await database.query(
    `TRUNCATE payment_record, statement_line, settlement_break, reconciliation_day, reconciliation_run, reconciliation_match,
       reconciliation_finding CASCADE`,
  );
  const fees = [{ partner: 'THSWITCH', currency: 'THB', basisPoints: Number(fee.basisPoints) }].map(
    (each) => ({ ...each, fixedMinor: fee.fixedMinor.toString() }),
  );
  await database.query(`UPDATE reconciliation_rule_set SET body = body || $1::jsonb WHERE version = 1`, [
    JSON.stringify({ fees }),
  ]);
  await database.query(
    `INSERT INTO payment_record (payment_id, version, state, direction, corridor, uetr, end_to_end_id, fx_provider,
       source_currency, source_minor, target_currency, target_minor, lane, ended_at)
     SELECT id, 5, 'COMPLETED', 'outbound', 'KH-TH', id, 'e', 'FXNAGA', 'KHR', counter, 'THB', minor, 'a', $4
     FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS p (id, minor, counter)`,
    [
      sides.map(({ item }) => item.paymentId),
      sides.map(({ item }) => item.amountMinor),
      sides.map(({ item }) => item.counterMinor),
      NOON,
    ],
  );
  await database.query(
    `INSERT INTO statement_line (partner, currency, day, line_id, uetr, leg, amount_minor, status, booked_at, counter_currency,
       counter_minor, fee_minor)
     SELECT 'THSWITCH', 'THB', '${DAY}', line_id, uetr, 'credit', minor, 'booked', $7, counter_currency, counter, fee
     FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[])
       AS l (line_id, uetr, minor, counter_currency, counter, fee)`,
    [
      ...(['lineId', 'uetr', 'amountMinor', 'counterCurrency', 'counterMinor', 'feeMinor'] as const).map(
        (name) => sides.map(({ line }) => line[name]),
      ),
      NOON,
    ],
  );
}

it(
  'fees by any contract and rates of any quote are judged alike by sets and in memory',
  async () => {
    const seen = { FEE: 0, RATE: 0, matched: 0 };
    const property = fc.asyncProperty(
      contract,
      fc.array(pair, { minLength: 30, maxLength: 60 }),
      async (fee, pairs) => {
        const sides = pairs.map((one, at) => sidesOf(one, at, fee));
        await put(sides, fee);
        const found = await test.database.transaction((transaction) =>
          engine.compare(transaction, {
            ...{ target: TARGET, day: DAY, now: NOW, settledBefore: new Date(NOW.getTime() - 60_000) },
            progress: () => Promise.resolve(),
          }),
        );
        const wanted = sides.flatMap(({ item, line }) => [
          ...feeBreak(item, item.uetr, line, { fee, currency: 'THB' }),
          ...rateBreak(item, item.uetr, line),
        ]);
        const rows = await test.database.query<{ type: string; key: string; detail: string }>(
          'SELECT type, match_key AS key, detail FROM reconciliation_finding ORDER BY match_key, type',
        );
        const named = wanted.map(({ type, key, detail }) => ({ type, key, detail }));
        expect(rows).toEqual(named.sort((a, b) => (`${a.key} ${a.type}` < `${b.key} ${b.type}` ? -1 : 1)));
        expect(found.matched + new Set(wanted.map(({ key }) => key)).size).toBe(pairs.length);
        seen.matched += found.matched;
        for (const { type } of wanted) seen[type as 'FEE' | 'RATE'] += 1;
      },
    );
    await fc.assert(property, { numRuns: 12 });
    // What never differs would prove nothing.
    expect(Object.values(seen).every((count) => count > 20)).toBe(true);
  },
  STALL_MS_MAX,
);
