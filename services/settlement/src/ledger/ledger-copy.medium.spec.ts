import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ledgerCalls } from '@tonle/contracts';
import { DirectCalls, ServiceUnavailable } from '@tonle/messaging';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import fc from 'fast-check';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { BalanceStore } from './balance.store.js';
import { CheckpointStore } from './checkpoint.store.js';
import { CopyTransfersJob } from './copy-transfers.job.js';
import { LedgerCopyStore } from './ledger-copy.store.js';
import { PlayedRouting, type PlayedTransfer } from './ledger-copy.testing.js';
import { LedgerService } from './ledger.service.js';

// Real: PostgreSQL. Routing is played.

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const START_MS = Date.parse('2026-11-20T22:30:00Z');

let test: TestDatabase;
let platform: TestPlatform;
let routing: PlayedRouting;
let job: CopyTransfersJob;
let ledger: LedgerService;

beforeAll(async () => {
  test = await createTestDatabase('ledger_copy');
  await test.database.openOrm(SETTLEMENT_DATABASE);
});
afterAll(() => test.drop());
beforeEach(begin);

/** Nothing copied, a routing that has posted nothing. */
async function begin(): Promise<void> {
  await test.database.query('TRUNCATE ledger_transfer, ledger_account, ledger_checkpoint, ledger_proof');
  await test.database.query(
    'UPDATE ledger_copy SET copied_up_to = NULL, proven_up_to = NULL, checkpointed_day = NULL',
  );
  platform = createTestPlatform('settlement', test.database, { calls: new DirectCalls() });
  platform.clock.set(START_MS);
  routing = new PlayedRouting();
  routing.serve(platform.calls);
  job = newJob();
  const [copies, checkpoints] = [new LedgerCopyStore(), new CheckpointStore()];
  ledger = new LedgerService(test.database, copies, checkpoints, new BalanceStore());
}

function newJob(): CopyTransfersJob {
  const { database, calls, clock, telemetry } = platform;
  return new CopyTransfersJob(
    ...([database, calls, clock, telemetry, new LedgerCopyStore(), new CheckpointStore()] as const),
  );
}

let chains = 0;
function posted(atMs: number, change: Partial<PlayedTransfer> = {}): PlayedTransfer {
  chains += 1;
  const chainId = `00000000-0000-8000-8000-${chains.toString(16).padStart(12, '0')}`;
  return {
    ...{ chainId, kind: 'funds', minor: 100n, atMs },
    ...{ debit: 'NOSTRO:S:THB', credit: 'PREFUND:F:THB' },
    ...change,
  };
}
/** Seals up to an instant, and lets the job come to rest. */
async function sealed(atMs: number, rounds = 3): Promise<void> {
  routing.sealedMs = atMs;
  platform.clock.set(Math.max(platform.clock.now(), atMs));
  for (let round = 0; round < rounds; round += 1) await job.run();
}
const copied = async () => {
  const [row] = await test.database.query<{ n: number }>('SELECT count(*)::int AS n FROM ledger_transfer');
  return row!.n;
};
const balance = async (account: string, untilMs: number) => {
  const answer = await ledger.balances({ until: new Date(untilMs).toISOString() });
  if (answer.kind === 'refused') throw new Error(answer.detail);
  expect(answer.totals.every(({ balanceMinor }) => balanceMinor === '0')).toBe(true);
  return answer.accounts.find((each) => each.account === account)?.balanceMinor ?? '0';
};

describe('the copy of transfers', () => {
  it('takes what is sealed, once, and nothing that may still grow', async () => {
    await sealed(START_MS);
    expect(await ledger.balances({})).toMatchObject({ reason: 'ledger_not_known_yet' });
    routing.transfers.push(posted(START_MS), posted(START_MS + 500), posted(START_MS + 1_000));
    await sealed(START_MS + 1_000);
    expect(await copied()).toBe(2);
    await sealed(START_MS + 1_001);
    expect(await copied()).toBe(3);
    const asked = routing.asked;
    await job.run();
    expect([await copied(), routing.asked]).toEqual([3, asked + 1]);
    expect(await ledger.copy()).toMatchObject({ copiedUpTo: new Date(START_MS + 1_001).toISOString() });
  });

  it('goes on in slices that routing cuts, and where a round left off', async () => {
    routing.sliceMax = 3;
    for (let index = 0; index < 200; index += 1) routing.transfers.push(posted(START_MS + index * 90_000));
    await sealed(START_MS + 200 * 90_000, 1);
    const once = await copied();
    expect(once).toBeGreaterThan(0);
    expect(once).toBeLessThan(200);
    await sealed(START_MS + 200 * 90_000, 30);
    expect(await copied()).toBe(200);
    expect((await ledger.copy()).differences).toEqual([]);
  });

  it('stands still while routing is away, and goes on when it is back', async () => {
    routing.transfers.push(posted(START_MS));
    await sealed(START_MS + 1);
    const { calls } = platform;
    const away = () => Promise.reject(new ServiceUnavailable('routing', 'routing.transfers'));
    const lost = new CopyTransfersJob(
      ...([test.database, { ...calls, call: away } as never, platform.clock, platform.telemetry] as const),
      ...([new LedgerCopyStore(), new CheckpointStore()] as const),
    );
    await expect(lost.run()).rejects.toThrow(ServiceUnavailable);
    routing.transfers.push(posted(START_MS + 5));
    await sealed(START_MS + 6);
    expect(await copied()).toBe(2);
  });

  it('is made by one of two instances at a time', async () => {
    for (let index = 0; index < 50; index += 1) routing.transfers.push(posted(START_MS + index * HOUR_MS));
    routing.sliceMax = 4;
    routing.sealedMs = START_MS + 50 * HOUR_MS;
    platform.clock.set(routing.sealedMs);
    const other = newJob();
    for (let round = 0; round < 8; round += 1) await Promise.all([job.run(), other.run()]);
    expect(await copied()).toBe(50);
    expect(await balance('NOSTRO:S:THB', routing.sealedMs)).toBe('5000');
    expect((await ledger.copy()).differences).toEqual([]);
  });

  it.each([
    ['lost', 'DELETE FROM ledger_transfer WHERE minor = 7', /account 1 moved/],
    ['changed', 'UPDATE ledger_transfer SET minor = 8 WHERE minor = 7', /account 1 moved/],
    ['renamed', `UPDATE ledger_transfer SET reference = 'x' WHERE minor = 7`, /the same sums of other/],
  ])('is made again from where a row was %s before it was proven', async (_what, sql, words) => {
    const late = START_MS + HOUR_MS;
    routing.transfers.push(posted(START_MS), posted(START_MS + 60_000, { minor: 7n }), posted(late));
    await sealed(START_MS + 120_000);
    await test.database.query(sql);
    await sealed(late + HOUR_MS, 1);
    const { differences, provenUpTo } = await ledger.copy();
    expect(differences).toEqual([expect.stringMatching(words)]);
    expect(provenUpTo).toBe(new Date(START_MS).toISOString());
    await sealed(late + HOUR_MS);
    platform.clock.advance(60_000);
    await job.run();
    expect((await ledger.copy()).differences).toEqual([]);
    expect(await balance('NOSTRO:S:THB', late + HOUR_MS)).toBe('207');
    const counters = await platform.telemetry.registry.getMetricsAsJSON();
    const counted = counters.find(({ name }) => name === 'tonle_ledger_copy_differences_total');
    expect(counted?.values[0]?.value).toBe(1);
  });

  it('is looked at again later, sums of days included', async () => {
    routing.transfers.push(posted(START_MS, { minor: 7n }), posted(START_MS + 3 * DAY_MS));
    await sealed(START_MS + 4 * DAY_MS);
    await test.database.query('UPDATE ledger_transfer SET minor = 8 WHERE minor = 7');
    await test.database.query('UPDATE ledger_checkpoint SET debits = debits + 1 WHERE debits = 7');
    platform.clock.advance(8 * DAY_MS);
    for (let round = 0; round < 12; round += 1) {
      await job.run();
      platform.clock.advance(60_000);
    }
    expect(await balance('NOSTRO:S:THB', START_MS + 4 * DAY_MS)).toBe('107');
    expect((await ledger.copy()).differences).toEqual([]);
  });

  it('is copied once more where it differs and nowhere else, whatever differs and however much came after', async () => {
    const offsets = [0, 40, 90, 26 * 60, 26 * 60 + 1, 50 * 60, 74 * 60].map((minutes) => minutes * 60_000);
    const harm = fc.record({
      which: fc.nat(offsets.length - 1),
      sql: fc.constantFrom(
        'DELETE FROM ledger_transfer WHERE chain_id = $1',
        'UPDATE ledger_transfer SET minor = minor + 1 WHERE chain_id = $1',
        "UPDATE ledger_transfer SET reference = 'x' WHERE chain_id = $1",
        "UPDATE ledger_transfer SET at = at + interval '1 hour' WHERE chain_id = $1",
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(harm, { minLength: 1, maxLength: 3 }), async (harms) => {
        await begin();
        const made = offsets.map((offset) => posted(START_MS + offset));
        routing.transfers.push(...made);
        const endMs = START_MS + 4 * DAY_MS;
        await sealed(endMs);
        for (const { which, sql } of harms) await test.database.query(sql, [made[which]!.chainId]);
        const harmed = new Set(harms.map(({ which }) => made[which]!.chainId));
        const versions = () =>
          test.database.query<{ chain_id: string }>(
            'SELECT chain_id, xmin::text, ctid::text FROM ledger_transfer',
          );
        const before = await versions();
        platform.clock.advance(8 * DAY_MS);
        for (let round = 0; round < 20; round += 1) {
          await job.run();
          expect((await ledger.copy()).copiedUpTo).toBe(new Date(endMs).toISOString());
          platform.clock.advance(60_000);
        }
        expect((await ledger.copy()).differences).toEqual([]);
        expect((await ledger.copy()).provenUpTo).toBe(new Date(endMs - (endMs % HOUR_MS)).toISOString());
        for (const at of [START_MS + HOUR_MS, START_MS + 2 * DAY_MS, endMs])
          expect(await balance('NOSTRO:S:THB', at)).toBe(naive(made, 'NOSTRO:S:THB', at).toString());
        const hours = (ms: number) => Math.floor(ms / HOUR_MS);
        // The hours of those that were harmed, where they belong and where they stood.
        const touched = new Set(
          made.flatMap(({ chainId, atMs }) => (harmed.has(chainId) ? [hours(atMs), hours(atMs) + 1] : [])),
        );
        const kept = made.filter(({ atMs }) => !touched.has(hours(atMs))).map(({ chainId }) => chainId);
        const after = await versions();
        for (const id of kept)
          expect(after.find(({ chain_id }) => chain_id === id)).toEqual(
            before.find(({ chain_id }) => chain_id === id),
          );
      }),
      { numRuns: 15 },
    );
  }, 180_000);

  it('waits a minute before it tries again what does not become the same', async () => {
    routing.transfers.push(posted(START_MS));
    await sealed(START_MS + 1);
    await test.database.query('UPDATE ledger_transfer SET minor = 99');
    await sealed(START_MS + HOUR_MS, 1);
    const asked = routing.asked;
    await job.run();
    await job.run();
    // For transfers, and for no proof.
    expect(routing.asked).toBe(asked + 2);
    platform.clock.advance(60_000);
    await job.run();
    expect(routing.asked).toBe(asked + 4);
  });
});

describe('a balance', () => {
  const CODES = ['NOSTRO:S:THB', 'PREFUND:F:THB', 'POSITION:F:THB', 'SUSPENSE:KHR', 'WRITE_OFF:KHR'];
  const SPAN_MS = 6 * DAY_MS;
  const instant = fc.oneof(
    fc.nat(SPAN_MS),
    // Where days and hours meet, and several at once.
    fc
      .nat(6)
      .map((day) => day * DAY_MS - (START_MS % DAY_MS))
      .filter((ms) => ms >= 0),
    fc.constantFrom(0, 1, HOUR_MS, SPAN_MS - 1),
  );
  const transfer = fc
    .record({
      pair: fc.constantFrom([0, 1], [1, 0], [0, 2], [2, 1], [3, 4], [4, 3]),
      kind: fc.constantFrom('funds', 'fee', 'settlement'),
      minor: fc.bigInt(1n, 10n ** 12n),
      offsetMs: instant,
    })
    .map(({ pair: [debit, credit], kind, minor, offsetMs }) => ({
      ...{ kind, minor, debit: CODES[debit!]!, credit: CODES[credit!]!, offsetMs },
    }));

  it('at any instant is the sum of what was posted before it, whatever is copied and summed up by then', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(transfer, { minLength: 1, maxLength: 40 }),
        fc.array(instant, { maxLength: 3 }),
        fc.array(instant, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(2, 7, 10_000),
        async (made, seals, instants, sliceMax) => {
          await begin();
          routing.sliceMax = sliceMax;
          const transfers = made.map(({ offsetMs, ...more }) => posted(START_MS + offsetMs, more));
          routing.transfers.push(...transfers);
          for (const at of [...seals, SPAN_MS].sort((a, b) => a - b)) await sealed(START_MS + at, 2);
          for (let round = 0; round < 10; round += 1) await job.run();
          expect(await copied()).toBe(transfers.length);
          for (const offsetMs of [...instants, SPAN_MS]) {
            for (const code of CODES)
              expect([code, offsetMs, await balance(code, START_MS + offsetMs)]).toEqual([
                ...[code, offsetMs, naive(transfers, code, START_MS + offsetMs).toString()],
              ]);
          }
        },
      ),
      { numRuns: 12 },
    );
  }, 180_000);

  it('of a statement goes from line to line, over pages of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(transfer, { minLength: 1, maxLength: 25 }),
        fc.tuple(instant, instant),
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        async (made, [one, other], pageMax, isSummed) => {
          await begin();
          const transfers = made.map(({ offsetMs, ...more }) => posted(START_MS + offsetMs, more));
          routing.transfers.push(...transfers);
          await sealed(START_MS + SPAN_MS);
          if (!isSummed) {
            await test.database.query('TRUNCATE ledger_checkpoint');
            await test.database.query('UPDATE ledger_copy SET checkpointed_day = NULL');
          }
          const code = transfers[0]!.debit;
          const [fromMs, untilMs] = [Math.min(one, other), Math.max(one, other)].map((ms) => START_MS + ms);
          const lines = await linesOf(code, fromMs!, untilMs!, pageMax);
          const meant = transfers.filter(
            ({ debit, credit, atMs }) =>
              (debit === code || credit === code) && atMs >= fromMs! && atMs < untilMs!,
          );
          expect(lines.map(({ chainId }) => chainId).sort()).toEqual(
            meant.map(({ chainId }) => chainId).sort(),
          );
          let stands = naive(transfers, code, fromMs!);
          for (const line of lines) {
            stands += BigInt(line.debitMinor ?? '0') - BigInt(line.creditMinor ?? '0');
            expect(line.balanceMinor).toBe(stands.toString());
          }
          expect(stands).toBe(naive(transfers, code, untilMs!));
        },
      ),
      { numRuns: 15 },
    );
  }, 180_000);

  it('of an instant that is not copied, and a statement of nothing, are refused with why', async () => {
    routing.transfers.push(posted(START_MS));
    await sealed(START_MS + 1_000);
    const later = new Date(START_MS + 1_001).toISOString();
    const from = new Date(START_MS).toISOString();
    const known = `The ledger is known up to ${new Date(START_MS + 1_000).toISOString()}.`;
    expect(await ledger.balances({ until: later })).toMatchObject({ detail: known });
    expect(await ledger.balances({ from: later })).toMatchObject({ detail: known });
    expect(await ledger.balances({ from, until: '2026-01-01T00:00:00Z' })).toMatchObject({
      errors: [{ path: '/from', message: 'Must not be after `until`.' }],
    });
    const statement = (account: string, after?: string) =>
      ledger.statement({ account, from, pageMax: 5, ...(after === undefined ? {} : { after }) });
    expect(await statement('PREFUND:X:THB')).toMatchObject({ reason: 'not_found' });
    expect(await statement('PREFUND:F:THB', 'next')).toMatchObject({ errors: [{ path: '/cursor' }] });
  });

  it('is one of the chart, which says what each account means', async () => {
    routing.transfers.push(posted(START_MS), posted(START_MS, { debit: 'SUSPENSE:THB' }));
    await sealed(START_MS + 1);
    const { accounts } = await ledger.accounts({ owner: 'F' });
    expect(accounts).toEqual([
      {
        ...{ account: 'PREFUND:F:THB', kind: 'PREFUND', owner: 'F', currency: 'THB', normalSide: 'credit' },
        meaning: 'Money that is lodged with the settlement bank for a participant',
      },
    ]);
    expect((await ledger.accounts({ kind: 'SUSPENSE' })).accounts).toHaveLength(1);
    expect((await ledger.accounts({ currency: 'KHR' })).accounts).toEqual([]);
    expect(ledgerCalls.accounts.response.safeParse({ accounts }).success).toBe(true);
  });
});

function naive(transfers: readonly PlayedTransfer[], code: string, untilMs: number): bigint {
  return transfers
    .filter(({ atMs }) => atMs < untilMs)
    .reduce(
      (sum, { debit, credit, minor }) => sum + (debit === code ? minor : credit === code ? -minor : 0n),
      0n,
    );
}

/** Every line, page by page. */
async function linesOf(account: string, fromMs: number, untilMs: number, pageMax: number) {
  const span = { from: new Date(fromMs).toISOString(), until: new Date(untilMs).toISOString() };
  const lines = [];
  for (let after: string | undefined; ;) {
    const page = await ledger.statement({
      ...{ account, ...span, pageMax },
      ...(after === undefined ? {} : { after }),
    });
    if (page.kind === 'refused') throw new Error(page.detail);
    expect(page.entries.length).toBeLessThanOrEqual(pageMax);
    lines.push(...page.entries);
    if (page.next === undefined) return lines;
    after = page.next;
  }
}
