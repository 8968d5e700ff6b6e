import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerEntries } from '../../ledger/ledger-entries.js';
import { LedgerEntryStore } from '../../ledger/ledger-entry.store.js';
import { ReconciliationEngine } from '../../reconciliation/engine.js';
import { BatchComparisonJob } from '../../reconciliation/batch-comparison.job.js';
import { takeSettled } from '../../reconciliation/partner-batch.store.js';
import { reconciliationTargets } from '../../reconciliation/reconciliation-targets.js';
import { DAY_END, paymentOf, reportWorld, settleWindow, THAI, type ReportWorld } from '../report.testing.js';

// Real: PostgreSQL; the engine that compares days.

const HOUR_MS = 3_600_000;
const asked = { report: 'R7', parameters: { day: THAI.day, currency: 'THB' } } as const;
const minor = (text: string | undefined) => BigInt((text ?? '').replace('.', ''));

describe('R7, the three-way match', () => {
  let world: ReportWorld;
  const [same, dear, absent] = [paymentOf('82000'), paymentOf('120000'), paymentOf('9000')];
  const show = (lineId: string, uetr: string | null, amount: bigint) =>
    world.test.database.query(
      `INSERT INTO statement_line (partner, currency, day, line_id, uetr, leg, amount_minor, status, booked_at)
       VALUES ('THSWITCH', 'THB', $1, $2, $3, 'credit', $4, 'booked', '2026-11-20T06:00:00Z')`,
      [THAI.day, lineId, uetr, amount],
    );
  const compare = () => {
    const { database } = world.test;
    const entries = new LedgerEntries(new LedgerEntryStore(), world.platform.clock);
    const engine = new ReconciliationEngine(
      world.platform.random,
      () => Promise.resolve(new Map<string, string>()),
      entries,
    );
    const target = reconciliationTargets(world.directory).find(
      ({ partner, currency }) => partner === 'THSWITCH' && currency === 'THB',
    )!;
    const nowMs = world.platform.clock.now();
    return database.transaction((transaction) =>
      engine.compare(transaction, {
        ...{ target, day: THAI.day, now: new Date(nowMs), settledBefore: new Date(nowMs) },
        progress: () => Promise.resolve(),
      }),
    );
  };

  beforeAll(async () => {
    world = await reportWorld('report_three_way');
    await world.take(same, dear, absent);
    await show('L1', same.uetr, 82_000n);
    await show('L2', dear.uetr, 110_000n);
    await show('L3', null, 500n);
    world.platform.clock.set(DAY_END + HOUR_MS);
    await compare();
    world.platform.clock.set(DAY_END + 2 * HOUR_MS);
    await world.net(THAI.windowId);
    await settleWindow(world, THAI.windowId, [
      { participant: 'FXNAGA', direction: 'pay_in', minor: 211_000n },
      { participant: 'THSWITCH', direction: 'pay_out', minor: 200_000n },
    ]);
    world.platform.clock.set(DAY_END + 30 * HOUR_MS);
  });
  afterAll(() => world.close());

  it('has no line for a day that was not compared yet', async () => {
    expect(await world.rows(asked)).toEqual([]);
    expect(await world.rows({ ...asked, parameters: { day: '2026-11-19' }, basis: 'now' })).toEqual([]);
  });

  it('tells what both have, what each misses, and what the bank moved', async () => {
    const [row, ...others] = await world.rows({ ...asked, basis: 'now' });
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      partner: 'THSWITCH',
      ...{ oursCount: '3', ours: '2110.00', theirsCount: '3', theirs: '1925.00' },
      ...{ matchedCount: '1', matched: '820.00', matchedPercent: '33.33', difference: '-185.00' },
      ...{ breaks: '3', breakTypes: 'AMOUNT 1, MISSING_AT_PARTNER 1, MISSING_AT_US 1' },
      ...{ net: '2110.00', bank: '2000.00', bankOpen: '110.00' },
    });
  });

  it('ties: to the payments, to the statement, and to the breaks that the day has opened', async () => {
    const [row] = await world.rows({ ...asked, basis: 'now' });
    const sum = async (sql: string) => (await world.test.database.query<{ n: bigint }>(sql))[0]!.n;
    expect(minor(row!['ours'])).toBe(await sum('SELECT sum(target_minor)::bigint AS n FROM payment_record'));
    expect(minor(row!['theirs'])).toBe(
      await sum('SELECT sum(amount_minor)::bigint AS n FROM statement_line'),
    );
    const opened = `SELECT sum(coalesce(their_minor, 0) - coalesce(our_minor, 0))::bigint AS n FROM settlement_break`;
    expect(minor(row!['difference'])).toBe(await sum(opened));
  });

  it('tells what the network settles together, of which payments, and what the bank moved for it', async () => {
    const { database } = world.test;
    const { clock, random } = world.platform;
    const name = { partner: 'THSWITCH', currency: 'THB', day: THAI.day };
    const settled = (netMinor: string) => {
      const cycle = { cycleId: 'C', account: 'T', day: THAI.day, count: 3, netMinor, feeMinor: '150' };
      return { cycles: [cycle], batches: [{ batchId: 'S', account: 'T', netMinor, cycles: [cycle] }] };
    };
    const tell = (netMinor: string) =>
      database.transaction((transaction) =>
        takeSettled(transaction, name, settled(netMinor), new Date(clock.now())),
      );
    const batches = new BatchComparisonJob(database, clock, random);
    await tell('-192500');
    await batches.compare(name);
    const told = await database.query(
      `SELECT match_key AS key, type, our_minor AS ours, their_minor AS theirs FROM reconciliation_finding
       JOIN reconciliation_day USING (day_id) WHERE level = 'P-B' ORDER BY 1`,
    );
    expect(told).toEqual([
      { key: `batch ${THAI.day} T S`, type: 'BATCH_SHORT', ours: 192_500n, theirs: 200_000n },
      { key: `batch ${THAI.day} cleared`, type: 'AMOUNT', ours: -82_000n, theirs: -192_500n },
    ]);
    const [row] = await world.rows({ ...asked, basis: 'now' });
    expect(row).toMatchObject({
      ...{
        batchCount: '1',
        batches: '1925.00',
        batchFees: '1.50',
        batchBank: '2000.00',
        batchOpen: '-75.00',
      },
      ...{ batchBreaks: 'AMOUNT 1, BATCH_SHORT 1', bank: '2000.00' },
    });
    const knownAt = new Date(clock.now()).toISOString();
    const before = await world.rows({ ...asked, knownAt });
    clock.advance(1000);
    await tell('-200000');
    await batches.compare(name);
    expect(await world.rows({ ...asked, knownAt })).toEqual(before);
    const [after] = await world.rows({ ...asked, basis: 'now' });
    expect(after).toMatchObject({ batches: '2000.00', batchOpen: '0.00', batchBreaks: 'AMOUNT 1' });
    await database.query(`DELETE FROM settlement_break WHERE source = 'settlement'`);
  });

  it('is as the run of then had it, when a statement has come since', async () => {
    const knownAt = new Date(DAY_END + 29 * HOUR_MS).toISOString();
    const before = await world.rows({ ...asked, knownAt });
    await show('L4', absent.uetr, 9_000n);
    await compare();
    expect(await world.rows({ ...asked, knownAt })).toEqual(before);
    world.platform.clock.advance(1000);
    const [after] = await world.rows({ ...asked, basis: 'now' });
    expect(after).toMatchObject({ matchedCount: '2', breakTypes: 'AMOUNT 1, MISSING_AT_US 1' });
  });

  it('counts what the bank has taken back no more', async () => {
    const { clock } = world.platform;
    await world.test.database.query(
      `UPDATE instruction_coverage SET taken_back_at = $1, taken_back_by = 'back'
       WHERE source IN (SELECT source FROM instruction_coverage JOIN settlement_instruction_line USING (instruction_id, line_no)
                        WHERE participant = 'THSWITCH')`,
      [new Date(clock.now())],
    );
    const before = new Date(clock.now() - 1).toISOString();
    clock.advance(1000);
    expect(await world.rows({ ...asked, knownAt: before })).toMatchObject([{ bank: '2000.00' }]);
    expect((await world.rows({ ...asked, basis: 'now' }))[0]).toMatchObject({
      net: '2110.00',
      bankOpen: '2110.00',
    });
  });
});
