import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approvalCalls, financeCalls } from '@tonle/contracts';
import { amount, amountText } from '@tonle/money';
import { auditedActions } from '@tonle/platform';
import { BooksWorld } from '../close/books.testing.js';
import { completed, DAY, HOME, THAI } from '../payment/payment-event.testing.js';

// Real: PostgreSQL, the payments' handler, the calls of settlement. fx answers from books.testing.ts.

const NEXT = '2026-11-21';
let world: BooksWorld;

/** 337.45 baht come in for 41,000 riel at 121.50. */
const inbound = () => ({
  direction: 'inbound' as const,
  debtorAgent: 'THSWITCH',
  creditorAgent: 'KHANGKOR',
  rate: '121.50000000',
  source: { currency: 'THB', minor: '33745' },
  target: { currency: 'KHR', minor: '4100000' },
  partnerRefs: { credit: randomUUID() },
  obligations: [
    obligation(THAI.windowId, 'THSWITCH', 'FXNAGA', 'THB', '33745'),
    obligation(HOME.windowId, 'FXNAGA', 'KHANGKOR', 'KHR', '4100000'),
  ],
});

function obligation(
  windowId: string,
  debtorParticipant: string,
  creditorParticipant: string,
  currency: string,
  minor: string,
) {
  return { windowId, debtorParticipant, creditorParticipant, amount: { currency, minor } };
}

const positions = async (day: string) => {
  const { positions: all } = await world.platform.calls.call(financeCalls.fxPositions, { day });
  return all;
};

beforeAll(async () => {
  world = await BooksWorld.start('fx_positions');
  world.endDay(DAY);
  await world.pay(completed(), completed(inbound()));
});
afterAll(() => world.stop());

describe('FX positions', () => {
  it('are unvalued while nobody knows a rate', async () => {
    expect(await positions(DAY)).toMatchObject([
      {
        ...{ provider: 'FXNAGA', corridor: 'KH-TH', base: 'THB', counter: 'KHR' },
        ...{ soldMinor: '82000', soldForMinor: '10024000', boughtMinor: '33745', boughtForMinor: '4100000' },
        closing: { quantityMinor: '-48255' },
        unrealisedChangeMinor: '0',
      },
    ]);
  });

  it('are valued by the mid rate of the day, which is taken once', async () => {
    await world.checklist(DAY);
    world.midRates = [{ sourceCurrency: 'THB', targetCurrency: 'KHR', rate: '999' }];
    await world.checklist(DAY);
    const [position] = await positions(DAY);
    // 820.00 baht are worth 100,040 riel, 337.45 are worth 41,168.90; 0.41 and 0.17 riel of that is rounding.
    expect(position).toMatchObject({
      market: { rate: '122', source: 'mid', day: DAY },
      residualMinor: '58',
      spreadMinor: (20_000 + 16_890 - 58).toString(),
      closing: { quantityMinor: '-48255', unrealisedMinor: '0' },
    });
  });

  it('settle with their windows, at the rate of that day', async () => {
    await world.settle(DAY, `${NEXT}T03:00:00Z`);
    world.endDay(NEXT);
    world.midRates = [{ sourceCurrency: 'KHR', targetCurrency: 'THB', rate: '0.008' }];
    await world.checklist(NEXT);
    const [position] = await positions(NEXT);
    expect(position).toMatchObject({
      settledMinor: '48255',
      market: { rate: '0.008', day: NEXT },
      // 482.55 baht were owed at 122 and cost 125.
      realisedMinor: '-144765',
      closing: { quantityMinor: '0', costMinor: '0', unrealisedMinor: '0' },
    });
    expect((await positions(DAY))[0]).toMatchObject({ settledMinor: '0' });
  });

  it('leave out what was taken out of a window', async () => {
    await world.test.database.query(
      `UPDATE settlement_window SET participants_removed = '{THSWITCH}' WHERE window_id = $1`,
      [THAI.windowId],
    );
    expect((await positions(NEXT))[0]).toMatchObject({ settledMinor: '0' });
    await world.test.database.query(`UPDATE settlement_window SET participants_removed = '{}'`);
  });

  it('are valued by what an operator says, in whichever direction, until the day is closed', async () => {
    const set = (rate: string, day = DAY) =>
      world.platform.calls.call(financeCalls.setReferenceRate, {
        ...{ day, sourceCurrency: 'KHR', targetCurrency: 'THB', rate },
        ...{ operator: 'OPERATOR-1', participant: 'OPERATOR', reason: 'fixing' },
      });
    expect(await set('x')).toMatchObject({ kind: 'refused', reason: 'schema_invalid' });
    const before = (await positions(DAY))[0]!;
    const proposed = await set('0.0081');
    if (proposed.kind !== 'proposed') throw new Error(JSON.stringify(proposed));
    expect((await positions(DAY))[0]).toEqual(before);
    const { approvalId } = proposed;
    const found = await world.platform.calls.call(approvalCalls('settlement').find, { approvalId });
    if (found.kind === 'refused') throw new Error(found.reason);
    expect(found.approval).toMatchObject({
      ...{ kind: 'reference.rate', target: `${DAY} KHR THB` },
      before: { rate: '122 KHR for one THB, by mid' },
      after: { rate: '0.0081 THB for one KHR, by OPERATOR-1' },
    });
    const worth = (facts: object | undefined) =>
      (facts as Record<string, string>)['unrealised of FXNAGA KH-TH'];
    const told = ({ closing }: typeof before) => amountText(amount('KHR', BigInt(closing.unrealisedMinor)));
    expect(worth(found.approval.before)).toBe(told(before));
    expect(await world.approve(approvalId, 'OPERATOR')).toMatchObject({ reason: 'second_operator_needed' });
    expect(await world.approve(approvalId, 'OPERATOR2')).toMatchObject({ state: 'executed' });
    const after = (await positions(DAY))[0]!;
    expect(after).toMatchObject({ market: { rate: '0.0081', source: 'OPERATOR-1' } });
    // What whoever approved was shown is what it came to.
    expect(worth(found.approval.after)).toBe(told(after));
    expect(told(after)).not.toBe(told(before));
    expect(await set('0.0081')).toEqual({ kind: 'done' });
    expect(await auditedActions(world.test.database)).toContain('reference-rate.set');
    await world.test.database.query(
      `INSERT INTO accounting_period (period, kind, state, version) VALUES ('2026-11-19', 'day', 'closed', 1)`,
    );
    expect(await set('0.0082', '2026-11-19')).toMatchObject({ reason: 'period_closed' });
  });

  it('tell how far a provider is exposed now', async () => {
    const { exposures } = await world.platform.calls.call(financeCalls.fxPositions, { day: DAY });
    expect(exposures).toEqual([
      { provider: 'FXNAGA', currency: 'THB', limitMinor: '1000', usedMinor: '250' },
    ]);
  });
});
