import { parseAmount } from '@tonle/money';
import { describe, expect, it } from '@jest/globals';
import type { NetworkFlow } from '@tonle/tool-launcher';
import { sharesOf, type LoadNetwork } from './load-network.js';
import { LoadError } from './options.js';
import { OutboundWishes } from './payers.js';

const NETWORKS: readonly LoadNetwork[] = [
  {
    name: 'thailand',
    share: 0.75,
    payees: [{ qrText: 'T1' }, { qrText: 'T2' }],
    currency: 'THB',
    source: 'THB',
    steps: { least: 2000, most: 60_000 },
    step: 1n,
    dollars: 0.1,
    begunByLookup: false,
  },
  {
    name: 'laos',
    share: 0.25,
    payees: [{ qrText: 'L1' }, { qrText: 'L2' }],
    currency: 'LAK',
    source: 'LAK',
    steps: { least: 10_000, most: 400_000 },
    step: 100n,
    dollars: 0,
    begunByLookup: true,
  },
];
const wishes = () => new OutboundWishes(5, 0.7, NETWORKS);

describe('wishes', () => {
  it('repeat by seed, give one bank and each network its share, and can all be paid', () => {
    const [one, two] = [wishes(), wishes()];
    const drawn = Array.from({ length: 3000 }, () => one.next());
    expect(Array.from({ length: 3000 }, () => two.next())).toEqual(drawn);
    const share = (is: (wish: (typeof drawn)[number]) => boolean) => drawn.filter(is).length / drawn.length;
    expect(Math.abs(share((wish) => wish.participant === 'KHMEKONG') - 0.7)).toBeLessThan(0.04);
    expect(Math.abs(share((wish) => wish.amount.currency === 'LAK') - 0.25)).toBeLessThan(0.04);
    expect(new Set(drawn.map((wish) => wish.participant)).size).toBe(3);
    expect(drawn.filter((wish) => wish.freshLookup !== (wish.amount.currency === 'LAK'))).toEqual([]);
    expect(new Set(drawn.map((wish) => wish.debtor.account)).size).toBeGreaterThan(2500);
    for (const { amount, payee, sourceCurrency } of drawn) {
      expect(parseAmount(amount.currency, amount.amount).kind).toBe('ok');
      expect(payee).toEqual({ qrText: expect.stringMatching(`^${amount.currency[0]}`) });
      expect([amount.currency, sourceCurrency]).not.toEqual(['LAK', 'USD']);
    }
  });
});

describe('shares', () => {
  const flows = [
    { network: 'thailand', load: { weight: 3 } },
    { network: 'laos', load: { weight: 1 } },
  ] as unknown as readonly NetworkFlow[];

  it('are those of the flows, or of who asks', () => {
    expect(sharesOf(flows, undefined)).toEqual({ thailand: 0.75, laos: 0.25 });
    expect(sharesOf(flows, { laos: 2 })).toEqual({ thailand: 0, laos: 1 });
  });

  it('of none, or of unknown networks, are refused', () => {
    expect(() => sharesOf(flows, { laos: 0 })).toThrow(LoadError);
    expect(() => sharesOf(flows, { loas: 1 })).toThrow('loas, which is none of thailand, laos');
  });
});
