// Payers and merchants with dollars at the networks that settle dollars: nothing is converted, and the books, the windows and the
// statements of both sides show it.
import { beforeAll, expect, it } from '@jest/globals';
import { networkFlows, type NetworkFlow } from '@tonle/tool-launcher';
import type { Money, TestInstallation } from '../../world/installation.js';
import type { InstallationTests } from '../../world/installation-tests.js';

interface Inbound {
  readonly state: string;
  readonly source: Money;
  readonly target: Money;
}

interface Quoted {
  readonly quoteId: string;
  readonly source: Money;
  readonly target: Money;
}

interface Window {
  readonly partner: string;
  readonly currency: string;
  readonly nets: readonly { readonly participant: string; readonly net: Money }[];
}

const DOLLAR = networkFlows().filter(({ inbound: { source } }) => source === 'USD');
const PRICE = '7.25';

export const oneCurrencyTests: InstallationTests = (given) => {
  let world: TestInstallation;

  beforeAll(async () => {
    world = given();
  });

  const outbound = async (flow: NetworkFlow) => {
    const prepared = await world.prepareAt(flow, { sourceCurrency: 'USD' });
    const { body } = await world.pay(prepared, { wait: 0 });
    return world.ended(body.paymentId);
  };
  const inbound = async ({ network }: NetworkFlow) => {
    const qrText = await world.khqrCode({ account: 'usd00042@angkor', currency: 'USD', amount: PRICE });
    return world.control<Inbound>('POST', `/control/${network}/pay`, { qrText });
  };

  it('are several networks', () => {
    expect(DOLLAR.map(({ network }) => network)).toEqual(expect.arrayContaining(['unionpay', 'alipay']));
  });

  it.each(DOLLAR)('takes as much from a payer with dollars as $network settles', async (flow) => {
    const { target } = flow.outbound;
    expect(await outbound(flow)).toMatchObject({
      state: 'completed',
      rate: '1',
      source: target,
      target,
      settlementBank: 'KHSETTLE',
    });
  });

  it.each(DOLLAR)('gives it back when $network refuses', async (flow) => {
    const { network, outbound: asked } = flow;
    await world.fault({ network, operation: asked.operation, fault: 'reject', code: asked.refusal });
    const { state, partnerReferences } = await outbound(flow);
    expect({ state, back: partnerReferences.reversal }).toMatchObject({
      state: 'failed',
      back: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    });
  });

  it.each(DOLLAR)('pays a merchant with dollars what a visitor of $network paid', async (flow) => {
    const price = { currency: 'USD', amount: PRICE };
    expect(await inbound(flow)).toMatchObject({ state: 'completed', source: price, target: price });
  });

  it("takes an amount in the shop's own currency, where the payer has to enter one", async () => {
    const { qrText } = await world.control<{ qrText: string }>('POST', '/control/unionpay/qr', {});
    const bank = world.as('KHMEKONG');
    const { lookupId } = (await bank.post<{ lookupId: string }>('/v1/lookups', { qrText })).body;
    const asked = { lookupId, sourceCurrency: 'USD', amount: { currency: 'HKD', amount: '80.00' } };
    const { quoteId, source, target } = (await bank.post<Quoted>('/v1/quotes', asked)).body;
    const debtor = { name: 'Sok Dara', account: 'u0000123@mekong' };
    const { body } = await world.pay({ body: { lookupId, quoteId, debtor }, source, target });
    expect(body).toMatchObject({
      state: 'completed',
      target: { currency: 'USD', amount: '10.23' },
      partnerTerms: { orderAmount: { currency: 'HKD', amount: '80.00' } },
    });
  });

  it('settles both sides with the settlement bank, each in its own window', async () => {
    const { windows } = (await world.as('OPERATOR').get<{ windows: Window[] }>('/v1/ops/windows')).body;
    const dollars = windows.filter(({ currency }) => currency === 'USD');
    expect(dollars.map(({ partner }) => partner)).toEqual(expect.arrayContaining(['APLUS', 'UPI']));
  });
};
