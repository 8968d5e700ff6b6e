import { legKeyOf, type LegKind, type LegResult, type PaymentSubmit, type Quote } from '@tonle/contracts';
import { amountFromJson, amountToJson, convert, formatRate, rateBetween } from '@tonle/money';
import type { Random } from '@tonle/platform';

/** Where submissions are made: a clock, random bytes, and the quotes that fx knows. */
export interface Maker {
  readonly platform: {
    readonly clock: { now(): number };
    readonly random: Pick<Random, 'id' | 'uuid'>;
  };
  readonly quotes: Map<string, Quote>;
}

const iso = (ms: number) => new Date(ms).toISOString();

export interface PaymentOptions {
  readonly direction?: 'outbound' | 'inbound';
  readonly source?: string;
  readonly target?: string;
  readonly rate?: string;
  readonly provider?: string;
  readonly bank?: string;
  /** Over the corridor of `withDollars`: 25 dollars for 25 dollars, or for riel. */
  readonly dollars?: 'alone' | 'for_riel';
  readonly feeMinor?: string;
  readonly quote?: Partial<Quote> | null;
  readonly submit?: Partial<PaymentSubmit>;
}

const KHMER = { name: 'Sok Dara', account: 'u0000001@mekong', accountType: 'bakong', country: 'KH' };
const THAI = { name: 'Somsri Jaidee', account: '0066812345678', accountType: 'MBNO', country: 'TH' };

/** What differs by direction. */
const OUTBOUND = {
  source: { currency: 'KHR', minor: '10024000' },
  target: { currency: 'THB', minor: '82000' },
  rate: '0.00818040',
  feeMinor: '10000',
  debtor: KHMER,
  creditor: THAI,
  replyTo: { service: 'gateway', instance: 'gateway-1' },
};
const INBOUND: typeof OUTBOUND = {
  source: { currency: 'THB', minor: '33745' },
  target: { currency: 'KHR', minor: '4100000' },
  rate: '121.50000000',
  feeMinor: '100',
  debtor: THAI,
  creditor: KHMER,
  replyTo: { service: 'adapter-thailand', instance: 'thai-1' },
};

const DOLLARS = { currency: 'USD', minor: '2500' };
const riel = (minor: string) => ({ currency: 'KHR', minor });
const DOLLAR_SIDES = {
  outbound: { alone: [DOLLARS, DOLLARS, '1'], for_riel: [riel('10250100'), DOLLARS, '0.0002439024'] },
  inbound: { alone: [DOLLARS, DOLLARS, '1'], for_riel: [DOLLARS, riel('10250000'), '4100.0000000'] },
} as const;

/** What a payment with dollars has in place of the worked ones. */
function withDollars({ direction = 'outbound', dollars }: PaymentOptions) {
  if (dollars === undefined) return {};
  const [source, target, rate] = DOLLAR_SIDES[direction][dollars];
  return { source, target, rate, feeMinor: source.currency === 'KHR' ? '10000' : '3' };
}

/** The worked payments of domain 6.8: 100,240 KHR for 820.00 THB, and 337.45 THB for 41,000 KHR. */
export function makeSubmit(maker: Maker, options: PaymentOptions = {}): PaymentSubmit {
  const nowMs = maker.platform.clock.now();
  const direction = options.direction ?? 'outbound';
  const { debtor, creditor, replyTo, ...made } = {
    ...(direction === 'outbound' ? OUTBOUND : INBOUND),
    ...withDollars(options),
  };
  const network = options.dollars === undefined ? 'THSWITCH' : 'DOLLARNET';
  const corridor = options.dollars === undefined ? 'KH-TH' : 'KH-LA';
  const bank = options.bank ?? 'KHMEKONG';
  const sender = direction === 'outbound' ? bank : network;
  const source = { ...made.source, minor: options.source ?? made.source.minor };
  const target = { ...made.target, minor: options.target ?? made.target.minor };
  const quoteId = maker.platform.random.uuid();
  if (options.quote !== null) {
    const amount = { currency: source.currency, minor: options.feeMinor ?? made.feeMinor };
    maker.quotes.set(quoteId, {
      ...quoteOf({ quoteId, participant: sender, source, target, rate: options.rate ?? made.rate, nowMs }),
      corridor,
      direction,
      provider: options.dollars === 'alone' ? 'SETTLER' : (options.provider ?? 'FXNAGA'),
      fees: [{ kind: 'scheme', payer: sender, amount }],
      ...options.quote,
    });
  }
  return {
    paymentId: maker.platform.random.id(nowMs),
    uetr: maker.platform.random.uuid(),
    direction,
    corridor,
    sender,
    messageId: `M-${quoteId}`,
    endToEndId: 'E2E-1',
    quoteId,
    source,
    target,
    debtor,
    debtorAgent: sender,
    creditor,
    creditorAgent: direction === 'outbound' ? network : bank,
    payerSecured: direction === 'inbound',
    acceptedAt: iso(nowMs),
    receivedAt: iso(nowMs),
    replyTo,
    ...options.submit,
  };
}

export interface RefundOptions {
  /** In the payee's currency; absent: all of it. */
  readonly minor?: string;
  readonly quote?: Partial<Quote> | null;
  readonly submit?: Partial<PaymentSubmit>;
}

const RATE_FRACTIONS = 6;

/** A refund of a payment, at about its rate: from its payee to its payer. */
export function makeRefund(
  maker: Maker,
  original: PaymentSubmit,
  options: RefundOptions = {},
): PaymentSubmit {
  const nowMs = maker.platform.clock.now();
  const [paid, got] = [amountFromJson(original.source), amountFromJson(original.target)];
  const rate = rateBetween(got, paid, RATE_FRACTIONS);
  const part = { ...got, minor: BigInt(options.minor ?? got.minor) };
  const { source, target } = convert('source', part, rate);
  const quoteId = maker.platform.random.uuid();
  const { paymentId, uetr, messageId, endToEndId, acceptedAt, corridor } = original;
  const [direction, replyTo] =
    original.direction === 'outbound'
      ? (['inbound', INBOUND.replyTo] as const)
      : (['outbound', OUTBOUND.replyTo] as const);
  const priced = { source: amountToJson(source), target: amountToJson(target) };
  const sender = original.creditorAgent;
  const refundOf = { paymentId, uetr, messageId, endToEndId, quoteId: original.quoteId, acceptedAt };
  if (options.quote !== null)
    maker.quotes.set(quoteId, {
      ...quoteOf({ quoteId, participant: sender, ...priced, rate: formatRate(rate), nowMs }),
      ...{ fixed: 'source', corridor, direction, fees: [], refundOf: original.quoteId },
      provider: maker.quotes.get(original.quoteId)?.provider ?? 'FXNAGA',
      ...options.quote,
    });
  return {
    ...{
      paymentId: maker.platform.random.id(nowMs),
      uetr: maker.platform.random.uuid(),
      direction,
      corridor,
    },
    ...{ sender, messageId: `R-${quoteId}`, endToEndId: 'E2E-R', quoteId, ...priced },
    ...{ debtor: original.creditor, debtorAgent: sender },
    ...{ creditor: original.debtor, creditorAgent: original.debtorAgent },
    payerSecured: direction === 'inbound',
    refundOf: { ...refundOf, source: original.source, target: original.target },
    ...{ acceptedAt: iso(nowMs), receivedAt: iso(nowMs), replyTo },
    ...options.submit,
  };
}

function quoteOf({
  nowMs,
  rate,
  ...priced
}: Pick<Quote, 'quoteId' | 'participant' | 'source' | 'target' | 'rate'> & { nowMs: number }) {
  return {
    ...priced,
    fixed: 'target' as const,
    rate,
    baseRate: rate,
    rateVersion: 1,
    improvementBasisPoints: 0,
    issuedAt: iso(nowMs - 1_000),
    expiresAt: iso(nowMs + 600_000),
  };
}

export function resultOf(
  maker: Maker,
  paymentId: string,
  leg: LegKind,
  outcome: LegResult['outcome'],
  more: Partial<LegResult> = {},
): LegResult {
  const legKey = legKeyOf(paymentId, leg);
  const ref = outcome === 'accepted' || outcome === 'blocked' ? { partnerRef: `ref-${legKey}` } : {};
  return {
    legKey,
    paymentId,
    leg,
    attempt: 1,
    outcome,
    at: iso(maker.platform.clock.now()),
    ...ref,
    ...more,
  };
}
