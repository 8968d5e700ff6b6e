// docs/add-a-network.md, followed word by word: a made-up country that is files alone, on a whole installation.
import { beforeAll, expect, it } from '@jest/globals';
import { newIdempotencyKey } from '@tonle/tool-tonle';
import type { InstallationPayment, Money, TestInstallation } from '../../world/installation.js';
import type { InstallationTests } from '../../world/installation-tests.js';
import { daysSince } from '../../world/days.js';
import { reconciledSince } from '../../world/reconciliation.js';

const PARTNER_OFFSET_MINUTES = 12 * 60;

export const addedNetworkTests: InstallationTests = (given) => {
  let world: TestInstallation;
  const startedMs = Date.now();

  beforeAll(() => {
    world = given();
  });

  const open = (direction: 'outbound' | 'inbound') =>
    world.doneByTwo('/v1/ops/corridors/KH-LG', { direction, open: true, reason: 'the first day' });

  const prepare = async (account: string, accountType: string) => {
    const bank = world.as('KHMEKONG');
    const lookup = await world.until('a lookup', async () => {
      const answer = await bank.post<{ lookupId: string; payee: { displayName: string } }>('/v1/lookups', {
        account,
        accountType,
        country: 'LG',
      });
      return answer.ok ? answer.body : Promise.reject(new Error(JSON.stringify(answer.body)));
    });
    const quote = await world.until('a quote', async () => {
      const amount = { currency: 'VUV', amount: '2500' };
      const body = { lookupId: lookup.lookupId, sourceCurrency: 'KHR', amount };
      const answer = await bank.post<{ quoteId: string; source: Money; target: Money }>('/v1/quotes', body);
      return answer.ok ? answer.body : Promise.reject(new Error(JSON.stringify(answer.body)));
    });
    return { lookup, quote };
  };

  const pay = async (account: string, accountType: string, wait = 20) => {
    const { lookup, quote } = await prepare(account, accountType);
    const body = {
      lookupId: lookup.lookupId,
      quoteId: quote.quoteId,
      debtor: { name: 'Sok Dara', account: 'u0000123@mekong' },
    };
    const answer = await world.as('KHMEKONG').post<InstallationPayment>('/v1/payments', body, {
      'idempotency-key': newIdempotencyKey(),
      prefer: `wait=${wait}`,
    });
    return answer.body;
  };

  it('starts closed, and two operators open it', async () => {
    const lookup = { account: '712 3456', accountType: 'MBNO', country: 'LG' };
    const closed = await world.as('KHMEKONG').post<object>('/v1/lookups', lookup);
    expect(closed.body).toMatchObject({
      code: 'corridor_closed',
      detail: expect.stringContaining('It is planned: The country does not exist'),
    });
    await open('outbound');
    await open('inbound');
  });

  it.each([
    ['a mobile number', '712 3456', 'MBNO'],
    ['an account', 'LG10000001', 'bank_account'],
  ])('is paid by %s', async (_name, account, accountType) => {
    const payment = await pay(account, accountType);
    expect(payment).toMatchObject({
      state: 'completed',
      isoStatus: 'ACCC',
      target: { currency: 'VUV', amount: '2500' },
    });
    expect(payment.partnerReferences.credit).toMatch(/^LG/);
  });

  it('is asked after silence, and gives money back where it refuses', async () => {
    await world.fault({ network: 'lagoon', operation: 'pacs.008', fault: 'timeout_after' });
    const silent = await pay('7123456', 'MBNO', 0);
    expect((await world.ended(silent.paymentId)).state).toBe('completed');
    await world.fault({ network: 'lagoon', operation: 'pacs.008', fault: 'reject', code: 'AC04' });
    expect(await pay('7123456', 'MBNO')).toMatchObject({ state: 'failed', problem: { isoReason: 'AC04' } });
  });

  it('pays a KHQR code', async () => {
    const qrText = await world.khqrCode();
    const paid = await world.control('POST', '/control/lagoon/pay', { qrText });
    expect(paid).toMatchObject({
      state: 'completed',
      source: { currency: 'VUV' },
      target: { currency: 'KHR', amount: '41000' },
    });
  });

  it('pays an account by its id', async () => {
    const amount = { currency: 'KHR', amount: '8000' };
    const paid = await world.control('POST', '/control/lagoon/pay', { account: 'shop00042@angkor', amount });
    expect(paid).toMatchObject({
      state: 'completed',
      target: amount,
      payee: { account: 'shop00042@angkor' },
    });
  });

  it('agrees with its statement at the end of its day, and every invariant holds', async () => {
    for (const day of daysSince(startedMs, PARTNER_OFFSET_MINUTES))
      await world.control('POST', '/control/lagoon/notify', { day });
    const reconciled = await reconciledSince(world, startedMs, ['lagoon']);
    expect(reconciled.of('lagoon', 'VUV')).toEqual({ lines: 5, agreed: 5 });
    expect(reconciled.breaks).toEqual([]);
    await world.sound();
  });
};
