import {
  legKeyOf,
  uuidV4,
  uuidV7,
  type LegKind,
  type LegResult,
  type PaymentSubmit,
  type Quote,
} from '@tonle/contracts';

/** Where submissions are made: a clock, random bytes, and the quotes that fx knows. */
export interface Maker {
  readonly platform: {
    readonly clock: { now(): number };
    readonly random: { bytes(size: number): Uint8Array };
  };
  readonly quotes: Map<string, Quote>;
}

const iso = (ms: number) => new Date(ms).toISOString();
const random = (maker: Maker) => (size: number) => maker.platform.random.bytes(size);

export interface PaymentOptions {
  readonly direction?: 'outbound' | 'inbound';
  readonly source?: string;
  readonly target?: string;
  readonly rate?: string;
  readonly provider?: string;
  readonly bank?: string;
  readonly feeMinor?: string;
  readonly quote?: Partial<Quote> | null;
  readonly submit?: Partial<PaymentSubmit>;
}

/** The worked payments of domain 6.8: 100,240 KHR for 820.00 THB, and 337.45 THB for 41,000 KHR. */
export function makeSubmit(maker: Maker, options: PaymentOptions = {}): PaymentSubmit {
  const nowMs = maker.platform.clock.now();
  const outbound = (options.direction ?? 'outbound') === 'outbound';
  const bank = options.bank ?? 'KHMEKONG';
  const source = {
    currency: outbound ? 'KHR' : 'THB',
    minor: options.source ?? (outbound ? '10024000' : '33745'),
  };
  const target = {
    currency: outbound ? 'THB' : 'KHR',
    minor: options.target ?? (outbound ? '82000' : '4100000'),
  };
  const sender = outbound ? bank : 'THSWITCH';
  const fee = {
    kind: 'scheme',
    payer: sender,
    amount: { currency: source.currency, minor: options.feeMinor ?? (outbound ? '10000' : '100') },
  };
  const quoteId = uuidV4(random(maker));
  if (options.quote !== null) {
    const rate = options.rate ?? (outbound ? '0.00818040' : '121.50000000');
    maker.quotes.set(quoteId, {
      quoteId,
      corridor: 'KH-TH',
      provider: options.provider ?? 'FXNAGA',
      participant: sender,
      fixed: 'target',
      source,
      target,
      rate,
      baseRate: rate,
      rateVersion: 1,
      improvementBasisPoints: 0,
      fees: [fee],
      issuedAt: iso(nowMs - 1_000),
      expiresAt: iso(nowMs + 600_000),
      ...options.quote,
    });
  }
  const khmer = { name: 'Sok Dara', account: 'u0000001@mekong', accountType: 'bakong', country: 'KH' };
  const thai = { name: 'Somsri Jaidee', account: '0066812345678', accountType: 'MBNO', country: 'TH' };
  return {
    paymentId: uuidV7(nowMs, random(maker)),
    uetr: uuidV4(random(maker)),
    direction: outbound ? 'outbound' : 'inbound',
    corridor: 'KH-TH',
    sender,
    messageId: `M-${quoteId}`,
    endToEndId: 'E2E-1',
    quoteId,
    source,
    target,
    debtor: outbound ? khmer : thai,
    debtorAgent: sender,
    creditor: outbound ? thai : khmer,
    creditorAgent: outbound ? 'THSWITCH' : bank,
    payerSecured: !outbound,
    acceptedAt: iso(nowMs),
    receivedAt: iso(nowMs),
    replyTo: outbound
      ? { service: 'gateway', instance: 'gateway-1' }
      : { service: 'adapter-thailand', instance: 'thai-1' },
    ...options.submit,
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
