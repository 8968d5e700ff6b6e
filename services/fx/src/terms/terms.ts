import { carriedText } from '@tonle/contracts';
import { findCurrency, parseRate, type Rate } from '@tonle/money';
import { z } from 'zod';

// What was agreed with the FX providers: who may use them, what they improve, how far they may be exposed.

const minorText = z.string().regex(/^\d{1,18}$/);
const basisPoints = z.number().int().min(-500).max(500);
const name = carriedText.min(1).max(35);
const currencyCode = z.string().refine((code) => findCurrency(code) !== undefined, {
  error: ({ input }) => `${String(input)} is not a known currency; correct its code`,
});
interface MidRate {
  readonly sourceCurrency: string;
  readonly targetCurrency: string;
  readonly rate: string;
}

const midRate = z
  .object({ sourceCurrency: currencyCode, targetCurrency: currencyCode, rate: z.string() })
  .refine(({ sourceCurrency, targetCurrency, rate }) => parseRate(sourceCurrency, targetCurrency, rate), {
    path: ['rate'],
    error: ({ input }) => {
      const { sourceCurrency, targetCurrency, rate } = input as MidRate;
      return `${rate} ${targetCurrency} for one ${sourceCurrency} is no rate; write digits above zero, at most 11, 10 of them after the point`;
    },
  });

/** The file that seeds an empty database: providers and reference rates. */
export const termsFile = z.object({
  providers: z.array(
    z.object({
      provider: name,
      /** Participants that may be given this provider's quotes. */
      relationships: z.array(name),
      /** Better rates for larger source amounts; the highest threshold that is reached counts. */
      tiers: z.array(
        z.object({
          sourceCurrency: currencyCode,
          targetCurrency: currencyCode,
          fromMinor: minorText,
          basisPoints,
        }),
      ),
      /** Better rates for a participant; added to the tier's, then applied once (domain 1.4). */
      participants: z.array(z.object({ participant: name, basisPoints })),
      /** Currency -> how much of it the provider may owe, quotes that are not used yet included; minor units. */
      exposureLimits: z.record(currencyCode, minorText),
    }),
  ),
  /** Reference rates: what cost is measured against. */
  midRates: z.array(midRate),
  /** How far a rate that a partner tells may lie from this one, either way of the pair; pairs that are not here are not checked. */
  sanityBands: z.array(midRate.safeExtend({ basisPoints: z.number().int().min(1).max(9_999) })).default([]),
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
  readonly midRates: readonly MidRate[];
  readonly sanityBands?: readonly (MidRate & { readonly basisPoints: number })[];
}

/** What a partner's rate for a pair is measured by. */
export interface SanityBand {
  readonly rate: Rate;
  readonly basisPoints: number;
}

const pairKey = (first: string, second: string) => `${first}>${second}`;

/** The agreed terms, read often and changed seldom. Immutable. */
export class Terms {
  private readonly relationships: ReadonlySet<string>;
  private readonly improvements: ReadonlyMap<string, number>;
  private readonly tiers: readonly Tier[];
  private readonly mid: ReadonlyMap<string, Rate>;
  private readonly bands = new Map<string, SanityBand>();
  /** Reference rates that earlier versions kept without reading them: nothing is measured against these. */
  readonly unreadable: readonly string[];

  constructor(rows: TermsRows) {
    this.relationships = new Set(rows.relationships.map((row) => pairKey(row.provider, row.participant)));
    this.improvements = new Map(
      rows.improvements.map((row) => [pairKey(row.provider, row.participant), row.basisPoints]),
    );
    this.tiers = [...rows.tiers].sort((a, b) => (a.fromMinor > b.fromMinor ? -1 : 1));
    const mid = new Map<string, Rate>();
    const unreadable: string[] = [];
    for (const { sourceCurrency, targetCurrency, rate: text } of rows.midRates) {
      const rate = parseRate(sourceCurrency, targetCurrency, text);
      if (rate === undefined) unreadable.push(`${text} ${targetCurrency} for one ${sourceCurrency}`);
      else mid.set(pairKey(sourceCurrency, targetCurrency), rate);
    }
    for (const { sourceCurrency, targetCurrency, rate: text, basisPoints } of rows.sanityBands ?? []) {
      const rate = parseRate(sourceCurrency, targetCurrency, text);
      if (rate !== undefined) this.bands.set(pairKey(sourceCurrency, targetCurrency), { rate, basisPoints });
    }
    this.mid = mid;
    this.unreadable = unreadable;
  }

  related(provider: string, participant: string): boolean {
    return this.relationships.has(pairKey(provider, participant));
  }

  midRate(sourceCurrency: string, targetCurrency: string): Rate | undefined {
    return this.mid.get(pairKey(sourceCurrency, targetCurrency));
  }

  sanityBand(sourceCurrency: string, targetCurrency: string): SanityBand | undefined {
    return this.bands.get(pairKey(sourceCurrency, targetCurrency));
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
