import {
  readIso,
  type IsoError,
  type Payment,
  type ProxyRequest,
  type Status,
  type StatusRequest,
} from '@tonle/iso20022';
import type { Clock } from '../../kit/clock.js';
import { findThaiPayee } from './payees.js';
import type { CallFacts } from '../../kit/fault.js';
import type { FaultBook } from '../../kit/fault-book.js';
import { underFault, type Operation, type Pause } from '../../kit/faulty.js';
import { json, type HttpCall, type HttpOutcome, type HttpReply } from '../../kit/listener.js';
import type { CreditRecord, ThaiBooks } from './books.js';
import { payeeOf, proxyOf, proxyReplyTo, resolveQr } from './lookup.js';
import {
  isoTime,
  PACS_002,
  rejectionOf,
  statusOf,
  THAI_AGENT,
  TONLE_AGENT,
  writeStatement,
  writeThai,
  XML,
} from './messages.js';
import { spoilSignature, type ThaiWire } from '../../kit/signed-wire.js';

const AMOUNT_MAX = 200_000_000n;
const LOCAL_OFFSET_MS = 7 * 3_600_000;
const CALLBACK_MS = 10_000;

/** The Thai switch as Tonle's partner: payees, payments, enquiries, statements. */
export class ThaiSwitch {
  private written = 0;

  constructor(
    private readonly books: ThaiBooks,
    private readonly wire: ThaiWire,
    private readonly faults: FaultBook,
    private readonly clock: Clock,
    private readonly pause: Pause,
    private readonly acceptanceMaxMs: number,
  ) {}

  /** Payments that were in progress when the process died are finished now. */
  async resume(): Promise<void> {
    await Promise.all(this.books.openCredits().map((record) => this.finish(record)));
  }

  /** Every request must be signed by Tonle; every answer is signed. */
  async answer(call: HttpCall): Promise<HttpOutcome> {
    const who = this.wire.check(call);
    if (who.kind === 'refused') return json(401, { reason: who.reason });
    const sign = (reply: HttpReply): HttpReply => this.wire.sign(reply, who.nonce);
    const route = `${call.method} ${call.path}`;
    if (route === 'POST /qr/resolve') return this.run('qr.resolve', {}, () => this.resolve(call.body), sign);
    if (route === 'GET /statements/camt.053')
      return this.run('camt.053', {}, () => this.statement(call.query), sign);
    if (call.method !== 'POST' || !call.path.startsWith('/iso20022/'))
      return sign(json(404, { reason: 'unknown path' }));
    const reading = readIso(call.body);
    if (reading.kind === 'refused') return sign(this.unreadable(reading.errors));
    const { message } = reading;
    if (call.path === '/iso20022/pacs.008' && message.kind === 'payment') return this.pay(message, sign);
    if (call.path === '/iso20022/pacs.028' && message.kind === 'status_request') {
      return this.run('pacs.028', { uetr: message.originalUetr }, () => this.enquire(message), sign);
    }
    if (call.path === '/iso20022/acmt.023' && message.kind === 'proxy_request') {
      return this.run(
        'acmt.023',
        { accounts: [proxyOf(message)?.id] },
        () => Promise.resolve(this.lookUp(message)),
        sign,
      );
    }
    return sign(
      this.unreadable([
        {
          code: 'unknown_message',
          path: call.path,
          line: 1,
          offset: 0,
          detail: `not served here: ${reading.version}`,
        },
      ]),
    );
  }

  private run(
    name: string,
    facts: CallFacts,
    perform: () => Promise<HttpReply>,
    sign: (reply: HttpReply) => HttpReply,
  ): Promise<HttpOutcome> {
    const operation: Operation = {
      perform: async () => sign(await perform()),
      refuse: (code) => Promise.resolve(sign(json(422, { found: false, reason: code }))),
      spoil: spoilSignature,
    };
    return underFault(this.faults.pick('thailand', name, facts), operation, this.pause);
  }

  private pay(payment: Payment, sign: (reply: HttpReply) => HttpReply): Promise<HttpOutcome> {
    const { settlementAmount, uetr, creditorAccount } = payment;
    const facts = {
      accounts: [payeeOf(payment).id, creditorAccount?.id],
      minor: settlementAmount.minor,
      currency: settlementAmount.currency,
      uetr,
      reference: payment.messageId,
    };
    const answer = (status: Status): HttpReply => sign(this.xml(status));
    const tell = (record: CreditRecord): HttpReply => answer(this.status(record));
    const operation: Operation = {
      perform: async (addMinor) => {
        const done = await this.book(payment, 'final', addMinor);
        return 'record' in done ? tell(done.record) : answer(done.rejection);
      },
      refuse: async (code) => {
        const done = await this.book(payment, 'final', 0n, code);
        return 'record' in done ? tell(done.record) : answer(done.rejection);
      },
      duplicate: async () => {
        const done = await this.book(payment, 'final');
        if (!('record' in done)) return answer(done.rejection);
        await this.callBack(done.record);
        void this.callBack(done.record);
        return tell(done.record);
      },
      late: async (delayMs) => {
        const done = await this.book(payment, 'pending');
        if (!('record' in done)) return answer(done.rejection);
        void this.pause(delayMs)
          .then(() => this.finish(done.record))
          .then(() => this.callBack(done.record));
        return tell(done.record);
      },
      spoil: spoilSignature,
    };
    return underFault(this.faults.pick('thailand', 'pacs.008', facts), operation, this.pause);
  }

  /** Books a payment once per UETR and MsgId; the same again finds what was booked first. */
  private async book(
    payment: Payment,
    how: 'final' | 'pending',
    addMinor = 0n,
    refusal?: string,
  ): Promise<{ record: CreditRecord } | { rejection: Status }> {
    const at = this.clock.now();
    const uetr = payment.uetr;
    if (uetr === undefined) return { rejection: rejectionOf(payment, 'CH21', this.messageId(at), at) };
    const known = this.books.credit(uetr);
    if (known !== undefined) {
      await this.books.settled();
      if (known.entry.messageId === payment.messageId) return { record: known };
      return { rejection: rejectionOf(payment, 'DUPL', this.messageId(at), at) };
    }
    const reason = refusal ?? this.whyNot(payment, at);
    const { currency, minor } = payment.settlementAmount;
    const record = await this.books.addCredit({
      uetr,
      messageId: payment.messageId,
      endToEndId: payment.endToEndId,
      transactionId: payment.transactionId,
      account: payeeOf(payment).id,
      currency,
      minor: (minor + addMinor).toString(),
      status: reason !== undefined ? 'RJCT' : how === 'pending' ? 'PDNG' : 'ACCC',
      ...(reason === undefined ? {} : { reason }),
      acceptedAt: acceptedAt(payment),
      at,
    });
    return { record };
  }

  private whyNot(payment: Payment, now: number): string | undefined {
    const { currency, minor } = payment.settlementAmount;
    // Late arrivals are refused, so that a "not found" given earlier stays true (domain 6.7).
    if (now - acceptedAt(payment) > this.acceptanceMaxMs) return 'TM01';
    if (currency !== 'THB') return 'AM03';
    if (minor > AMOUNT_MAX) return 'AM02';
    const payee = payeeOf(payment);
    const finding = findThaiPayee(payee.id, payee.type);
    return finding.kind === 'found' ? undefined : finding.reason;
  }

  private async finish({ entry }: CreditRecord): Promise<void> {
    await this.books.end({ of: 'credit', uetr: entry.uetr, status: 'ACCC', at: this.clock.now() });
  }

  private async callBack(record: CreditRecord): Promise<void> {
    await this.wire.post(
      '/iso20022/pacs.002',
      XML,
      writeThai(this.status(record), PACS_002, this.clock.now()),
      CALLBACK_MS,
    );
  }

  private async enquire(request: StatusRequest): Promise<HttpReply> {
    const record = request.originalUetr === undefined ? undefined : this.books.credit(request.originalUetr);
    await this.books.settled();
    const at = this.clock.now();
    const asked = request.originalMessageId;
    if (record !== undefined && (asked === undefined || asked === record.entry.messageId))
      return this.xml(this.status(record));
    return this.xml({
      kind: 'status',
      messageId: this.messageId(at),
      createdAt: isoTime(at),
      originalMessageId: request.originalMessageId,
      originalMessageName: request.originalMessageName,
      originalEndToEndId: request.originalEndToEndId,
      originalUetr: request.originalUetr,
      reason: 'AG09',
      instructingAgent: TONLE_AGENT,
      instructedAgent: THAI_AGENT,
    });
  }

  private lookUp(request: ProxyRequest): HttpReply {
    const at = this.clock.now();
    const body = writeThai(proxyReplyTo(request, this.messageId(at), at), 'acmt.024.001.03', at);
    return { status: 200, headers: { 'content-type': XML }, body };
  }

  private resolve(body: Buffer): Promise<HttpReply> {
    return Promise.resolve(json(200, resolveQr(body, this.clock.now())));
  }

  private async statement(query: URLSearchParams): Promise<HttpReply> {
    const day = query.get('day') ?? '';
    const from = Date.parse(`${day}T00:00:00.000Z`) - LOCAL_OFFSET_MS;
    if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(from))
      return json(400, { reason: 'day is YYYY-MM-DD' });
    await this.books.settled();
    const text = writeStatement(day, this.books.statement(from, from + 86_400_000), this.clock.now());
    return { status: 200, headers: { 'content-type': XML }, body: text };
  }

  private status(record: CreditRecord): Status {
    const at = this.clock.now();
    return statusOf(record, this.messageId(at), at);
  }

  private xml(status: Status): HttpReply {
    return {
      status: 200,
      headers: { 'content-type': XML },
      body: writeThai(status, PACS_002, this.clock.now()),
    };
  }

  private unreadable(errors: readonly IsoError[]): HttpReply {
    const at = this.clock.now();
    const [first] = errors;
    const rejection = {
      kind: 'rejection' as const,
      relatedReference: 'NOTREAD',
      reason: 'FF01',
      rejectedAt: isoTime(at),
      ...(first === undefined
        ? {}
        : { location: first.path.slice(0, 350), description: first.detail.slice(0, 350) }),
    };
    return {
      status: 400,
      headers: { 'content-type': XML },
      body: writeThai(rejection, 'admi.002.001.01', at),
    };
  }

  private messageId(at: number): string {
    this.written += 1;
    return `TH${at}${this.written}`;
  }
}

function acceptedAt(payment: Payment): number {
  return Date.parse(payment.acceptedAt ?? payment.createdAt);
}
