import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { routingCalls, type LedgerEntryAnswer, type LedgerEntry } from '@tonle/contracts';
import {
  nostroAccount,
  positionAccount,
  prefundAccount,
  roundingAccount,
  settlementClearingAccount,
  suspenseAccount,
  writeOffAccount,
} from '@tonle/ledger';
import { createTestPlatform } from '@tonle/platform';
import { broken, openWorld, type World } from '../payment/payment.testing.js';
import { assembleRouting, type Routing } from '../routing.testing.js';

// Real: PostgreSQL, lanes, the calls of two instances on the same tables.

let world: World;
let other: Routing;
let otherCalls: World['platform']['calls'];
beforeAll(async () => {
  world = await openWorld('routing_entries');
  const { settings, transport, clock } = world.platform;
  const database = await world.test.another();
  const platform = createTestPlatform('routing', database, {
    ...{ settings, transport, clock },
    lane: 'second',
    instance: 'routing-second',
  });
  other = await assembleRouting(platform);
  otherCalls = platform.calls;
});
afterAll(async () => {
  await other.close();
  await world.close();
});
afterEach(async () => {
  expect(await broken(world)).toEqual([]);
});

const NOSTRO = nostroAccount('THSETTLE', 'THB');
const PREFUND = prefundAccount('FXSINGHA', 'THB');
const deposit = (change: Partial<LedgerEntry> = {}): LedgerEntry => ({
  entryId: 'deposit 1',
  kind: 'funds',
  currency: 'THB',
  debit: NOSTRO,
  credit: PREFUND,
  minor: '500',
  lineId: 'THSETTLE:THB:1',
  ...change,
});
const book = async (...entries: LedgerEntry[]): Promise<LedgerEntryAnswer[]> =>
  (await world.platform.calls.call(routingCalls.bookEntries, { entries })).entries;
const nostro = async () => {
  const [row] = await world.test.database.query<{ minor: bigint }>(
    'SELECT debits_posted - credits_posted AS minor FROM account WHERE code = $1',
    [NOSTRO],
  );
  return row?.minor ?? 0n;
};
const whole = ({ entryId, kind }: LedgerEntryAnswer) => `${entryId} ${kind}`;

describe('entries', () => {
  it('are booked once, and answered as often as they are asked', async () => {
    const [first] = await book(deposit());
    expect(first).toEqual({
      entryId: 'deposit 1',
      kind: 'booked',
      at: new Date(world.platform.clock.now()).toISOString(),
    });
    world.platform.clock.advance(60_000);
    const withdrawn = deposit({
      ...{ entryId: 'withdrawal 1', lineId: 'THSETTLE:THB:2', minor: '200' },
      ...{ debit: PREFUND, credit: NOSTRO },
    });
    const answers = await book(deposit(), withdrawn, withdrawn);
    expect(answers[0]).toEqual(first);
    expect(answers[1]).toEqual(answers[2]);
    // With what the networks and FX providers have there from the first day.
    expect(await nostro()).toBe(2_000_000_000_300n);
    const [row] = await world.test.database.query(
      'SELECT credits_posted - debits_posted AS minor FROM account WHERE code = $1',
      [PREFUND],
    );
    expect(row).toEqual({ minor: 500_000_000_300n });
  });

  it('clear what a window left on a position', async () => {
    const bridge = settlementClearingAccount('THSWITCH-THB-2026-11-26', 'THSWITCH', 'THB');
    const answers = await book(
      deposit({
        ...{ entryId: 'in', kind: 'settlement_bank', lineId: 'THSETTLE:THB:3' },
        ...{ debit: NOSTRO, credit: bridge, minor: '82000' },
      }),
      {
        ...{ entryId: 'clear', kind: 'settlement', currency: 'THB' },
        ...{ debit: bridge, credit: positionAccount('THSWITCH', 'THB'), minor: '82000' },
      },
    );
    expect(answers.map(whole)).toEqual(['in booked', 'clear booked']);
    const rows = await world.test.database.query(
      `SELECT code, debits_posted - credits_posted AS minor FROM account
       WHERE code IN ($1, 'POSITION:THSWITCH:THB') ORDER BY code`,
      [bridge],
    );
    expect(rows).toEqual([
      { code: 'POSITION:THSWITCH:THB', minor: -82_000n },
      { code: bridge, minor: 0n },
    ]);
  });

  it('place what waits in suspense, and give up what is left, by the word of two people', async () => {
    const approvalId = '00000000-0000-4000-8000-000000000001';
    const suspense = suspenseAccount('THB');
    const placed = { currency: 'THB', approvalId, credit: suspense } as const;
    const answers = await book(
      deposit({ entryId: 'unknown', kind: 'suspense', credit: suspense, lineId: 'THSETTLE:THB:4' }),
      { ...placed, entryId: 'placed', kind: 'reallocation', debit: suspense, credit: PREFUND, minor: '490' },
      {
        ...placed,
        entryId: 'up',
        kind: 'write_off',
        debit: suspense,
        credit: writeOffAccount('THB'),
        minor: '7',
      },
      {
        ...placed,
        entryId: 'off',
        kind: 'rounding',
        debit: suspense,
        credit: roundingAccount('THB'),
        minor: '3',
      },
    );
    expect(answers.map(whole)).toEqual(['unknown booked', 'placed booked', 'up booked', 'off booked']);
    const rows = await world.test.database.query(
      "SELECT kind, debits_posted - credits_posted AS minor FROM account WHERE kind IN ('SUSPENSE', 'WRITE_OFF', 'ROUNDING') ORDER BY kind",
    );
    expect(rows).toEqual([
      { kind: 'ROUNDING', minor: -3n },
      { kind: 'SUSPENSE', minor: 0n },
      { kind: 'WRITE_OFF', minor: -7n },
    ]);
  });

  it('that are refused leave the others of their batch alone, and move nothing', async () => {
    const before = await nostro();
    const answers = await book(
      deposit({ minor: '501' }),
      deposit({ entryId: 'again' }),
      deposit({ entryId: 'no line', lineId: undefined }),
      deposit({ entryId: 'rest', part: 2, minor: '9' }),
    );
    expect(answers).toMatchObject([
      {
        kind: 'refused',
        reason: 'entry_differs',
        detail: 'deposit 1: minor is booked as 500, asked for as 501',
      },
      { kind: 'refused', reason: 'bank_line_used', detail: 'deposit 1' },
      { kind: 'refused', reason: 'entry_not_allowed', detail: 'funds needs the line of a statement' },
      { entryId: 'rest', kind: 'booked' },
    ]);
    expect(await nostro()).toBe(before + 9n);
  });

  it('that two instances are asked for at once are booked once', async () => {
    const before = await nostro();
    const asked = Array.from({ length: 40 }, (_, index) =>
      deposit({ entryId: `race ${index}`, lineId: `THSETTLE:THB:race:${index}`, minor: '1' }),
    );
    // The second half of the lines is claimed under other ids, too: each line has one winner.
    const rivals = asked.map((entry, index) =>
      index < 20 ? entry : { ...entry, entryId: `rival ${index}` },
    );
    const [ours, theirs] = await Promise.all([
      book(...asked),
      otherCalls.call(routingCalls.bookEntries, { entries: rivals.toReversed() }),
    ]);
    expect(await nostro()).toBe(before + 40n);
    const booked = [...ours, ...theirs.entries].filter(({ kind }) => kind === 'booked');
    expect(booked).toHaveLength(20 * 2 + 20);
  });

  it('whose commit fails are neither posted nor remembered', async () => {
    const before = await nostro();
    const { database } = world.test;
    await database.query(
      "ALTER TABLE booked_entry ADD CONSTRAINT no_dog CHECK (entry_id <> 'dog') NOT VALID",
    );
    const dog = deposit({ entryId: 'dog', lineId: 'THSETTLE:THB:dog' });
    await expect(book(dog)).rejects.toThrow();
    expect(await nostro()).toBe(before);
    await database.query('ALTER TABLE booked_entry DROP CONSTRAINT no_dog');
    expect((await book(dog)).map(whole)).toEqual(['dog booked']);
    expect(await nostro()).toBe(before + 500n);
  });
});
