import { parseRate, type Rate } from '@tonle/money';
import { z } from 'zod';

// What was agreed with the FX providers: who may use them, what they improve, how far they may be exposed.

const minorText = z.string().regex(/^\d{1,18}$/);
const basisPoints = z.number().int().min(-500).max(500);

/** The file that seeds an empty database: providers and reference rates. */
export const termsFile = z.object({
  providers: z.array(
    z.object({
      provider: z.string(),
      /** Participants that may be given this provider's quotes. */
      relationships: z.array(z.string()),
      /** Better rates for larger source amounts; the highest threshold that is reached counts. */
      tiers: z.array(
        z.object({
          sourceCurrency: z.string(),
          targetCurrency: z.string(),
          fromMinor: minorText,
          basisPoints,
        }),
      ),
      /** Better rates for a participant; added to the tier's, then applied once (domain 1.4). */
      participants: z.array(z.object({ participant: z.string(), basisPoints })),
      /** Currency -> how much of it the provider may owe, quotes that are not used yet included; minor units. */
      exposureLimits: z.record(z.string(), minorText),
    }),
  ),
  /** Reference rates: what cost is measured against. */
  midRates: z.array(z.object({ sourceCurrency: z.string(), targetCurrency: z.string(), rate: z.string() })),
});
export type TermsFile = z.infer<typeof termsFile>;

export interface Tier {
  readonly provider: string;
  readonly sourceCurrency: string;
  readonly targetCurrency: string;
  readonly fromMinor: bigint;
  readonly basisPoints: number;
}

export interface TermsRows {
  readonly relationships: readonly { readonly provider: string; readonly participant: string }[];
  readonly tiers: readonly Tier[];
  readonly improvements: readonly {
    readonly provider: string;
    readonly participant: string;
    readonly basisPoints: number;
  }[];
  readonly midRates: readonly {
    readonly sourceCurrency: string;
    readonly targetCurrency: string;
    readonly rate: string;
  }[];
}

const pairKey = (first: string, second: string) => `${first}>${second}`;

/** The agreed terms, read often and changed seldom. Immutable. */
export class Terms {
  private readonly relationships: ReadonlySet<string>;
  private readonly improvements: ReadonlyMap<string, number>;
  private readonly tiers: readonly Tier[];
  private readonly mid: ReadonlyMap<string, Rate>;

  constructor(rows: TermsRows) {
    this.relationships = new Set(rows.relationships.map((row) => pairKey(row.provider, row.participant)));
    this.improvements = new Map(
      rows.improvements.map((row) => [pairKey(row.provider, row.participant), row.basisPoints]),
    );
    this.tiers = [...rows.tiers].sort((a, b) => (a.fromMinor > b.fromMinor ? -1 : 1));
    const mid = new Map<string, Rate>();
    for (const row of rows.midRates) {
      const rate = parseRate(row.sourceCurrency, row.targetCurrency, row.rate);
      if (rate === undefined) throw new Error(`reference rate ${row.rate} cannot be read`);
      mid.set(pairKey(row.sourceCurrency, row.targetCurrency), rate);
    }
    this.mid = mid;
  }

  related(provider: string, participant: string): boolean {
    return this.relationships.has(pairKey(provider, participant));
  }

  midRate(sourceCurrency: string, targetCurrency: string): Rate | undefined {
    return this.mid.get(pairKey(sourceCurrency, targetCurrency));
  }

  /** Tier and participant improvements, added; the caller applies the sum once (domain 1.4). */
  improvement(
    provider: string,
    participant: string,
    sourceCurrency: string,
    targetCurrency: string,
    sourceMinor: bigint,
  ): number {
    const tier = this.tiers.find(
      (each) =>
        each.provider === provider &&
        each.sourceCurrency === sourceCurrency &&
        each.targetCurrency === targetCurrency &&
        each.fromMinor <= sourceMinor,
    );
    return (tier?.basisPoints ?? 0) + (this.improvements.get(pairKey(provider, participant)) ?? 0);
  }
}
