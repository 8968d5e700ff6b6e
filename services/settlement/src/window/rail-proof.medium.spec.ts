import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { NettedWorld } from './netted-world.testing.js';

// Real: PostgreSQL, the sandbox's directory. The rail's statement is written by this file.

const DAY = '2026-11-20';
const WINDOW = `BAKONG-KHR-${DAY}`;
const MINOR = 10_024_000n;

let world: NettedWorld;
beforeAll(async () => (world = await NettedWorld.make('rail_proof')));
beforeEach(() => world.clear());
afterAll(() => world.test.drop());

const ask = (text: string, values: readonly unknown[] = []) => world.test.database.query(text, values);

/** A gross window with payments, by the reference of their leg on the rail. */
async function grossWindow(...payments: { direction: 'outbound' | 'inbound'; ref: string }[]) {
  await world.netted(
    payments.map(() => ['KHMEKONG', 'FXNAGA', MINOR] as const).slice(0, 1),
    WINDOW,
    'GROSS_RT',
  );
  await ask('UPDATE settlement_window SET payments = $1', [payments.length]);
  for (const { direction, ref } of payments) {
    const id = randomUUID();
    const isOut = direction === 'outbound';
    await ask(
      `INSERT INTO payment_record (payment_id, version, state, direction, corridor, uetr, end_to_end_id, fx_provider,
         source_currency, source_minor, target_currency, target_minor, debit_ref, credit_ref, lane, ended_at)
       VALUES ($1, 5, 'COMPLETED', $2, 'KH-TH', $1, 'e', 'FXNAGA', $3, $4, $5, $6, $7, $8, 'a', now())`,
      [
        ...[
          id,
          direction,
          isOut ? 'KHR' : 'THB',
          isOut ? MINOR : 820n,
          isOut ? 'THB' : 'KHR',
          isOut ? 820n : MINOR,
        ],
        ...[isOut ? ref : 'theirs', isOut ? 'theirs' : ref],
      ],
    );
    await ask(`INSERT INTO window_line VALUES ($1, $2, 'a', 'KHMEKONG', 'FXNAGA', $3)`, [WINDOW, id, MINOR]);
  }
}
/** The rail's statement of a day, asked for at an instant. */
async function statement(askedAt: string, refs: readonly (readonly [string, bigint])[], day = DAY) {
  await ask(
    `INSERT INTO statement_taken VALUES ('BAKONG', 'KHR', $1, $2)
     ON CONFLICT (partner, currency, day) DO UPDATE SET asked_at = excluded.asked_at`,
    [day, askedAt],
  );
  for (const [ref, minor] of refs)
    await ask(
      `INSERT INTO statement_line (partner, currency, line_id, day, partner_ref, amount_minor, status, booked_at)
       VALUES ('BAKONG', 'KHR', $1, $2, $3, $4, 'booked', now())`,
      [randomUUID(), day, ref, minor],
    );
}
const breaks = () =>
  ask(`SELECT type, state, our_minor AS minor FROM settlement_break WHERE source = 'settlement'`);
const state = async () => {
  await world.life.run();
  return (await world.window(WINDOW))['state'];
};
const BOTH = [
  { direction: 'outbound', ref: 'h1' },
  { direction: 'inbound', ref: 'h2' },
] as const;

describe('a gross window', () => {
  it("waits for the rail's statement of its day, asked for after its end, and is settled by a line for each discharge", async () => {
    await grossWindow(...BOTH);
    expect(await state()).toBe('NETTED');
    await statement('2026-11-20T15:00:00Z', [['h1', MINOR]]);
    expect(await state()).toBe('NETTED');
    expect([await breaks(), world.life.wantingOf(WINDOW)]).toEqual([[], `the rail's statement of ${DAY}`]);
    await statement('2026-11-20T17:30:00Z', [['h2', MINOR]]);
    expect([await state(), await breaks()]).toEqual(['SETTLED', []]);
  });

  it.each<[string, [string, bigint][], bigint]>([
    ['without the line of one', [['h1', MINOR]], MINOR],
    [
      'with a line of another amount',
      [
        ['h1', MINOR],
        ['h2', MINOR - 1n],
      ],
      MINOR,
    ],
    [
      'with two lines of one',
      [
        ['h1', MINOR],
        ['h2', MINOR],
        ['h2', MINOR],
      ],
      MINOR,
    ],
    ['without any', [], 2n * MINOR],
  ])('%s is a break of severity 1, which the line ends that comes later', async (_what, refs, minor) => {
    await grossWindow(...BOTH);
    await statement('2026-11-20T17:30:00Z', refs);
    expect([await state(), await breaks()]).toEqual([
      'NETTED',
      [{ type: 'RAIL_MISMATCH', state: 'OPEN', minor }],
    ]);
    await ask('DELETE FROM statement_line');
    // Nobody asks the table anew until there is another statement.
    await statement('2026-11-21T01:00:00Z', [
      ['h1', MINOR],
      ['h2', MINOR],
    ]);
    expect([await state(), await breaks()]).toEqual([
      'SETTLED',
      [{ type: 'RAIL_MISMATCH', state: 'AUTO_RESOLVED', minor }],
    ]);
  });

  it('is proven by a line of a neighbouring day, too, and settled at once when it is empty', async () => {
    await grossWindow(BOTH[0]);
    await statement('2026-11-20T17:30:00Z', []);
    await statement('2026-11-20T17:30:00Z', [['h1', MINOR]], '2026-11-19');
    expect(await state()).toBe('SETTLED');
    await world.clear();
    await grossWindow();
    expect(await state()).toBe('SETTLED');
  });
});
