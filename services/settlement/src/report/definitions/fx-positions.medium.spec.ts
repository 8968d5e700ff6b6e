import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PaymentEventMessage } from '@tonle/contracts';
import { replaceRate } from '../../fx-position/fx-position.store.js';
import {
  DAY_END,
  HOME,
  minorsOf,
  paymentOf,
  reportWorld,
  THAI,
  type ReportWorld,
} from '../report.testing.js';

// Real: PostgreSQL, the payments' handler.

const HOUR_MS = 3_600_000;
const NEXT = '2026-11-21';

describe('R10, FX positions and what they earn', () => {
  let world: ReportWorld;
  const owed = (windowId: string, debtor: string, creditor: string, currency: string, minor: string) => ({
    ...{ windowId, debtorParticipant: debtor, creditorParticipant: creditor, amount: { currency, minor } },
  });
  /** 337.45 baht come in for 41,000 riel. */
  const inbound = (): Partial<PaymentEventMessage> => ({
    ...{ direction: 'inbound', debtorAgent: 'THSWITCH', creditorAgent: 'KHANGKOR', rate: '121.50000000' },
    source: { currency: 'THB', minor: '33745' },
    target: { currency: 'KHR', minor: '4100000' },
    partnerRefs: { credit: randomUUID() },
    obligations: [
      owed(THAI.windowId, 'THSWITCH', 'FXNAGA', 'THB', '33745'),
      owed(HOME.windowId, 'FXNAGA', 'KHANGKOR', 'KHR', '4100000'),
    ],
  });
  const setRate = async (day: string, rate: string) => {
    const at = new Date(world.platform.clock.now());
    const pair = { sourceCurrency: 'THB', targetCurrency: 'KHR' };
    await world.test.database.transaction((transaction) =>
      replaceRate(transaction, { day, ...pair, rate, source: 'fixing' }, at),
    );
  };
  const asked = {
    report: 'R10',
    parameters: { day: THAI.day, until: NEXT },
    basis: 'now' as const,
  };

  beforeAll(async () => {
    world = await reportWorld('report_fx_positions');
    await world.take(paymentOf('82000'), paymentOf('0', inbound()));
    world.platform.clock.set(DAY_END + HOUR_MS);
    await setRate(THAI.day, '122');
    await world.net(THAI.windowId);
    await world.test.database.query(
      `UPDATE settlement_window SET state = 'SETTLED', settled_at = '2026-11-21T03:00:00Z' WHERE window_id = $1`,
      [THAI.windowId],
    );
    world.platform.clock.set(DAY_END + 25 * HOUR_MS);
    await setRate(NEXT, '125');
    world.platform.clock.set(DAY_END + 30 * HOUR_MS);
  });
  afterAll(() => world.close());

  it('ties from day to day, in quantity and in what was earned', async () => {
    const rows = await world.rows(asked);
    expect(
      rows.map(({ day, sold, bought, settled, closing, market }) => [
        day,
        sold,
        bought,
        settled,
        closing,
        market,
      ]),
    ).toEqual([
      [THAI.day, '-820.00', '337.45', '0.00', '-482.55', '122'],
      [NEXT, '0.00', '0.00', '482.55', '0.00', '125'],
    ]);
    for (const row of rows) {
      const sum = (...columns: string[]) =>
        columns.reduce((all, column) => all + BigInt(row[column]!.replace('.', '')), 0n);
      expect(sum('opening', 'bought', 'sold', 'settled')).toBe(sum('closing'));
      expect(sum('resultBefore', 'spread', 'residual', 'realised', 'unrealisedChange')).toBe(sum('result'));
    }
    const [first, second] = rows;
    expect([second!['opening'], second!['resultBefore']]).toEqual([first!['closing'], first!['result']]);
    expect(first).toMatchObject({ average: '122.0000000000', marketPair: 'THB/KHR', marketSource: 'fixing' });
    expect(second).toMatchObject({ average: '', realised: '-1447.65' });
  });

  it('ties to the amounts of the window that the payments are in', async () => {
    const rows = await world.rows(asked);
    const [gross] = await world.test.database.query<{ out: bigint; in: bigint }>(
      `SELECT sum(amount_minor) FILTER (WHERE creditor = 'THSWITCH')::bigint AS out,
         sum(amount_minor) FILTER (WHERE debtor = 'THSWITCH')::bigint AS in
       FROM window_line WHERE window_id = $1`,
      [THAI.windowId],
    );
    expect([-minorsOf(rows, 'sold'), minorsOf(rows, 'bought')]).toEqual([gross!.out, gross!.in]);
  });

  it('is a provider its own alone, and nothing of another base', async () => {
    expect(await world.rows({ ...asked, receiver: 'FXNAGA' })).toHaveLength(2);
    expect(await world.rows({ ...asked, receiver: 'KHMEKONG' })).toEqual([]);
    expect(await world.rows({ ...asked, parameters: { day: THAI.day, currency: 'LAK' } })).toEqual([]);
  });

  it('is as it was known then: without what came since, and by the rate that was replaced', async () => {
    const knownAt = new Date(DAY_END + 2 * HOUR_MS).toISOString();
    const then = { ...asked, basis: 'then' as const, parameters: { day: THAI.day }, knownAt };
    const before = await world.rows(then);
    expect(before).toMatchObject([{ market: '122', sold: '-820.00' }]);
    await setRate(THAI.day, '123');
    await world.take(paymentOf('100'));
    expect(await world.rows(then)).toEqual(before);
    world.platform.clock.advance(1000);
    expect((await world.rows(asked))[0]).toMatchObject({ market: '123', sold: '-821.00' });
    expect(await world.rows({ ...then, knownAt: new Date(DAY_END).toISOString() })).toMatchObject([
      { market: '', average: '122.2439125479' },
    ]);
  });

  it('keeps what the bank has paid then, when it takes it back', async () => {
    const then = {
      ...asked,
      basis: 'then' as const,
      knownAt: new Date(world.platform.clock.now()).toISOString(),
    };
    const before = await world.rows(then);
    expect(before.map(({ settled }) => settled)).toEqual(['0.00', '483.55']);
    world.platform.clock.advance(1000);
    await world.test.database.transaction((transaction) =>
      transaction.query(
        `UPDATE settlement_window SET state = 'APPROVED', settled_at = NULL WHERE window_id = $1`,
        [THAI.windowId],
      ),
    );
    expect(await world.rows(then)).toEqual(before);
    expect((await world.rows(asked)).map(({ settled }) => settled)).toEqual(['0.00', '0.00']);
  });
});
