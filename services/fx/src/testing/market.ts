import { readFileSync } from 'node:fs';
import { parseRate } from '@tonle/money';
import { Directory } from '@tonle/directory';
import { type DirectoryEntry, type QuoteRequest } from '@tonle/contracts';
import { ExposureBook, type Exposure } from '../exposure/exposure.js';
import type { Market } from '../quote/quote.js';
import { RateBook, type StandingRate } from '../rate/rate.js';
import { Terms, termsFile, type TermsRows } from '../terms/terms.js';

export const NOW = Date.parse('2026-11-20T03:00:00Z');

const sandbox = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../../deploy/sandbox/${file}`, import.meta.url), 'utf8'));

/** The sandbox's directory, with changes on top. */
export function sandboxEntries(...changes: DirectoryEntry[]): DirectoryEntry[] {
  return [...(sandbox('directory.json') as { entries: DirectoryEntry[] }).entries, ...changes];
}

export const sandboxTerms = () => termsFile.parse(sandbox('fx.json'));

/** A participant of the sandbox in another state. */
export function inState(id: string, state: string): DirectoryEntry {
  const entry = sandboxEntries().find((each) => each.kind === 'participant' && each.id === id)!;
  return { ...entry, version: entry.version + 1, body: { ...(entry.body as object), state } };
}

export function standing(
  provider: string,
  pair: string,
  rate: string | undefined,
  more: Partial<StandingRate> = {},
): StandingRate {
  const [sourceCurrency = '', targetCurrency = ''] = pair.split('>');
  return {
    provider,
    version: 1,
    sourceCurrency,
    targetCurrency,
    pushedAtMs: NOW - 1_000,
    validUntilMs: undefined,
    rate: rate === undefined ? undefined : parseRate(sourceCurrency, targetCurrency, rate)!,
    ...more,
  };
}

export const roomy = (provider: string, currency: string): Exposure => ({
  provider,
  currency,
  limitMinor: 10n ** 15n,
  openMinor: 0n,
  positionMinor: 0n,
});

const NO_TERMS: TermsRows = {
  relationships: ['FXNAGA', 'FXGARUDA', 'FXSINGHA'].map((provider) => ({
    provider,
    participant: 'KHMEKONG',
  })),
  tiers: [],
  improvements: [],
  midRates: [{ sourceCurrency: 'KHR', targetCurrency: 'THB', rate: '0.00820000' }],
};

export interface MarketParts {
  readonly rates?: readonly StandingRate[];
  readonly terms?: Partial<TermsRows>;
  readonly exposures?: readonly Exposure[];
  readonly directory?: readonly DirectoryEntry[];
}

/** A market of the sandbox's three providers, KHR to THB, that quotes KHMEKONG. */
export function market(parts: MarketParts = {}): Market {
  return {
    directory: new Directory(sandboxEntries(...(parts.directory ?? []))),
    rates: new RateBook(1n, parts.rates ?? [standing('FXNAGA', 'KHR>THB', '0.00816000')]),
    terms: new Terms({ ...NO_TERMS, ...parts.terms }),
    exposure: new ExposureBook(
      parts.exposures ?? ['FXNAGA', 'FXGARUDA', 'FXSINGHA'].map((each) => roomy(each, 'THB')),
    ),
  };
}

export function request(more: Partial<QuoteRequest> = {}): QuoteRequest {
  return {
    participant: 'KHMEKONG',
    corridor: 'KH-TH',
    sourceCurrency: 'KHR',
    targetCurrency: 'THB',
    fixed: 'target',
    amount: { currency: 'THB', minor: '82000' },
    ...more,
  };
}
