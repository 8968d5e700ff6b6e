import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import {
  adapterCalls,
  legKeyOf,
  routingCalls,
  type OpenLegShown,
  type ProofVerdict,
  type StatementHead,
  type StatementLine,
  type StatementProof,
} from '@tonle/contracts';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { LedgerEntries } from '../ledger/ledger-entries.js';
import { LedgerEntryStore } from '../ledger/ledger-entry.store.js';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import type { ReconciliationTarget } from './reconciliation-targets.js';
import { ProofFeed } from './proof-feed.js';
import { ReconciliationJob } from './reconciliation.job.js';

// Real: PostgreSQL. The adapter answers from this file; days follow each other as the schedule runs them.
const TARGET: ReconciliationTarget = {
  adapter: 'adapter-bakong',
  partner: 'BAKONG',
  currency: 'KHR',
  side: 'home',
  strongKey: 'partnerRef',
  corridors: ['KH-TH'],
  calendar: { utcOffsetMinutes: 420, cutOff: '23:00', version: 1 } as ReconciliationTarget['calendar'],
};

describe('reconciling day after day', () => {
  let test: TestDatabase;
  let platform: TestPlatform;
  let job: ReconciliationJob;
  let statements: Record<string, StatementLine[]> = {};
  /** The bank leaves so many lines out of what it counts. */
  let hidden = 0;
  let open: string[] = [];
  let openLegs: OpenLegShown[] = [];
  let told: StatementProof[] = [];
  let verdict: ProofVerdict = 'proven';
  let heads: Record<string, StatementHead[]> = {};

  const line = (partnerRef: string, status: StatementLine['status'], bookedAt: string): StatementLine => ({
    lineId: partnerRef,
    partnerRef,
    amount: { currency: 'KHR', minor: '10000' },
    status,
    bookedAt,
  });
  const paid = (debitRef: string, endedAt: string) =>
    test.database.query(
      `INSERT INTO payment_record (payment_id, version, state, direction, corridor, uetr, end_to_end_id, fx_provider,
         source_currency, source_minor, target_currency, target_minor, debit_ref, lane, ended_at)
       VALUES ($1, 5, 'COMPLETED', 'outbound', 'KH-TH', $1, 'e', 'FXNAGA', 'KHR', 10000, 'THB', 82, $2, 'a', $3)`,
      [randomUUID(), debitRef, endedAt],
    );
  const reconcile = async (day: string) => {
    platform.clock.set(Date.parse(`${day}T17:30:00Z`));
    await job.run(TARGET, day, () => Promise.resolve());
    return (
      await test.database.query<{ type: string }>(
        `SELECT type FROM settlement_break WHERE state = 'OPEN' ORDER BY type`,
      )
    ).map(({ type }) => type);
  };

  beforeAll(async () => {
    test = await createTestDatabase('reconciliation');
    platform = createTestPlatform('settlement', test.database, { settings: {} });
    await test.database.openOrm(SETTLEMENT_DATABASE);
    platform.calls.serve(adapterCalls('adapter-bakong').statement, ({ day }) => {
      const lines = statements[day] ?? [];
      const sum = lines.reduce((total, { amount }) => total + BigInt(amount.minor), 0n);
      const totals = { count: lines.length, amountMinor: sum.toString() };
      return Promise.resolve({ lines: lines.slice(hidden), totals, heads: heads[day] });
    });
    platform.calls.serve(adapterCalls('adapter-bakong').openLegs, () => Promise.resolve({ legs: openLegs }));
    platform.calls.serve(adapterCalls('adapter-bakong').proofs, ({ proofs }) => {
      told.push(...proofs);
      return Promise.resolve({ verdicts: proofs.map(() => verdict) });
    });
    platform.calls.serve(routingCalls.known, ({ paymentIds }) =>
      Promise.resolve({
        payments: open.filter((id) => paymentIds.includes(id)).map((id) => ({ paymentId: id, uetr: id })),
      }),
    );
    job = new ReconciliationJob(
      test.database,
      platform.calls,
      platform.clock,
      platform.random,
      platform.telemetry,
      new ProofFeed(test.database, platform.calls, platform.clock, platform.random),
      new LedgerEntries(new LedgerEntryStore(), platform.clock),
    );
  });
  afterAll(() => test.drop());
  beforeEach(async () => {
    statements = {};
    hidden = 0;
    heads = {};
    open = [];
    [openLegs, told, verdict] = [[], [], 'proven'];
    await test.database.query(
      'TRUNCATE payment_record, statement_line, statement_head, statement_taken, settlement_break CASCADE',
    );
  });

  it('finds on the next day what was missing at the partner, and does not miss it again', async () => {
    await paid('h1', '2026-11-20T16:50:00Z');
    // Ten minutes before their midnight: the file of the next day decides.
    expect(await reconcile('2026-11-20')).toEqual(['TIMING']);
    statements['2026-11-21'] = [line('h1', 'booked', '2026-11-20T17:00:05Z')];
    expect(await reconcile('2026-11-21')).toEqual([]);
    expect(await reconcile('2026-11-20')).toEqual([]);
  });

  it('retypes what waited for a file when that file lacks it, on the day of the payment', async () => {
    await paid('h1', '2026-11-20T16:50:00Z');
    await reconcile('2026-11-20');
    statements['2026-11-21'] = [];
    expect(await reconcile('2026-11-21')).toEqual(['MISSING_AT_PARTNER']);
    expect(
      await test.database.query(
        'SELECT type, state, day::text AS day, closed_at IS NOT NULL AS closed FROM settlement_break ORDER BY type',
      ),
    ).toEqual([
      { type: 'MISSING_AT_PARTNER', state: 'OPEN', day: '2026-11-20', closed: false },
      { type: 'TIMING', state: 'AUTO_RESOLVED', day: '2026-11-20', closed: true },
    ]);
  });

  it('pairs a line with a payment that ended days later', async () => {
    statements['2026-11-20'] = [line('h1', 'booked', '2026-11-20T05:00:00Z')];
    expect(await reconcile('2026-11-20')).toEqual(['MISSING_AT_US']);
    await paid('h1', '2026-11-23T05:00:00Z');
    expect(await reconcile('2026-11-23')).toEqual([]);
    expect(await reconcile('2026-11-20')).toEqual([]);
  });

  it('sees a line that was pending on one day and is booked on the next', async () => {
    statements['2026-11-20'] = [line('h1', 'pending', '2026-11-20T16:59:00Z')];
    expect(await reconcile('2026-11-20')).toEqual([]);
    statements['2026-11-21'] = [line('h1', 'booked', '2026-11-20T17:00:05Z')];
    expect(await reconcile('2026-11-21')).toEqual(['MISSING_AT_US']);
    expect(await reconcile('2026-11-20')).toEqual(['MISSING_AT_US']);
    await paid('h1', '2026-11-20T16:59:30Z');
    expect(await reconcile('2026-11-21')).toEqual([]);
  });

  const noon = '2026-11-20T05:00:00Z';

  it('believes the newest statement of a day alone: a line that it no longer has is missing', async () => {
    await paid('h1', noon);
    statements['2026-11-20'] = [line('h1', 'booked', noon)];
    expect(await reconcile('2026-11-20')).toEqual([]);
    statements['2026-11-20'] = [];
    expect(await reconcile('2026-11-20')).toEqual(['MISSING_AT_PARTNER']);
    statements['2026-11-20'] = [line('h1', 'booked', noon)];
    expect(await reconcile('2026-11-20')).toEqual([]);
  });

  it('writes lines only when the statement has others than before', async () => {
    const day = '2026-11-20';
    const written = () =>
      test.database.query('SELECT line_id, amount_minor, xmin::text FROM statement_line ORDER BY line_id');
    statements[day] = [line('h1', 'booked', noon), line('h2', 'booked', noon)];
    await reconcile(day);
    const before = await written();
    expect(before).toHaveLength(2);
    await reconcile(day);
    expect(await written()).toEqual(before);
    for (const [name, value] of Object.entries({
      status: 'pending',
      amount: { currency: 'KHR', minor: '1' },
    })) {
      statements[day] = [line('h1', 'booked', noon), { ...line('h2', 'booked', noon), [name]: value }];
      await reconcile(day);
      expect(await written()).not.toEqual(before);
    }
    statements[day] = [];
    await reconcile(day);
    expect(await written()).toEqual([]);
  });

  it('keeps the statement before one that is not whole', async () => {
    await paid('h1', noon);
    statements['2026-11-20'] = [line('h1', 'booked', noon)];
    await reconcile('2026-11-20');
    hidden = 1;
    await expect(reconcile('2026-11-20')).rejects.toThrow('it counts 1 line, 0 came');
    const [kept] = await test.database.query<{ n: bigint }>('SELECT count(*) AS n FROM statement_line');
    expect(kept?.n).toBe(1n);
  });

  it('keeps lines of one name under names of their own, also where another line has such a name', async () => {
    const called = (...ids: string[]) =>
      ids.map((lineId, at) => ({ ...line(`h${at}`, 'booked', noon), lineId }));
    statements['2026-11-20'] = called('a', 'b', 'a', 'a#2', 'a', 'a#2');
    await reconcile('2026-11-20');
    const rows = await test.database.query<{ line_id: string }>(
      'SELECT line_id FROM statement_line ORDER BY 1',
    );
    expect(rows.map(({ line_id }) => line_id)).toEqual(['a', 'a#2', 'a#2#2', 'a#3', 'a#4', 'b']);
    expect(await test.database.query('SELECT 1 FROM statement_incoming')).toEqual([]);
  });

  it('a statement that does not tie is a break until one comes that does', async () => {
    const of = () => test.database.query(`SELECT type, state FROM settlement_break ORDER BY type`);
    statements['2026-11-20'] = [line('h1', 'rejected', noon)];
    hidden = 1;
    await expect(reconcile('2026-11-20')).rejects.toThrow('0 came');
    expect(await of()).toEqual([{ type: 'FILE_TOTAL', state: 'OPEN' }]);
    hidden = 0;
    await reconcile('2026-11-20');
    expect(await of()).toEqual([{ type: 'FILE_TOTAL', state: 'AUTO_RESOLVED' }]);
  });

  it('takes a numbered statement only after the one before it', async () => {
    const head = (number: string, openingMinor: string, closingMinor: string) => {
      return [{ account: 'A', number, openingMinor, closingMinor }];
    };
    heads = { '2026-11-20': head('7', '0', '-10000'), '2026-11-21': head('9', '-10000', '0') };
    await reconcile('2026-11-20');
    await expect(reconcile('2026-11-21')).rejects.toThrow('does not follow 7 of the day before');
    heads['2026-11-21'] = head('8', '0', '0');
    await expect(reconcile('2026-11-21')).rejects.toThrow('the day before closed with -100 KHR');
    heads['2026-11-20'] = head('7', '-10000', '0');
    await reconcile('2026-11-20');
    expect(await reconcile('2026-11-21')).toEqual([]);
    // Who was not asked for a day cannot tell.
    heads['2026-11-25'] = head('20', '5', '5');
    expect(await reconcile('2026-11-25')).toEqual([]);
  });

  it('takes other content under a number that was taken when it is from later, and says what gave way', async () => {
    await paid('h1', noon);
    const day = '2026-11-20';
    const head = (statementId: string, hour: number, digest: string) => {
      const createdAt = `2026-11-20T${hour}:00:00.000Z`;
      const figures = { account: 'A', number: '7', openingMinor: '0', closingMinor: '-10000' };
      return [{ ...figures, statementId, createdAt, digest: digest.repeat(64) }];
    };
    statements[day] = [line('h1', 'booked', noon)];
    heads = { [day]: head('S', 18, 'a') };
    await reconcile(day);
    heads = { [day]: head('S', 19, 'a') };
    expect(await reconcile(day)).toEqual([]);
    statements[day] = [];
    heads = { [day]: head('S', 18, 'b') };
    await expect(reconcile(day)).rejects.toThrow('not later than that');
    expect(await test.database.query('SELECT digest FROM statement_head')).toEqual([
      { digest: 'a'.repeat(64) },
    ]);
    expect(await test.database.query('SELECT line_id FROM statement_line')).toEqual([{ line_id: 'h1' }]);
    heads = { [day]: head('S', 20, 'b') };
    const { replaced } = await job.run(TARGET, day, () => Promise.resolve());
    expect(replaced).toEqual([expect.stringMatching(/^the statement 7 .*T19:00.* gave way to .*T20:00/)]);
    expect(await reconcile(day)).toEqual(['MISSING_AT_PARTNER']);
  });

  it('resolves a duplicate and a stranger that the partner puts right, on whatever day', async () => {
    await paid('h1', noon);
    const twice = { ...line('h1', 'booked', noon), lineId: 'again' };
    const stranger = { ...line('s1', 'booked', noon), leg: 'credit' as const };
    statements['2026-11-20'] = [line('h1', 'booked', noon), twice, stranger];
    expect(await reconcile('2026-11-20')).toEqual(['DUPLICATE', 'MISSING_AT_US']);
    const later = '2026-11-22T05:00:00Z';
    statements['2026-11-22'] = ['h1', 's1'].map((ref) => ({
      ...line(ref, 'booked', later),
      lineId: `${ref} back`,
      leg: 'reversal' as const,
    }));
    expect(await reconcile('2026-11-22')).toEqual([]);
    expect(await reconcile('2026-11-20')).toEqual([]);
  });

  it('shows the newest figures of a difference, and opens again what people resolved on others', async () => {
    await paid('h1', noon);
    const of = (minor: string) => [{ ...line('h1', 'booked', noon), amount: { currency: 'KHR', minor } }];
    const stateOf = () =>
      test.database.query('SELECT state, their_minor AS theirs FROM settlement_break WHERE type = $1', [
        'AMOUNT',
      ]);
    statements['2026-11-20'] = of('9000');
    await reconcile('2026-11-20');
    statements['2026-11-20'] = of('8000');
    await reconcile('2026-11-20');
    expect(await stateOf()).toEqual([{ state: 'OPEN', theirs: 8000n }]);
    await test.database.query(`UPDATE settlement_break SET state = 'RESOLVED'`);
    await reconcile('2026-11-20');
    expect(await stateOf()).toEqual([{ state: 'RESOLVED', theirs: 8000n }]);
    statements['2026-11-20'] = of('7000');
    await reconcile('2026-11-20');
    expect(await stateOf()).toEqual([{ state: 'OPEN', theirs: 7000n }]);
  });

  it('leaves lines of payments that have not ended to them', async () => {
    const paymentId = randomUUID();
    statements['2026-11-20'] = [{ ...line('h1', 'booked', noon), legKey: legKeyOf(paymentId, 'debit') }];
    expect(await reconcile('2026-11-20')).toEqual(['MISSING_AT_US']);
    open = [paymentId];
    expect(await reconcile('2026-11-20')).toEqual([]);
  });

  describe('a payment whose outcome is not known', () => {
    const resolved = () =>
      test.database.query(
        `SELECT payment_id, match_key, day::text AS day, state, severity, their_minor::text AS theirs, proof, detail
         FROM settlement_break
         WHERE type = 'UNKNOWN_RESOLVED'`,
      );
    const head = (statementId: string): StatementHead => ({
      account: 'a',
      openingMinor: '0',
      closingMinor: '0',
      statementId,
    });

    it('is told its line, once, and the break that the system resolved names it', async () => {
      const paymentId = randomUUID();
      open = [paymentId];
      heads['2026-11-20'] = [head('S-77')];
      statements['2026-11-20'] = [
        { ...line('h1', 'booked', noon), legKey: legKeyOf(paymentId, 'debit'), leg: 'debit' },
      ];
      for (let times = 0; times < 2; times += 1) expect(await reconcile('2026-11-20')).toEqual([]);
      expect(told.at(-1)).toMatchObject({
        legKey: `${paymentId}:D`,
        says: 'booked',
        lineId: 'h1',
        partnerRef: 'h1',
      });
      expect(await resolved()).toEqual([
        {
          payment_id: paymentId,
          match_key: `${paymentId}:D`,
          day: '2026-11-20',
          state: 'AUTO_RESOLVED',
          severity: 3,
          theirs: '10000',
          proof: { lineId: 'h1', days: ['2026-11-20'], statementIds: ['S-77'] },
          detail: expect.stringContaining('line h1 of the statement of 2026-11-20'),
        },
      ]);
    });

    it.each<ProofVerdict>(['known', 'conflicting', 'open', 'not_ours'])(
      'leaves no such break when its adapter says %s',
      async (said) => {
        verdict = said;
        const paymentId = randomUUID();
        open = [paymentId];
        statements['2026-11-20'] = [{ ...line('h1', 'booked', noon), legKey: legKeyOf(paymentId, 'debit') }];
        await reconcile('2026-11-20');
        expect(told).toHaveLength(1);
        expect(await resolved()).toEqual([]);
      },
    );

    it('is told that two whole statements lack it, and not before', async () => {
      const paymentId = randomUUID();
      openLegs = [
        {
          legKey: legKeyOf(paymentId, 'debit'),
          uetr: paymentId,
          amount: { currency: 'KHR', minor: '777' },
          intentAt: '2026-11-20T05:00:00.000Z',
          sendBefore: '2026-11-20T05:01:00.000Z',
        },
      ];
      statements['2026-11-20'] = [line('h1', 'booked', noon)];
      await paid('h1', noon);
      await reconcile('2026-11-20');
      expect(told).toEqual([]);
      await reconcile('2026-11-21');
      const days = ['2026-11-20', '2026-11-21'];
      expect(told).toEqual([{ legKey: `${paymentId}:D`, says: 'absent', days }]);
      expect(await resolved()).toMatchObject([{ theirs: null, proof: { days, statementIds: [] } }]);
    });

    it('is not lacking where a line of its amount names nobody', async () => {
      const legKey = legKeyOf(randomUUID(), 'debit');
      const amount = { currency: 'KHR', minor: '10000' };
      const intentAt = '2026-11-20T05:00:00.000Z';
      openLegs = [{ legKey, uetr: randomUUID(), amount, intentAt, sendBefore: intentAt }];
      await paid('h1', noon);
      statements['2026-11-20'] = [line('h1', 'booked', noon)];
      await reconcile('2026-11-20');
      await reconcile('2026-11-21');
      expect(told).toEqual([]);
    });
  });
});
