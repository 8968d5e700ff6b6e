import { createHash } from 'node:crypto';
import type { Clock } from '@tonle/platform';
import { z } from 'zod';
import type { CallFacts } from '../../kit/fault.js';
import type { FaultBook } from '../../kit/fault-book.js';
import { falsified, underFault, type Operation, type Pause } from '../../kit/faulty.js';
import { misnamed, spoiled, told, type KeyVersionWire } from '../../kit/key-version-wire.js';
import type { HttpCall, HttpOutcome, HttpReply } from '../../kit/listener.js';
import type { BookedEntry, CreditRecord, IsoBooks } from '../iso20022/books.js';
import { findMerchant, jpqrIdOf } from './merchants.js';
import type { WalletSide } from './payer.js';
import type { JapanScheme } from './scheme.js';

export const NETWORK = 'japan';
const BASE = '/jpqr/v1/';
const RESULTS_MS = 10_000;
const DAY_MS = 86_400_000;
const AMOUNT_MAX = 1_000_000n;
const WRONGLY_SIGNED = {
  client: 'CLIENT_UNKNOWN',
  key: 'KEY_UNKNOWN',
  signature: 'SIGNATURE_INVALID',
} as const;
/** They say that the same may be sent again. */
const LATER: ReadonlySet<string> = new Set(['BUSY', 'MAINTENANCE']);

const text = z.string().min(1);
const money = z.object({ currency: z.string().length(3), value: z.string().regex(/^[1-9]\d{0,15}$/) });
const lookup = z.object({ jpqrId: text, codeValue: text.max(512).optional() });
const order = z.object({
  requestId: text.max(64),
  jpqrId: text,
  codeValue: text.max(512).optional(),
  amount: money,
  payer: z.object({ name: text, account: text }),
  reference: text,
  acceptedAt: z.iso.datetime({ offset: true }),
  expiresAt: z.iso.datetime({ offset: true }),
});
type Order = z.infer<typeof order>;
const result = z.object({ payment: z.object({ requestId: text, status: text, reason: text.optional() }) });

interface Booking {
  readonly addMinor?: bigint;
  readonly pending?: boolean;
  readonly refusal?: string;
}

export interface AggregatorParts {
  readonly scheme: JapanScheme;
  readonly books: IsoBooks;
  readonly wire: KeyVersionWire;
  readonly wallets: Pick<WalletSide, 'told'>;
  readonly faults: FaultBook;
  readonly clock: Clock;
  readonly pause: Pause;
}

/** The aggregator as Tonle calls it: its directory of merchants, payments to them, questions, statements, results. */
export class AggregatorGateway {
  constructor(private readonly parts: AggregatorParts) {}

  /** Payments that were pending when the process died are finished now, and told. */
  async resume(onError: (error: unknown) => void): Promise<void> {
    for (const record of this.parts.books.openCredits()) void this.finish(record).catch(onError);
  }

  /** Every request must be signed by Tonle; every answer is signed, refusals too. */
  async answer(call: HttpCall): Promise<HttpOutcome> {
    const sign = (reply: HttpReply): HttpReply => this.parts.wire.sign(reply, call);
    const wrong = this.parts.wire.check(call);
    if (wrong !== undefined) return sign(error(WRONGLY_SIGNED[wrong]));
    const [noun = '', id] = call.path.slice(BASE.length).split('/');
    const body = read(call.body);
    switch (call.path.startsWith(BASE) ? `${call.method} ${noun}` : '') {
      case 'POST lookups':
        return this.run('lookup', {}, () => this.lookUp(body), sign);
      case 'POST payments':
        return this.pay(body, sign);
      case 'GET payments':
        return this.run('payment.enquiry', { reference: id }, () => this.standing(id ?? ''), sign);
      case 'GET statements':
        return this.run('statement', {}, () => this.statement(id ?? ''), sign);
      case 'POST results':
        return this.run('result', {}, () => this.ended(body), sign);
      default:
        return sign(error('PATH_UNKNOWN'));
    }
  }

  private run(
    name: string,
    facts: CallFacts,
    perform: () => Promise<HttpReply> | HttpReply,
    sign: (reply: HttpReply) => HttpReply,
    more: Partial<Operation> = {},
  ): Promise<HttpOutcome> {
    const performed = async () => sign(await perform());
    const operation: Operation = {
      perform: performed,
      refuse: async (code) => sign(error(code)),
      spoil: spoiled,
      special: async () => misnamed(await (more.perform ?? performed)()),
      ...more,
    };
    return underFault(this.parts.faults.pick(NETWORK, name, facts), operation, this.parts.pause);
  }

  private lookUp(body: unknown): HttpReply {
    const asked = lookup.safeParse(body).data;
    if (asked === undefined) return error('MALFORMED');
    const { jpqrId, codeValue } = asked;
    if (codeValue !== undefined && jpqrIdOf(codeValue) !== jpqrId) return error('CODE_INVALID');
    const found = findMerchant(jpqrId, this.parts.scheme);
    if (found.kind === 'refused') return error(found.code);
    const { name, localName, brand } = found;
    return told({ merchant: { jpqrId, name, localName, brand, currency: 'JPY' } });
  }

  private pay(body: unknown, sign: (reply: HttpReply) => HttpReply): Promise<HttpOutcome> {
    const asked = order.safeParse(body).data;
    if (asked === undefined) return Promise.resolve(sign(error('MALFORMED')));
    const { requestId: reference, jpqrId, amount } = asked;
    const facts = {
      accounts: [jpqrId],
      minor: BigInt(amount.value),
      currency: amount.currency,
      reference,
      uetr: asked.reference,
    };
    const tell = (booked: CreditRecord | string): HttpReply =>
      sign(typeof booked === 'string' ? error(booked) : told({ payment: paymentOf(booked) }));
    return this.run('payment', facts, () => told({}), sign, {
      perform: async (addMinor = 0n) => tell(await this.book(asked, { addMinor })),
      refuse: async (refusal) => tell(await this.book(asked, { refusal })),
      duplicate: async () => {
        const booked = await this.book(asked);
        if (typeof booked !== 'string') await Promise.all([this.notify(booked), this.notify(booked)]);
        return tell(booked);
      },
      late: async (delayMs) => {
        const booked = await this.book(asked, { pending: true });
        if (typeof booked !== 'string') void this.parts.pause(delayMs).then(() => this.finish(booked));
        return tell(booked);
      },
    });
  }

  /** Books an order once: the same again is told what became of the first. A code when nothing is booked. */
  private async book(asked: Order, booking: Booking = {}): Promise<CreditRecord | string> {
    const { books, clock } = this.parts;
    const { requestId, jpqrId, amount, reference, acceptedAt, expiresAt } = asked;
    const content = fingerprint([jpqrId, amount, asked.payer, reference]);
    const known = books.credit(requestId);
    if (known !== undefined) {
      await books.settled();
      return known.entry.told?.['content'] === content ? known : 'REQUEST_DIFFERS';
    }
    const at = clock.now();
    if (at >= Date.parse(expiresAt)) return 'TOO_LATE';
    const reason = booking.refusal ?? this.whyNot(asked);
    return books.addCredit({
      uetr: requestId,
      messageId: requestId,
      endToEndId: reference,
      account: jpqrId,
      currency: amount.currency,
      minor: falsified(BigInt(amount.value), booking.addMinor ?? 0n).toString(),
      status: reason !== undefined ? 'RJCT' : booking.pending === true ? 'PDNG' : 'ACCC',
      ...(reason !== undefined && { reason }),
      acceptedAt: Date.parse(acceptedAt),
      at,
      told: { content },
    });
  }

  private whyNot({ jpqrId, codeValue, amount }: Order): string | undefined {
    if (amount.currency !== 'JPY') return 'CURRENCY_NOT_SERVED';
    if (BigInt(amount.value) > AMOUNT_MAX) return 'AMOUNT_OVER_LIMIT';
    if (codeValue !== undefined && jpqrIdOf(codeValue) !== jpqrId) return 'CODE_INVALID';
    const found = findMerchant(jpqrId, this.parts.scheme);
    return found.kind === 'refused' ? found.code : undefined;
  }

  private async finish(record: CreditRecord): Promise<void> {
    const { books, clock } = this.parts;
    await books.end({ of: 'credit', uetr: record.entry.uetr, status: 'ACCC', at: clock.now() });
    await this.notify(record);
  }

  private async notify(record: CreditRecord): Promise<void> {
    await this.parts.wire.post('/japan/v1/results', { payment: paymentOf(record) }, RESULTS_MS);
  }

  private async standing(requestId: string): Promise<HttpReply> {
    const { books } = this.parts;
    const record = books.credit(requestId);
    await books.settled();
    return record === undefined ? error('PAYMENT_UNKNOWN') : told({ payment: paymentOf(record) });
  }

  /** Tonle tells how a payment of a wallet's user has ended. */
  private async ended(body: unknown): Promise<HttpReply> {
    const read = result.safeParse(body).data;
    if (read === undefined) return error('MALFORMED');
    await this.parts.wallets.told(read.payment);
    return told({});
  }

  private async statement(day: string): Promise<HttpReply> {
    const { books, clock, scheme } = this.parts;
    const from = Date.parse(`${day}T00:00:00Z`) - scheme.utcOffsetMinutes * 60_000;
    if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(from)) return error('MALFORMED');
    await books.settled();
    const net = (lines: readonly BookedEntry[]) =>
      lines.reduce((sum, { credit, minor }) => sum + (credit ? minor : -minor), 0n);
    const opening = net(books.statement(0, from));
    const booked = books.statement(from, from + DAY_MS);
    const statement = {
      statementId: `JP${day.replaceAll('-', '')}`,
      account: 'TONLE-JPY',
      day,
      createdAt: new Date(clock.now()).toISOString(),
      openingBalance: opening.toString(),
      closingBalance: (opening + net(booked)).toString(),
      count: booked.length.toString(),
      entries: booked.map(({ credit, messageId, reference, currency, minor, at }) => ({
        entryId: `E${reference}${credit ? 'C' : 'P'}`,
        kind: credit ? 'COLLECTED' : 'PAID_OUT',
        requestId: messageId,
        paymentId: reference,
        amount: { currency, value: minor.toString() },
        bookedAt: new Date(at).toISOString(),
      })),
    };
    return told({ statement });
  }
}

const STATUS = { ACCC: 'ACCEPTED', RJCT: 'REJECTED' } as const;

function paymentOf({ entry, final }: CreditRecord): object {
  const { uetr: requestId, reference: paymentId, currency, minor, reason } = entry;
  const status = final === undefined ? 'PENDING' : STATUS[final.status];
  return { requestId, paymentId, status, amount: { currency, value: minor }, reason };
}

function error(code: string): HttpReply {
  const message = code.toLowerCase().replaceAll('_', ' ');
  return told({ error: { code, message } }, LATER.has(code) ? 503 : 422);
}

function fingerprint(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

function read(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
