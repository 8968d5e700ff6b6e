import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { seededUnit } from '../kit/clock.js';

// Rates are ratios, not money: they walk in whole millionths and become decimal text at the end.

/** Target units for one source unit at the middle of the market, times 10^8, by pair. */
export type MarketRates = Readonly<Record<string, bigint>>;

const MARKET: MarketRates = {
  'KHR/THB': 820_000n,
  'THB/KHR': 12_195_121_951n,
  'USD/THB': 3_292_000_000n,
  'THB/USD': 3_037_667n,
};
const DECIMALS = 8;
const MILLION = 1_000_000n;
const DRIFT_MAX = 3000;
const STEP = 200;

export interface ProviderRate {
  readonly sourceCurrency: string;
  readonly targetCurrency: string;
  /** Decimal text of at most 11 digits. */
  readonly rate: string;
}

/** A provider's character: its margin against mid in millionths, by pair, and how restless it is. */
export interface ProviderStyle {
  readonly provider: string;
  readonly margin: Readonly<Record<string, number>>;
  readonly wobble: number;
}

/** Different strengths, so that the best provider depends on the pair and on the moment. */
export const PROVIDERS: readonly ProviderStyle[] = [
  {
    provider: 'FXNAGA',
    margin: { 'KHR/THB': 2500, 'THB/KHR': 4000, 'USD/THB': 3500, 'THB/USD': 3000 },
    wobble: 900,
  },
  {
    provider: 'FXGARUDA',
    margin: { 'KHR/THB': 3000, 'THB/KHR': 3500, 'USD/THB': 2800, 'THB/USD': 3600 },
    wobble: 700,
  },
  {
    provider: 'FXSINGHA',
    margin: { 'KHR/THB': 4200, 'THB/KHR': 2600, 'USD/THB': 4000, 'THB/USD': 2900 },
    wobble: 1200,
  },
];

/** Rates of all providers around one moving market. The same seed gives the same walk. */
export class RateWalk {
  private readonly unit: () => number;
  private readonly drift: Record<string, number> = {};

  constructor(
    seed: number,
    private readonly market: MarketRates = MARKET,
  ) {
    this.unit = seededUnit(seed);
  }

  /** Lets the market move one step: a little noise, pulled back to where it began. */
  step(): void {
    for (const pair of Object.keys(this.market)) {
      const drift = this.drift[pair] ?? 0;
      const moved = drift * 0.95 + (this.unit() * 2 - 1) * STEP;
      this.drift[pair] = Math.max(-DRIFT_MAX, Math.min(DRIFT_MAX, moved));
    }
  }

  /** What a provider offers now, for every pair. */
  rates(style: ProviderStyle): ProviderRate[] {
    return Object.entries(this.market).map(([pair, mid]) => {
      const [sourceCurrency, targetCurrency] = pair.split('/') as [string, string];
      const margin = (style.margin[pair] ?? 5000) + (this.unit() * 2 - 1) * style.wobble;
      const millionths = MILLION + BigInt(Math.round((this.drift[pair] ?? 0) - margin));
      const scaled = (mid * millionths) / 10_000n;
      return { sourceCurrency, targetCurrency, rate: decimal(scaled) };
    });
  }
}

/** A number times 10^10 as decimal text with at most 11 digits in all. */
function decimal(scaled: bigint): string {
  const digits = scaled.toString().padStart(11, '0');
  const whole = digits.slice(0, -10);
  const fractions = Math.min(10, 11 - (whole === '0' ? 0 : whole.length));
  return `${whole}.${digits.slice(-10, digits.length - 10 + fractions)}`;
}

const terms = z.object({
  midRates: z.array(
    z.object({
      sourceCurrency: z.string(),
      targetCurrency: z.string(),
      rate: z.string().regex(/^\d{1,9}(\.\d{1,12})?$/),
    }),
  ),
});

/** The market as the terms of FX begin with it: the same file that the switch reads. */
export function readMarket(file: string): MarketRates {
  const { midRates } = terms.parse(JSON.parse(readFileSync(file, 'utf8')));
  const pairs = midRates.map(({ sourceCurrency, targetCurrency, rate }) => {
    const [whole = '', fraction = ''] = rate.split('.');
    const scaled = BigInt(whole + fraction.slice(0, DECIMALS).padEnd(DECIMALS, '0'));
    return [`${sourceCurrency}/${targetCurrency}`, scaled] as const;
  });
  return Object.fromEntries(pairs);
}
