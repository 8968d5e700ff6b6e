import { describe, expect, it } from '@jest/globals';
import type { LegKind, LegResult, PaymentSubmit } from '@tonle/contracts';
import fc from 'fast-check';
import { openingMoves } from '../directory/directory-file.js';
import { DECISIONS } from '../review/review.js';
import { MemoryBooks } from './batch.testing.js';
import { directoryOf, sandboxDirectory, withDollars, type DirectoryJson } from './directory.testing.js';
import { violations } from './invariants.testing.js';
import { legInFlight } from './payment.js';
import { makeRefund, makeSubmit, resultOf } from './submission.testing.js';

// The production code that decides (batch, steps, effects, lines, account book) over random chains of messages, in
// memory: thousands of batches where the same over a database (payment.property.medium.spec.ts) takes some dozens.

const RUNS = 300;

// FXGARUDA may run dry in the middle of a batch; the day of a big payer may as well.
function tight(directory: DirectoryJson): void {
  withDollars(directory);
  for (const funds of directory.openingFunds) {
    if (funds.participant === 'FXGARUDA')
      funds.amountMinor = funds.currency === 'THB' ? '900000' : '30000000';
  }
  for (const { id, body } of directory.entries) {
    if (id === 'FXGARUDA') Object.assign(body, { caps: {} });
    if (id === 'KH-TH') Object.assign(body['limits']!, { perDebtorDay: { KHR: '2500000000' } });
  }
}
const FILE = sandboxDirectory(tight);
const DIRECTORY = directoryOf(FILE);
const OPENING = openingMoves(FILE as never);

const submit = fc.record({
  kind: fc.constant('submit' as const),
  inbound: fc.boolean(),
  dollars: fc.constantFrom(undefined, undefined, 'alone' as const, 'for_riel' as const),
  tight: fc.boolean(),
  listed: fc.constantFrom(true, false, false, false, false, false),
  big: fc.constantFrom(true, false, false, false),
  acceptedMsAgo: fc.constantFrom(0, 0, 0, 0, 0, 0, 56_000, 61_000),
  /** With the quote, the UETR or the sender's key of an earlier one. */
  takes: fc.constantFrom('nothing', 'nothing', 'nothing', 'nothing', 'quote', 'uetr', 'key'),
  of: fc.nat(),
});
const result = fc.record({
  kind: fc.constant('result' as const),
  of: fc.nat(),
  leg: fc.constantFrom<LegKind>('debit', 'credit', 'credit', 'reversal'),
  /** The leg that is waited for, rather than the one drawn. */
  fits: fc.constantFrom(true, true, true, false),
  outcome: fc.constantFrom<LegResult['outcome']>(
    'accepted',
    'accepted',
    'accepted',
    'rejected',
    'not_sent',
    'not_received',
    'unknown',
    'exhausted',
    'blocked',
    'conflicting',
  ),
  strange: fc.constantFrom('nothing', 'nothing', 'nothing', 'nothing', 'discount', 'amount', 'reference'),
});
const again = fc.record({ kind: fc.constant('again' as const), of: fc.nat() });
const refund = fc.record({
  kind: fc.constant('refund' as const),
  of: fc.nat(),
  /** Of a payment that was completed before the batch, rather than of any. */
  completed: fc.constantFrom(true, true, true, false),
  percent: fc.constantFrom(100, 50, 50, 30, 101),
});
const message = fc.oneof(
  { weight: 3, arbitrary: submit },
  { weight: 6, arbitrary: result },
  { weight: 1, arbitrary: again },
  { weight: 2, arbitrary: refund },
);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('batch' as const),
      messages: fc.array(message, { minLength: 1, maxLength: 10 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('time' as const),
      ms: fc.constantFrom(0, 500, 2_000, 11_000, 30_000, 61_000, 1_900_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('decide' as const), clear: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('review' as const),
      which: fc.nat(),
      choice: fc.nat(1),
      strange: fc.constantFrom('nothing', 'nothing', 'nothing', 'amount', 'reference'),
    }),
  },
);
type Message = typeof message extends fc.Arbitrary<infer T> ? T : never;
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

// The chains that come everywhere by themselves, so that nothing that must be seen is left to chance.
const told = (
  outcome: LegResult['outcome'],
  more: { fits?: boolean; leg?: LegKind; of?: number; strange?: 'discount' | 'amount' } = {},
): Step => ({
  kind: 'batch',
  messages: [{ kind: 'result', of: 0, leg: 'credit', fits: true, outcome, strange: 'nothing', ...more }],
});
type Submit = Extract<Message, { kind: 'submit' }>;
const begun = (more: Partial<Submit> = {}): Step => ({
  kind: 'batch',
  messages: [
    {
      ...{ kind: 'submit', inbound: false, dollars: undefined, tight: false, listed: false, big: false },
      ...{ acceptedMsAgo: 0, takes: 'nothing', of: 0 },
      ...more,
    },
  ],
});
const passed = (ms: 61_000 | 1_900_000): Step => ({ kind: 'time', ms });
const BEGUN = begun();
const BIG = begun({ big: true });
const reviewed = (choice: 0 | 1): Step => ({ kind: 'review', which: 0, choice, strange: 'nothing' });
const SECURED = [BEGUN, told('accepted')];
const UNWINDING = [...SECURED, told('rejected')];
const refunded = (...percents: (30 | 50 | 100)[]): Step => ({
  kind: 'batch',
  messages: percents.map((percent) => ({ kind: 'refund', of: 0, completed: true, percent })),
});
const PAID = [...SECURED, told('accepted')];
/** A refund of whatever came as the first, or a later one. */
const refundOf = (of: number): Step => ({
  kind: 'batch',
  messages: [{ kind: 'refund', of, completed: false, percent: 100 }],
});
const COMING_EVERYWHERE: [Step[]][] = [
  [[begun({ tight: true, big: true })]],
  [[BEGUN, ...(['quote', 'uetr', 'key'] as const).map((takes) => begun({ takes }))]],
  [[begun({ listed: true }), { kind: 'decide', clear: false }]],
  [[begun({ listed: true }), passed(1_900_000)]],
  [[begun({ acceptedMsAgo: 61_000 })]],
  [[BEGUN, told('not_sent'), passed(61_000)]],
  [[...SECURED, told('blocked')]],
  [[...SECURED, told('accepted', { strange: 'amount' })]],
  [[...SECURED, told('accepted', { strange: 'discount' })]],
  [[BEGUN, refundOf(0), ...PAID.slice(1), refundOf(0), told('accepted', { of: 2 }), refundOf(2)]],
  [[...PAID, refunded(50, 30, 30), told('accepted', { of: 1 }), refunded(30)]],
  [[...PAID, refunded(100), told('rejected', { of: 1 }), refunded(100), told('accepted', { of: 2 })]],
  [
    [
      begun({ inbound: true }),
      told('accepted'),
      refunded(100),
      ...[1, 1].map((of) => told('accepted', { of })),
    ],
  ],
  [[begun({ inbound: true }), told('accepted'), refunded(50), told('rejected', { of: 1 }), refunded(100)]],
  [[begun({ dollars: 'alone' }), told('accepted'), told('accepted'), refunded(50, 50)]],
  [[BIG, BIG, BIG]],
  [[begun({ dollars: 'alone' }), told('accepted'), told('accepted')]],
  [[begun({ dollars: 'alone' }), told('accepted'), told('rejected'), told('accepted')]],
  [[begun({ dollars: 'alone', inbound: true }), told('accepted')]],
  [[begun({ dollars: 'alone', inbound: true }), told('rejected')]],
  [[BEGUN, told('exhausted'), passed(1_900_000), reviewed(0)]],
  [[BEGUN, told('exhausted'), reviewed(1)]],
  [[...SECURED, told('exhausted'), reviewed(0)]],
  [[...SECURED, told('exhausted'), reviewed(1)]],
  [[...UNWINDING, told('exhausted'), reviewed(1), told('exhausted'), reviewed(0)]],
  [[...UNWINDING, told('accepted', { fits: false }), told('conflicting')]],
];

/** An acceptance of less, by a discount of 100 minor units. */
function discountOf({ target }: PaymentSubmit): Partial<LegResult> {
  const discountAmount = { ...target, minor: '100' };
  const amount = { ...target, minor: (BigInt(target.minor) - 100n).toString() };
  return { amount, partnerTerms: { discountAmount } };
}

class Chain {
  readonly books = new MemoryBooks(1, DIRECTORY);
  private readonly submits: PaymentSubmit[] = [];

  constructor() {
    this.books.batch({ fundsMoves: OPENING }, () => undefined);
  }

  take(taken: Step): void {
    if (taken.kind === 'batch') this.batch(taken.messages);
    else if (taken.kind === 'time') this.pass(taken.ms);
    else if (taken.kind === 'decide') this.decide(taken.clear);
    else this.review(taken);
    expect(violations(this.books)).toEqual([]);
  }

  /** Gives every leg in flight its definite answer until nothing is open. */
  end(): void {
    for (let round = 0; round < 12 && this.books.open().length > 0; round += 1) {
      const results = this.books.open().flatMap((payment) => {
        const leg = legInFlight(payment);
        if (leg === undefined) return [];
        const attempt = Math.max(payment.attempts[leg], 1);
        return [
          resultOf(this.books, payment.id, leg, leg === 'debit' ? 'rejected' : 'accepted', { attempt }),
        ];
      });
      this.books.batch({ results }, (batch) => results.forEach((one) => batch.result(one)));
      expect(violations(this.books)).toEqual([]);
      this.pass(3_600_000);
      expect(violations(this.books)).toEqual([]);
    }
    expect(this.books.open().map(({ state }) => state)).toEqual([]);
  }

  private batch(messages: readonly Message[]): void {
    const made = messages.flatMap((one) => this.make(one));
    const submits = made.flatMap((one) => ('quoteId' in one ? [one] : []));
    const known = new Set([...this.books.payments.keys(), ...submits.map(({ paymentId }) => paymentId)]);
    const results = made.flatMap((one) => ('legKey' in one && known.has(one.paymentId) ? [one] : []));
    this.books.batch({ submits, results }, (batch) => {
      for (const one of made) {
        if ('quoteId' in one) batch.submit(one.paymentId);
        else if (batch.payments.get(one.paymentId) !== undefined) batch.result(one);
      }
    });
  }

  private pass(ms: number): void {
    this.books.platform.clock.advance(ms);
    const due = this.books.due();
    this.books.batch({ ids: due.map(({ id }) => id) }, (batch) => due.forEach((one) => batch.due(one)));
  }

  private decide(clear: boolean): void {
    const held = [...this.books.payments.values()].find(({ state }) => state === 'SCREENING_HOLD');
    if (held === undefined) return;
    this.books.batch({ ids: [held.id] }, (batch) => {
      const quote = this.books.quotes.get(held.instruction.quoteId);
      expect(batch.decideHold(held.id, clear ? 'clear' : 'confirm', quote)).toBe(true);
    });
  }

  private review({ which, choice, strange }: Extract<Step, { kind: 'review' }>): void {
    const waiting = [...this.books.payments.values()].filter(({ state }) => state === 'MANUAL_REVIEW');
    const payment = waiting[which % Math.max(waiting.length, 1)];
    if (payment === undefined) return;
    const leg = payment.reviewLeg!;
    const decision = DECISIONS[leg][choice]!;
    const partnerRef = strange === 'reference' ? 'one-reference-for-many' : `found-${payment.id}-${leg}`;
    const said = {
      partnerRef: decision === 'paid' ? partnerRef : undefined,
      amount: strange === 'amount' ? { currency: 'THB', minor: 1n } : undefined,
    };
    const { id: paymentId, version } = payment;
    const made = { id: this.books.platform.random.uuid(), paymentId, leg, version, decision, ...said };
    const why = { reason: 'drawn', evidence: 'drawn', proposedBy: 'OPERATOR', proposedAtMs: 0 };
    this.books.batch({ ids: [paymentId] }, (batch) => {
      const refusal = batch.decideReview(paymentId, { ...made, ...why });
      expect(refusal === undefined || strange === 'reference').toBe(true);
    });
  }

  private make(one: Message): (PaymentSubmit | LegResult)[] {
    const earlier = this.submits[one.of % Math.max(this.submits.length, 1)];
    if (one.kind === 'submit') return [this.submit(one, earlier)];
    if (one.kind === 'refund') return this.refund(one, earlier);
    if (earlier === undefined) return [];
    if (one.kind === 'again') return [earlier];
    const payment = this.books.payments.get(earlier.paymentId);
    const leg = (one.fits && payment !== undefined ? legInFlight(payment) : undefined) ?? one.leg;
    const strange = {
      nothing: {},
      amount: { amount: { currency: 'THB', minor: '1' } },
      reference: { partnerRef: 'one-reference-for-many' },
      discount: discountOf(earlier),
    }[one.strange]!;
    const attempt = Math.max(payment?.attempts[leg] ?? 1, 1);
    return [resultOf(this.books, earlier.paymentId, leg, one.outcome, { attempt, ...strange })];
  }

  private refund(
    one: Extract<Message, { kind: 'refund' }>,
    earlier: PaymentSubmit | undefined,
  ): PaymentSubmit[] {
    const completed = this.submits.filter(
      ({ paymentId, refundOf }) =>
        this.books.payments.get(paymentId)?.state === 'COMPLETED' && refundOf === undefined,
    );
    const original = one.completed ? completed[one.of % Math.max(completed.length, 1)] : earlier;
    if (original === undefined) return [];
    const minor = (BigInt(original.target.minor) * BigInt(one.percent)) / 100n;
    const made = makeRefund(this.books, original, { minor: minor.toString() });
    this.submits.push(made);
    return [made];
  }

  private submit(
    one: Extract<Message, { kind: 'submit' }>,
    earlier: PaymentSubmit | undefined,
  ): PaymentSubmit {
    const nowMs = this.books.platform.clock.now();
    const big = { source: '1000000000', target: '8180400', rate: '0.00818040' };
    const made = makeSubmit(this.books, {
      direction: one.inbound ? 'inbound' : 'outbound',
      provider: one.tight ? 'FXGARUDA' : 'FXNAGA',
      dollars: one.dollars,
      ...(one.big && !one.inbound && one.dollars === undefined ? big : {}),
      submit: {
        debtor: {
          name: one.listed ? 'Viktor Oblomski' : 'Sok Dara',
          account: 'u0000001@mekong',
          accountType: 'bakong',
        },
        acceptedAt: new Date(nowMs - one.acceptedMsAgo).toISOString(),
      },
    });
    const taken = {
      nothing: {},
      quote: { quoteId: earlier?.quoteId ?? made.quoteId },
      uetr: { uetr: earlier?.uetr ?? made.uetr },
      key: { messageId: earlier?.messageId ?? made.messageId },
    }[one.takes]!;
    const drawn = { ...made, ...taken };
    this.submits.push(drawn);
    return drawn;
  }
}

describe('whatever comes in whatever order', () => {
  it('the books stay sound after every batch, and every payment comes to one end', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 25 }), (steps) => {
        const chain = new Chain();
        for (const taken of steps) chain.take(taken);
        chain.end();
        const { payments, transfers, breaks, records } = chain.books;
        for (const payment of payments.values()) {
          const { state, reason, history, source, target, direction, creditBooked, instruction } = payment;
          seen.add(state).add(reason ?? state);
          if (instruction.refundOf !== undefined) seen.add(`${direction} refund ${state}`);
          if (creditBooked !== null) seen.add('discounted');
          if (source.currency === target.currency) seen.add(`${direction} ${state} in one currency`);
          for (const { event } of history) seen.add(event);
        }
        for (const { kind } of transfers) seen.add(kind);
        for (const { type } of breaks) seen.add(type);
        for (const { type, messageId } of records) seen.add(`${type} ${messageId.split(':')[1]}`);
      }),
      { numRuns: RUNS, examples: COMING_EVERYWHERE },
    );
    // The chains are worth something only if they come everywhere.
    const everywhere = [
      ...['COMPLETED', 'REJECTED', 'EXPIRED', 'BLOCKED'],
      ...[
        'liquidity_short',
        'limit_per_day',
        'quote_used',
        'uetr_in_use',
        'key_reused',
        'too_late_for_credit',
      ],
      ...['screening_confirmed', 'screening_timeout', 'partner_rejected', 'partner_unreachable'],
      ...['obligation_source', 'obligation_target', 'fee', 'discharge', 'reversal', 'funds'],
      ...['STATUS_CONFLICT', 'AMOUNT', 'LATE_SUCCESS'],
      ...['leg.command D', 'leg.command C', 'leg.command R', 'found_not_paid'],
      ...['decided_paid:debit', 'decided_paid:credit', 'decided_paid:reversal'],
      'discounted',
      ...['refund_exceeds', 'refund_not_served', 'original_not_completed'],
      ...['outbound', 'inbound'].flatMap((way) =>
        ['COMPLETED', 'REJECTED'].map((state) => `${way} refund ${state}`),
      ),
      ...['outbound', 'inbound'].flatMap((way) =>
        ['COMPLETED', 'REJECTED'].map((state) => `${way} ${state} in one currency`),
      ),
      ...['decided_not_paid:debit', 'decided_not_paid:credit', 'decided_reverse:reversal'],
    ];
    expect(everywhere.filter((each) => !seen.has(each))).toEqual([]);
  });
});
