import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Approvals } from '@tonle/approval';
import { legKeyOf, type DirectoryEntry, type StatementLine } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import fc from 'fast-check';
import { LedgerEntries } from '../ledger/ledger-entries.js';
import { LedgerEntryStore } from '../ledger/ledger-entry.store.js';
import { BreakResolution } from '../reconciliation/break-resolution.js';
import { keepPage } from '../reconciliation/statement-incoming.store.js';
import { replaceStatement } from '../reconciliation/statement.store.js';
import { NOSTRO_RECONCILIATION } from '../report/definitions/nostro-reconciliation.view.js';
import { asKnownThen } from '../report/known-then.table.js';
import { statementOf } from '../report/report-definition.js';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { holdingFindings, holdingProblems } from './holding.decide.js';
import { holdingsOf } from './holding.store.js';
import { RailHoldingJob } from './rail-holding.job.js';

// Real: PostgreSQL, the sandbox's directory. The rail's statements and the ledger's copy are written by this file.

const SEED = new URL('../../../../deploy/sandbox/directory.json', import.meta.url);
const NAGA = 'RAIL:FXNAGA:BAKONG:KHR';
const OPENING = 1_000_000n;
const HOUR_MS = 3_600_000;
/** Midnight in Phnom Penh. */
const BEGIN_MS = Date.parse('2026-11-20T00:00:00+07:00');
const dayAt = (ms: number) => new Date(ms + 7 * HOUR_MS).toISOString().slice(0, 10);

const TABLES = [
  ...['statement_line', 'statement_head', 'statement_taken', 'rail_day', 'rail_line_open', 'rail_holding'],
  ...['row_past', 'ledger_account', 'ledger_transfer', 'ledger_checkpoint', 'ledger_entry'],
];

interface Leg {
  readonly paymentId: string;
  readonly kind: 'debit' | 'credit';
  readonly minor: bigint;
  readonly atMs: number;
}

let test: TestDatabase;
let platform: TestPlatform;
let job: RailHoldingJob;
let railLines: (StatementLine & { readonly day: string })[] = [];

beforeAll(async () => {
  test = await createTestDatabase('rail_holding');
  platform = createTestPlatform('settlement', test.database, { settings: {} });
  test.database.tellTime(() => platform.clock.now());
  await test.database.openOrm(SETTLEMENT_DATABASE);
  const { entries } = JSON.parse(readFileSync(SEED, 'utf8')) as { entries: DirectoryEntry[] };
  job = new RailHoldingJob(test.database, new Directory(entries), platform.clock);
});
afterAll(() => test.drop());
beforeEach(() => begin());

async function begin(): Promise<void> {
  const { database } = test;
  railLines = [];
  platform.clock.set(BEGIN_MS);
  for (const table of TABLES) await database.query(`TRUNCATE ${table}`);
  await database.query(
    `INSERT INTO ledger_account (account_id, code, kind, owner, currency)
     VALUES (1, $1, 'RAIL', 'FXNAGA:BAKONG', 'KHR'), (2, 'RAIL_OUTSIDE:BAKONG:KHR', 'RAIL_OUTSIDE', 'BAKONG', 'KHR'),
            (3, 'RAIL:FXSINGHA:BAKONG:KHR', 'RAIL', 'FXSINGHA:BAKONG', 'KHR')`,
    [NAGA],
  );
  await database.query(`UPDATE ledger_copy SET copied_up_to = '2026-12-31', checkpointed_day = NULL`);
  await transfer(randomUUID(), 'funds', 1, 2, OPENING, BEGIN_MS - HOUR_MS);
}

async function transfer(
  chainId: string,
  kind: string,
  debit: number,
  credit: number,
  minor: bigint,
  atMs: number,
): Promise<void> {
  await test.database.query(
    'INSERT INTO ledger_transfer (chain_id, kind, debit, credit, minor, at) VALUES ($1, $2, $3, $4, $5, $6)',
    [chainId, kind, debit, credit, minor, new Date(atMs)],
  );
}

/** The rail moves the money of a leg: to the provider when it debits the payer, from it when it credits the payee. */
function railBooks({ paymentId, kind, minor, atMs }: Leg, isOurs = true): void {
  const [fromAccount, toAccount] =
    kind === 'debit' ? ['u0000001@mekong', 'fx@naga'] : ['fx@naga', 'shop00001@mekong'];
  const lineId = randomUUID();
  railLines.push({
    ...{ lineId, partnerRef: lineId, fromAccount, toAccount, status: 'booked', day: dayAt(atMs) },
    ...(isOurs && { legKey: legKeyOf(paymentId, kind) }),
    amount: { currency: 'KHR', minor: minor.toString() },
    bookedAt: new Date(atMs).toISOString(),
  });
}

function ledgerBooks({ paymentId, kind, minor }: Leg, atMs: number): Promise<void> {
  const [debit, credit] = kind === 'debit' ? [1, 2] : [2, 1];
  return transfer(paymentId, 'discharge_rail', debit!, credit!, minor, atMs);
}

const movedBy = (line: (typeof railLines)[number]): bigint =>
  line.toAccount === 'fx@naga' ? BigInt(line.amount.minor) : -BigInt(line.amount.minor);

/** The statement of a day is taken; `wrong`: it closes with so much more than its lines come to. */
async function take(day: string, wrong = 0n, tellsBalance = true): Promise<void> {
  const { database } = test;
  const loadId = randomUUID();
  const lines = railLines.filter((line) => line.day === day);
  const before = railLines
    .filter((line) => line.day < day)
    .reduce((sum, line) => sum + movedBy(line), OPENING);
  const closing = lines.reduce((sum, line) => sum + movedBy(line), before) + wrong;
  const head = { account: 'fx@naga', openingMinor: before.toString(), closingMinor: closing.toString() };
  const digest = createHash('sha256');
  await keepPage(database, loadId, { lines, first: 0, digest });
  platform.clock.advance(1);
  await database.transaction((transaction) =>
    replaceStatement(
      transaction,
      { partner: 'BAKONG', currency: 'KHR', day },
      {
        ...{ loadId, count: lines.length, digest: digest.digest('hex'), heads: tellsBalance ? [head] : [] },
        askedAt: new Date(platform.clock.now()),
      },
    ),
  );
}

const violations = async () =>
  holdingFindings(await holdingsOf(test.database)).flatMap((each) => each.violations);
const naga = async (untilDay?: string) => {
  const { rails } = await holdingsOf(test.database, untilDay);
  return rails.find(({ code }) => code === NAGA)!;
};
const leg = (hours: number, minor = 10_000n, kind: Leg['kind'] = 'debit'): Leg => ({
  ...{ paymentId: randomUUID(), kind, minor, atMs: BEGIN_MS + hours * HOUR_MS },
});

describe('a rail that tells its balances', () => {
  it('never differs while legs are booked late, not at all, twice by the rail, or by nobody of ours', async () => {
    const step = fc.record({
      what: fc.constantFrom('leg', 'leg', 'leg', 'stranger', 'twice', 'endDay', 'book', 'again', 'look'),
      minor: fc.bigInt({ min: 1n, max: 900n }),
      kind: fc.constantFrom<Leg['kind']>('debit', 'credit'),
    });
    const property = fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 30 }), async (steps) => {
      await begin();
      const unbooked: Leg[] = [];
      for (const { what, minor, kind } of steps) {
        const { clock } = platform;
        clock.advance(HOUR_MS);
        const now = { paymentId: randomUUID(), kind, minor, atMs: clock.now() };
        if (what === 'leg' || what === 'twice') {
          railBooks(now);
          if (what === 'twice') railBooks(now);
          if (minor % 2n === 0n) await ledgerBooks(now, clock.now() + 1_000);
          else unbooked.push(now);
        } else if (what === 'stranger') railBooks(now, false);
        else if (what === 'book' && unbooked.length > 0) await ledgerBooks(unbooked.shift()!, clock.now());
        else if (what === 'endDay') {
          const day = dayAt(clock.now());
          clock.set(Date.parse(`${day}T00:00:00+07:00`) + 24 * HOUR_MS);
          await take(day);
        } else if (what === 'again') await take(dayAt(clock.now() - 24 * HOUR_MS));
        await job.run();
        expect(await violations()).toEqual([]);
      }
    });
    await fc.assert(property, { numRuns: 6, endOnFailure: true });
  }, 120_000);

  it('counts a leg of the day that was booked after its end, and not one of the next day', async () => {
    const [early, late, next] = [leg(1), leg(23), leg(25, 500n)];
    for (const each of [early, late, next]) railBooks(each);
    await ledgerBooks(early, early.atMs + 1_000);
    await ledgerBooks(next, next.atMs + 1_000);
    await take('2026-11-20');
    await job.run();
    expect(await naga()).toMatchObject({
      closingMinor: 1_020_000n,
      ledgerMinor: 1_010_000n,
      openMinor: 10_000n,
      openLines: 1,
    });
    await ledgerBooks(late, BEGIN_MS + 30 * HOUR_MS);
    await job.run();
    expect(await naga()).toMatchObject({ ledgerMinor: 1_020_000n, openMinor: 0n, openLines: 0 });
    expect(await violations()).toEqual([]);
  });

  it.each<[string, () => Promise<void>, string]>([
    ['a balance that its lines do not come to', () => take('2026-11-20', 7n), '0.07 KHR'],
    [
      'a leg of ours that the rail does not have',
      async () => {
        await ledgerBooks(leg(2), BEGIN_MS + 2 * HOUR_MS);
        await take('2026-11-20');
      },
      '-100 KHR',
    ],
    [
      'an opening that is not the rail’s',
      async () => {
        await test.database.query(`UPDATE ledger_transfer SET minor = minor + 1 WHERE kind = 'funds'`);
        await take('2026-11-20');
      },
      '-0.01 KHR',
    ],
  ])('finds %s', async (_name, wrong, difference) => {
    const booked = leg(1);
    railBooks(booked);
    await ledgerBooks(booked, booked.atMs);
    await wrong();
    await job.run();
    const found = await violations();
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(difference);
    expect(holdingProblems(await holdingsOf(test.database, '2026-11-20'))).toEqual(found);
    expect(holdingProblems(await holdingsOf(test.database, '2026-11-19'))).toEqual([]);
  });

  it('is told by R6 as it was known then, and a mirror whose rail tells nothing is told as such', async () => {
    const shown = async (knownAt: number) => {
      const asked = { knownAt: new Date(knownAt), day: '2026-11-20', until: '2026-11-21', currency: 'KHR' };
      const { text, values } = statementOf(asKnownThen(NOSTRO_RECONCILIATION.sql), asked);
      const rows = await test.database.query<Record<string, unknown>>(text, values);
      return rows.map(({ account, told, closing, ledger, notBooked, difference }) =>
        [account, told, closing, ledger, notBooked, difference].join(' '),
      );
    };
    const late = leg(3);
    railBooks(late);
    await test.database.query(
      `INSERT INTO ledger_transfer (chain_id, kind, debit, credit, minor, at) VALUES ($1, 'funds', 3, 2, 500, $2)`,
      [randomUUID(), new Date(BEGIN_MS)],
    );
    platform.clock.set(BEGIN_MS + 25 * HOUR_MS);
    await take('2026-11-20');
    await job.run();
    const then = platform.clock.now();
    platform.clock.advance(HOUR_MS);
    // A mirror that is opened later was not there then.
    await test.database.query(
      `INSERT INTO ledger_account (account_id, code, kind, owner, currency) VALUES (4, 'RAIL:FXLOTUS:BAKONG:KHR', 'RAIL', 'FXLOTUS:BAKONG', 'KHR')`,
    );
    await test.database.query(
      `INSERT INTO ledger_transfer (chain_id, kind, debit, credit, minor, at) VALUES ($1, 'funds', 4, 2, 500, $2)`,
      [randomUUID(), new Date(platform.clock.now())],
    );
    await ledgerBooks(late, platform.clock.now());
    await job.run();
    const untold = ['RAIL:FXSINGHA:BAKONG:KHR not by the rail    ', `${NAGA} not by the rail    `];
    const known = (of: string) => expect.arrayContaining([`${NAGA} by the rail ${of}`, ...untold]) as unknown;
    const before = await shown(then);
    expect(before).toEqual(known('1010000 1000000 10000 0'));
    expect(before.join()).not.toContain('FXLOTUS');
    platform.clock.advance(1);
    const now = await shown(platform.clock.now());
    expect(now).toEqual(known('1010000 1010000 0 0'));
    expect(now).toContain('RAIL:FXLOTUS:BAKONG:KHR not by the rail    ');
  });

  it('has what its owner paid in past the switch booked by two people, by the line of the rail, once', async () => {
    const { database } = test;
    railBooks(leg(1, 5_000n), false);
    railBooks(leg(2, 700n));
    await take('2026-11-20');
    await job.run();
    const [stranger, ours] = await Promise.all(
      railLines.map(async ({ partnerRef }) => {
        const breakId = randomUUID();
        await database.query(
          `INSERT INTO settlement_break (break_id, type, severity, partner, currency, day, match_key, their_minor, state, detail, opened_at,
             source)
           VALUES ($1, 'MISSING_AT_US', 2, 'BAKONG', 'KHR', '2026-11-20', $2, 5000, 'OPEN', 'd', now(), 'statement')`,
          [breakId, partnerRef],
        );
        return breakId;
      }),
    );
    const approvals = new Approvals(platform);
    const entries = new LedgerEntries(new LedgerEntryStore(), platform.clock);
    const resolution = new BreakResolution(platform, approvals, entries);
    const propose = (breakId: string) =>
      resolution.propose({
        ...{
          breakIds: [breakId],
          action: 'rail_funds',
          evidence: 'a letter of FXNAGA',
          operator: 'OPERATOR-1',
        },
        ...{ participant: 'OPERATOR', reason: 'it has paid in' },
      });
    // A leg of ours is booked when its payment hears of it.
    expect(await propose(ours!)).toMatchObject({ reason: 'break_action_unfit' });
    const proposal = await propose(stranger!);
    if (proposal.kind === 'refused') throw new Error(proposal.detail);
    expect(await database.query('SELECT FROM ledger_entry')).toEqual([]);
    const { approvalId } = proposal;
    const checker = { operator: 'OPERATOR2-1', participant: 'OPERATOR2', reason: 'seen', acknowledged: [] };
    await approvals.decide({ approvalId, verdict: 'approve', ...checker });
    const lineId = railLines[0]!.lineId;
    expect(
      await database.query('SELECT entry_id, kind, debit, credit, minor, line_id FROM ledger_entry'),
    ).toEqual([
      {
        ...{
          entry_id: `rail:BAKONG:KHR:${lineId}:1`,
          kind: 'funds',
          debit: NAGA,
          credit: 'RAIL_OUTSIDE:BAKONG:KHR',
        },
        ...{ minor: 5_000n, line_id: `rail:BAKONG:KHR:${lineId}` },
      },
    ]);
    await database.query(`UPDATE settlement_break SET state = 'OPEN', action = NULL, approval_id = NULL`);
    expect(await propose(stranger!)).toMatchObject({ reason: 'break_action_unfit' });
    await database.query(
      `INSERT INTO ledger_transfer (chain_id, kind, debit, credit, minor, reference, at) VALUES ($1, 'funds', 1, 2, 5000, $2, $3)`,
      [randomUUID(), `rail:BAKONG:KHR:${lineId}:1`, new Date(BEGIN_MS + 40 * HOUR_MS)],
    );
    await job.run();
    expect([await violations(), await naga()]).toMatchObject([
      [],
      { closingMinor: 1_005_700n, ledgerMinor: 1_005_000n, openMinor: 700n, openLines: 1 },
    ]);
  });

  it('is nothing that was checked when the rail tells no balance', async () => {
    await take('2026-11-20', 0n, false);
    await job.run();
    const [finding] = holdingFindings(await holdingsOf(test.database));
    expect(finding).toMatchObject({ ok: true, checked: 0 });
    expect(await naga()).toMatchObject({ day: null, closingMinor: null });
  });
});
