import { describe, expect, it } from '@jest/globals';
import type { Quote, Reason } from '@tonle/contracts';
import { seededRandom, TestClock } from '@tonle/platform';
import { directoryOf, sandboxDirectory } from './directory.testing.js';
import {
  refusalOf,
  standingOf,
  timesOf,
  type ContendedFacts,
  type StandingFacts,
} from './submission.decide.js';
import { makeSubmit, type Maker } from './submission.testing.js';

const NOW_MS = Date.parse('2026-11-26T03:00:00Z');
const DIRECTORY = directoryOf(
  sandboxDirectory(({ entries }) => {
    for (const { id, body } of entries) {
      if (id === 'KHRUMDUOL') Object.assign(body, { state: 'receive_only' });
      if (id === 'KH-TH') Object.assign(body, { requiredPurposes: { outbound: ['GDDS'], inbound: [] } });
    }
  }),
);
const FREE: ContendedFacts = { uetrUsed: false, keyUsed: false, quoteUsed: false, dayUsedMinor: 0n };

interface Case {
  readonly standing: StandingFacts;
  readonly contended: ContendedFacts;
}

function sound(): Case {
  const maker: Maker = {
    platform: { clock: new TestClock(NOW_MS), random: seededRandom(1) },
    quotes: new Map<string, Quote>(),
  };
  const submit = makeSubmit(maker, { submit: { purpose: 'GDDS' } });
  const quote = maker.quotes.get(submit.quoteId);
  const standing = { submit, directory: DIRECTORY, quote, nowMs: NOW_MS, ...timesOf(submit, DIRECTORY) };
  return { standing, contended: FREE };
}

const instructs = (one: Case, submit: Partial<StandingFacts['submit']>): Case => ({
  ...one,
  standing: { ...one.standing, submit: { ...one.standing.submit, ...submit } },
});
const quotes = (one: Case, quote: Partial<Quote>): Case => ({
  ...one,
  standing: { ...one.standing, quote: { ...one.standing.quote!, ...quote } },
});
const taken = (one: Case, contended: Partial<ContendedFacts>): Case => ({
  ...one,
  contended: { ...one.contended, ...contended },
});

// The documented order of precedence, each with what spoils a sound submission for it and for nothing before it.
const ORDER: readonly [Reason, (one: Case) => Case][] = [
  ['key_reused', (one) => taken(one, { keyUsed: true })],
  ['uetr_in_use', (one) => taken(one, { uetrUsed: true })],
  ['participant_unknown', (one) => instructs(one, { sender: 'NOBODY' })],
  ['participant_paused', (one) => instructs(one, { debtorAgent: 'KHRUMDUOL' })],
  ['corridor_unknown', (one) => instructs(one, { corridor: 'KH-XX' })],
  ['unknown_currency', (one) => instructs(one, { source: { currency: 'EUR', minor: '10024000' } })],
  ['quote_unknown', (one) => quotes(one, { participant: 'KHANGKOR' })],
  ['quote_expired', (one) => quotes(one, { expiresAt: new Date(NOW_MS).toISOString() })],
  ['amount_mismatch', (one) => quotes(one, { target: { currency: 'THB', minor: '82001' } })],
  ['rate_differs', (one) => quotes(one, { rate: '0.00900000' })],
  ['quote_used', (one) => taken(one, { quoteUsed: true })],
  ['lookup_expired', (one) => instructs(one, { lookup: lookedUp })],
  ['limit_per_day', (one) => taken(one, { dayUsedMinor: 5_200_000_000n })],
  ['purpose_required', (one) => instructs(one, { purpose: 'XXXX' })],
  ['too_late_for_credit', (one) => ({ ...one, standing: { ...one.standing, guardMs: NOW_MS } })],
];
const lookedUp = {
  lookupId: '00000000-0000-4000-8000-000000000001',
  payeeName: 'X',
  validUntil: new Date(NOW_MS).toISOString(),
};

const LARGE = {
  source: { currency: 'KHR', minor: '1000000100' },
  target: { currency: 'THB', minor: '8180400' },
};

const reasonOf = ({ standing, contended }: Case) => refusalOf(standingOf(standing), contended)?.reason;

describe('a submission', () => {
  it('is refused by nothing when it is sound', () => {
    expect(reasonOf(sound())).toBeUndefined();
  });

  it.each(ORDER)('is refused with %s', (reason, spoil) => {
    expect(reasonOf(spoil(sound()))).toBe(reason);
  });

  const pairs = ORDER.flatMap(([first, spoilFirst], place) =>
    ORDER.slice(place + 1).map(([second, spoilSecond]) => ({ first, second, spoilFirst, spoilSecond })),
  );
  it.each(pairs)('is refused with $first before $second', ({ first, spoilFirst, spoilSecond }) => {
    expect(reasonOf(spoilFirst(spoilSecond(sound())))).toBe(first);
  });

  it('is past its deadline before it is too late for a credit', () => {
    const one = sound();
    const times = { deadlineMs: NOW_MS, guardMs: NOW_MS - 5_000 };
    expect(reasonOf({ ...one, standing: { ...one.standing, ...times } })).toBe('deadline_passed');
  });

  it('is asked about its limit before its day is', () => {
    const one = instructs(quotes(sound(), LARGE), LARGE);
    expect(reasonOf(taken(one, { dayUsedMinor: 5_200_000_000n }))).toBe('limit_per_payment');
  });

  it.each<[string, Case, string]>([
    [
      'a day that is nearly used',
      taken(sound(), { dayUsedMinor: 5_195_000_000n }),
      'The limit per payer and day in corridor KH-TH is 52000000 KHR, of which 50000 KHR is left; this payment is of 100240 KHR.',
    ],
    [
      'a day that was used before its limit was lowered',
      taken(sound(), { dayUsedMinor: 5_200_000_000n }),
      'The limit per payer and day in corridor KH-TH is 52000000 KHR, of which 0 KHR is left; this payment is of 100240 KHR.',
    ],
    [
      'a payment that is too large',
      instructs(quotes(sound(), LARGE), LARGE),
      'The limit per payment in corridor KH-TH is 10000000 KHR; this payment is of 10000001 KHR.',
    ],
    [
      'another amount than the quote',
      quotes(sound(), { target: { currency: 'THB', minor: '82001' } }),
      'The quote is of 100240 KHR for 820.01 THB; this payment is of 100240 KHR for 820.00 THB.',
    ],
    [
      'another currency',
      instructs(sound(), { source: { currency: 'EUR', minor: '100' } }),
      'EUR to THB is not served in corridor KH-TH.',
    ],
    [
      'a quote that is over',
      quotes(sound(), { expiresAt: '2026-11-26T02:00:00Z' }),
      'The quote expired at 2026-11-26T02:00:00Z.',
    ],
  ])('says what its limits and amounts are: %s', (_what, { standing, contended }, detail) => {
    expect(refusalOf(standingOf(standing), contended)?.detail).toBe(detail);
  });

  it('that stands is refused by what is contended alone', () => {
    const standing = standingOf(sound().standing);
    expect(standing.first).toBeUndefined();
    expect(refusalOf(standing, FREE)).toBeUndefined();
    expect(refusalOf(standing, { ...FREE, quoteUsed: true })).toEqual({ reason: 'quote_used' });
  });
});
