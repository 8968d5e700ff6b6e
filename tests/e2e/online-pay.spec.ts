// Orders of web shops that card holders pay at UnionPay's page (UPOP), on both ways of running: passed on, given back, reconciled.
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { MODES, TestInstallation } from '../world/installation.js';
import { reconciledSince } from '../world/reconciliation.js';

jest.setTimeout(180_000);

const UNIONPAY_OFFSET_MINUTES = 480;
const STARTED = Date.now();

interface Paid {
  readonly state: string;
  readonly queryId: string;
  readonly settled: { readonly minor: string };
}

describe.each(MODES)('online payments on %s', (mode) => {
  let world: TestInstallation;

  beforeAll(async () => {
    world = await TestInstallation.start(mode);
  });
  afterEach(() => world.control('DELETE', '/control/faults'));
  afterAll(async () => {
    await world?.stop();
  });

  const onlinePay = async (code: object, amount?: object): Promise<Paid> => {
    const qrText = await world.khqrCode({ ...code, name: 'Web shop' });
    return world.control<Paid>('POST', '/control/unionpay/online-pay', { qrText, amount, waitMs: 60_000 });
  };
  const DOLLARS = { account: 'usd00042@angkor', currency: 'USD', amount: '10.50' };
  const RIEL = { account: 'shop00042@angkor', currency: 'KHR', amount: undefined };

  it('of a code in dollars are passed on as they are settled', async () => {
    expect(await onlinePay(DOLLARS)).toMatchObject({ state: 'completed', settled: { minor: '1050' } });
  });

  it('of a code in riel without an amount are converted', async () => {
    const paid = await onlinePay(RIEL, { currency: 'USD', amount: '10.00' });
    expect(paid).toMatchObject({ state: 'completed', settled: { minor: '1000' } });
  });

  it('are passed on once, however often they are told', async () => {
    await world.fault({ network: 'unionpay', operation: 'pay.UPOP', fault: 'call_back_often' });
    expect(await onlinePay(DOLLARS)).toMatchObject({ state: 'completed' });
  });

  it('go back to the card when the shop is refused at home, or the code asks for another amount', async () => {
    const { account } = DOLLARS;
    await world.fault({
      network: 'bakong',
      operation: 'makeFullFundTransfer',
      fault: 'reject',
      code: 'account closed',
      match: { account },
    });
    expect(await onlinePay(DOLLARS)).toMatchObject({ state: 'given_back' });
    const other = { currency: 'USD', amount: '10.51' };
    expect(await onlinePay(DOLLARS, other)).toMatchObject({ state: 'given_back' });
  });

  it("agree with UnionPay's file, and what went back opens no break", async () => {
    const told = await reconciledSince(world, STARTED, UNIONPAY_OFFSET_MINUTES, ['UPI']);
    // Three that were passed on, and two with a line each way.
    expect(told.of('UPI', 'USD')).toMatchObject({ lines: 7 });
    expect(told.breaks).toEqual([]);
  });

  it('hold every invariant', async () => {
    const clean = await world.until('the audit to be clean', async () => {
      const found = await world.violations();
      return found.length === 0 ? 'clean' : Promise.reject(new Error(found.join('\n')));
    });
    expect(clean).toBe('clean');
  });
});
