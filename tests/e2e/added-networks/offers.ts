// One code that two networks can pay: a LAO QR code with a UnionPay account in it, which a made-up network of cards reads too.
import { beforeAll, expect, it } from '@jest/globals';
import { writeQr } from '@tonle/emvqr';
import type { Money, TestInstallation } from '../../world/installation.js';
import type { InstallationTests } from '../../world/installation-tests.js';

interface Offered {
  readonly lookupId: string;
  readonly corridor: string;
  readonly offers: readonly {
    readonly lookupId: string;
    readonly corridor: string;
    readonly rankedBecause: string;
  }[];
  readonly notOffered: readonly { readonly corridor: string; readonly code: string }[];
}

const written = writeQr({
  scheme: 'LAOQR',
  fields: { iin: '27710418', paymentType: '002', receiverId: 'SHOP00000123' },
  rawAccounts: { '15': '2771041800520446SHOP00000000123' },
  currency: 'LAK',
  amount: '57000',
  payeeName: 'Mekong Noodles',
  payeeCity: 'Vientiane',
});
const qrText = written.kind === 'written' ? written.text : written.detail;
const OURS = ['KH-LA', 'KH-PALM'];

export const offerTests: InstallationTests = (given) => {
  let world: TestInstallation;

  beforeAll(() => {
    world = given();
  });

  const bank = () => world.as('KHMEKONG');
  const lookUp = () =>
    world.until('a lookup', async () => {
      const { ok, body } = await bank().post<Offered>('/v1/lookups', { qrText });
      return ok ? body : Promise.reject(new Error(JSON.stringify(body)));
    });
  const ranks = ({ offers }: Offered) =>
    offers
      .filter(({ corridor }) => OURS.includes(corridor))
      .map(({ corridor, rankedBecause }) => `${corridor} ${rankedBecause}`);
  /** The first is the best, or the one of a corridor. */
  const payThrough = async (lookup: Offered, corridor: string) => {
    const { lookupId } = lookup.offers.find((offer) => offer.corridor === corridor)!;
    const { body: quote } = await bank().post<{
      quoteId: string;
      corridor: string;
      source: Money;
      target: Money;
    }>('/v1/quotes', { lookupId, sourceCurrency: 'KHR' });
    expect(quote.corridor).toBe(corridor);
    const debtor = { name: 'Sok Dara', account: 'u0000123@mekong' };
    const { source, target } = quote;
    const prepared = { body: { lookupId, quoteId: quote.quoteId, debtor }, source, target };
    return (await world.pay(prepared)).body;
  };

  it('is offered by both, the cheaper first, and paid through the one that is chosen', async () => {
    const lookup = await world.until('prices of both', async () => {
      const found = await lookUp();
      return ranks(found).includes('KH-LA cheapest') ? found : undefined;
    });
    expect(ranks(lookup)).toEqual(['KH-LA cheapest', 'KH-PALM dearer']);
    expect(lookup).toMatchObject({ corridor: 'KH-LA', lookupId: lookup.offers[0]!.lookupId });
    const best = await payThrough(lookup, 'KH-LA');
    const other = await payThrough(lookup, 'KH-PALM');
    expect([best, other]).toMatchObject([
      { state: 'completed', corridor: 'KH-LA', target: { amount: '57000.00' } },
      { state: 'completed', corridor: 'KH-PALM', target: { amount: '57000.00' } },
    ]);
    expect(other.partnerReferences.credit).toMatch(/^PM/);
  });

  it('is found at one when the other is silent, and names it', async () => {
    await world.fault({ network: 'laos', operation: 'qr.resolve', fault: 'timeout_after' });
    const lookup = await lookUp();
    expect(lookup.corridor).not.toBe('KH-LA');
    expect(lookup.notOffered).toContainEqual(
      expect.objectContaining({ corridor: 'KH-LA', code: 'partner_silent' }),
    );
  });

  it('is paid through the other when an operator closes one', async () => {
    const close = { direction: 'outbound', open: false, reason: 'test' };
    await world.as('OPERATOR').post('/v1/ops/corridors/KH-LA', close);
    const lookup = await world.until('the news of it', async () => {
      const found = await lookUp();
      return found.notOffered.some(({ code }) => code === 'corridor_closed') ? found : undefined;
    });
    expect(await payThrough(lookup, 'KH-PALM')).toMatchObject({ state: 'completed' });
    await world.sound();
  });
};
