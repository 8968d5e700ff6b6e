import { describe, expect, it } from '@jest/globals';
import { parseRate } from '@tonle/money';
import { PROVIDERS, RateWalk, readMarket } from './rate-walk.js';

const MID: Readonly<Record<string, number>> = {
  'KHR/THB': 0.0082,
  'THB/KHR': 121.95,
  'USD/THB': 32.92,
  'THB/USD': 0.030377,
};

describe('rate walk', () => {
  it('offers rates that fit ISO 20022, near the market, and repeats itself by seed', () => {
    const [one, two, other] = [new RateWalk(3), new RateWalk(3), new RateWalk(4)];
    for (let step = 0; step < 500; step += 1) {
      for (const walk of [one, two, other]) walk.step();
      const rates = PROVIDERS.map((style) => one.rates(style));
      expect(PROVIDERS.map((style) => two.rates(style))).toEqual(rates);
      expect(PROVIDERS.map((style) => other.rates(style))).not.toEqual(rates);
      for (const { sourceCurrency, targetCurrency, rate } of rates.flat()) {
        const read = parseRate(sourceCurrency, targetCurrency, rate);
        expect(read).toBeDefined();
        const mid = MID[`${sourceCurrency}/${targetCurrency}`]!;
        expect(Math.abs(Number(rate) / mid - 1)).toBeLessThan(0.01);
      }
    }
  });

  it('gives every provider its turn as the best', () => {
    const walk = new RateWalk(1);
    const best = new Set<string>();
    for (let step = 0; step < 300; step += 1) {
      walk.step();
      for (let pair = 0; pair < 4; pair += 1) {
        const offers = PROVIDERS.map((style) => ({
          provider: style.provider,
          rate: Number(walk.rates(style)[pair]!.rate),
        }));
        best.add(`${pair}:${offers.reduce((a, b) => (b.rate > a.rate ? b : a)).provider}`);
      }
    }
    expect(new Set([...best].map((text) => text.slice(2)))).toEqual(
      new Set(PROVIDERS.map((style) => style.provider)),
    );
  });

  it('begins where the terms of the sandbox begin, for every pair in them', () => {
    const market = readMarket('deploy/sandbox/fx.json');
    const own = new RateWalk(3).rates(PROVIDERS[0]!);
    expect(new RateWalk(3, market).rates(PROVIDERS[0]!).slice(0, own.length)).toEqual(own);
    const further = { ...market, 'KHR/FJD': 55_500n };
    expect(new RateWalk(3, further).rates(PROVIDERS[0]!).at(-1)).toMatchObject({
      sourceCurrency: 'KHR',
      targetCurrency: 'FJD',
      rate: expect.stringMatching(/^0\.00055\d+$/) as unknown,
    });
  });
});
