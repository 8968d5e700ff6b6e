// A payer of Cambodia shows a code at a till abroad: asked for by the bank, drawn on through Alipay+, and paid as any payment.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { MODES, TestInstallation, type InstallationPayment } from '../world/installation.js';

jest.setTimeout(180_000);

interface Issued {
  readonly paymentCodeId: string;
  readonly code: string;
}
interface Scanned {
  readonly paymentRequestId: string;
  readonly state: string;
  readonly reason?: string;
}
interface Listed {
  readonly payments: readonly (InstallationPayment & { readonly paymentCodeId?: string })[];
}
interface Booked {
  readonly paid?: { readonly status: string; readonly amount: { readonly value: string } };
}

describe.each(MODES)('a code that a payer shows, on %s', (mode) => {
  let world: TestInstallation;

  beforeAll(async () => {
    world = await TestInstallation.start(mode);
  });
  afterAll(async () => {
    await world?.stop();
  });

  const issue = (most = '100000'): Promise<Issued> =>
    world.until('a code', async () => {
      const { ok, body } = await world.as('KHMEKONG').post<Issued>('/v1/payment-codes', {
        corridor: 'KH-AP',
        debtor: { name: 'Sok Dara', account: 'u0000123@mekong' },
        most: { currency: 'KHR', amount: most },
      });
      return ok ? body : undefined;
    });
  /** The till waits until there is a price. */
  const scan = (code: string) =>
    world.control<Scanned>('POST', '/control/alipay/scan', {
      code,
      merchant: '00000012',
      amount: { currency: 'SGD', amount: '13.40' },
    });
  const drawnOn = async (paymentCodeId: string) => {
    const { body } = await world.as('KHMEKONG').get<Listed>('/v1/payments?direction=outbound&limit=200');
    return body.payments.filter((payment) => payment.paymentCodeId === paymentCodeId);
  };

  it('is paid once, seen by the bank, and settled by Alipay+', async () => {
    // Rates may come a moment after the start: a till shows another code then.
    const { issued, scanned } = await world.until('a payment', async () => {
      const issued = await issue();
      const scanned = await scan(issued.code);
      return scanned.state === 'completed' ? { issued, scanned } : undefined;
    });
    const [payment, ...others] = await drawnOn(issued.paymentCodeId);
    expect(others).toEqual([]);
    expect(payment).toMatchObject({
      state: 'completed',
      sender: 'KHMEKONG',
      source: { currency: 'KHR' },
      target: { currency: 'USD' },
      messageId: `drawn on ${issued.paymentCodeId}`,
      debtor: { account: 'u0000123@mekong' },
      creditor: { account: scanned.paymentRequestId },
      partnerReferences: { debit: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    const booked = await world.control<Booked>('GET', `/control/alipay/payments/${scanned.paymentRequestId}`);
    expect(booked.paid?.status).toBe('S');
    expect(await scan(issued.code)).toMatchObject({ state: 'rejected', reason: 'INVALID_CODE' });
    expect(await drawnOn(issued.paymentCodeId)).toHaveLength(1);
  });

  it('gives nobody more than the payer agreed to', async () => {
    const issued = await issue('1000');
    expect(await scan(issued.code)).toMatchObject({ state: 'rejected', reason: 'USER_AMOUNT_EXCEED_LIMIT' });
    expect(await drawnOn(issued.paymentCodeId)).toEqual([]);
  });

  it('tells the till when the payer has no money, and the payer keeps what there is', async () => {
    const issued = await issue();
    await world.fault({
      network: 'bakong',
      operation: 'makeFullFundTransfer',
      fault: 'reject',
      code: 'balance not enough',
      match: { account: 'u0000123@mekong' },
    });
    const scanned = await scan(issued.code);
    expect(scanned.state).toBe('rejected');
    expect(await drawnOn(issued.paymentCodeId)).toMatchObject([{ state: 'failed' }]);
    await world.control('DELETE', '/control/faults');
  });

  it('leaves books that agree', async () => {
    await world.until('the audit to be clean', async () => {
      const violations = await world.violations();
      return violations.length === 0 ? true : Promise.reject(new Error(violations.join('\n')));
    });
  });
});
