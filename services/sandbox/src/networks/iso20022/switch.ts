import {
  readIso,
  type IsoError,
  type CustomerPayment,
  type ProxyRequest,
  type Status,
  type StatusRequest,
} from '@tonle/iso20022';
import type { Clock } from '@tonle/platform';
import type { PayeeRules } from './payees.js';
import type { CallFacts } from '../../kit/fault.js';
import type { FaultBook } from '../../kit/fault-book.js';
import { falsified, underFault, type Operation, type Pause } from '../../kit/faulty.js';
import { json, type HttpCall, type HttpOutcome, type HttpReply } from '../../kit/listener.js';
import type { CreditRecord, IsoBooks } from './books.js';
import { idOf, payeeOf, proxyReplyTo, qrTextOf, resolveQr } from './lookup.js';
import { REJECTION, XML, type Messages } from './messages.js';
import type { IsoScheme } from './scheme.js';
import { spoilSignature, type SignedWire } from '../../kit/signed-wire.js';

const CALLBACK_MS = 10_000;

/** A network as Tonle's partner: payees, payments, enquiries, statements. */
export class IsoSwitch {
  constructor(
    private readonly scheme: IsoScheme,
    private readonly messages: Messages,
    private readonly payees: PayeeRules,
    private readonly books: IsoBooks,
    private readonly wire: SignedWire,
    private readonly faults: FaultBook,
    private readonly clock: Clock,
    private readonly pause: Pause,
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
    if (route === 'POST /qr/resolve' && this.scheme.codes !== undefined)
      return this.run('qr.resolve', {}, () => this.resolve(call.body), sign);
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
        { accounts: [idOf(message.account, message.agent)?.id] },
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
    return underFault(this.faults.pick(this.scheme.id, name, facts), operation, this.pause);
  }

  private pay(payment: CustomerPayment, sign: (reply: HttpReply) => HttpReply): Promise<HttpOutcome> {
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
      refuse: async (code, texts) => {
        const done = await this.book(payment, 'final', 0n, code);
        const status = 'record' in done ? this.status(done.record) : done.rejection;
        return answer(texts.length === 0 ? status : { ...status, reasonText: texts });
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
    return underFault(this.faults.pick(this.scheme.id, 'pacs.008', facts), operation, this.pause);
  }

  /** Books a payment once per UETR and MsgId; the same again finds what was booked first. */
  private async book(
    payment: CustomerPayment,
    how: 'final' | 'pending',
    addMinor = 0n,
    refusal?: string,
  ): Promise<{ record: CreditRecord } | { rejection: Status }> {
    const at = this.clock.now();
    const uetr = payment.uetr;
    if (uetr === undefined) return { rejection: this.messages.rejection(payment, 'CH21', at) };
    const known = this.books.credit(uetr);
    if (known !== undefined) {
      await this.books.settled();
      if (known.entry.messageId === payment.messageId) return { record: known };
      return { rejection: this.messages.rejection(payment, 'DUPL', at) };
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
      minor: falsified(minor, addMinor).toString(),
      status: reason !== undefined ? 'RJCT' : how === 'pending' ? 'PDNG' : 'ACCC',
      ...(reason === undefined ? {} : { reason }),
      acceptedAt: acceptedAt(payment),
      at,
    });
    return { record };
  }

  private whyNot(payment: CustomerPayment, now: number): string | undefined {
    const { currency, minor } = payment.settlementAmount;
    // Late arrivals are refused, so that a "not found" given earlier stays true (domain 6.7).
    if (now - acceptedAt(payment) > this.scheme.acceptanceMaxMs) return 'TM01';
    if (currency !== this.scheme.currency) return 'AM03';
    if (minor > BigInt(this.scheme.amountMax)) return 'AM02';
    const { id, type } = payeeOf(payment);
    const payee = this.payees.find(id, type);
    return payee.kind === 'found' ? undefined : payee.reason;
  }

  private async finish({ entry }: CreditRecord): Promise<void> {
    await this.books.end({ of: 'credit', uetr: entry.uetr, status: 'ACCC', at: this.clock.now() });
  }

  private async callBack(record: CreditRecord): Promise<void> {
    await this.wire.post(
      '/iso20022/pacs.002',
      XML,
      this.messages.write(this.status(record), this.scheme.versions.status, this.clock.now()),
      CALLBACK_MS,
    );
  }

  private async enquire(request: StatusRequest): Promise<HttpReply> {
    const record = request.originalUetr === undefined ? undefined : this.books.credit(request.originalUetr);
    await this.books.settled();
    const asked = request.originalMessageId;
    if (record !== undefined && (asked === undefined || asked === record.entry.messageId))
      return this.xml(this.status(record));
    return this.xml(this.messages.notFound(request, this.clock.now()));
  }

  private lookUp(request: ProxyRequest): HttpReply {
    const at = this.clock.now();
    const reply = proxyReplyTo(request, this.messages, this.payees, at);
    const body = this.messages.write(reply, this.scheme.versions.proxyReply, at);
    return { status: 200, headers: { 'content-type': XML }, body };
  }

  private resolve(body: Buffer): Promise<HttpReply> {
    const found = resolveQr(qrTextOf(body), this.scheme, this.payees, this.clock.now());
    return Promise.resolve(json(200, found));
  }

  private async statement(query: URLSearchParams): Promise<HttpReply> {
    const day = query.get('day') ?? '';
    const from = this.messages.dayStart(day);
    if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(from))
      return json(400, { reason: 'day is YYYY-MM-DD' });
    await this.books.settled();
    const lines = this.books.statement(from, from + 86_400_000);
    const text = this.messages.statement(day, lines, this.clock.now());
    return { status: 200, headers: { 'content-type': XML }, body: text };
  }

  private status(record: CreditRecord): Status {
    return this.messages.status(record, this.clock.now());
  }

  private xml(status: Status): HttpReply {
    return {
      status: 200,
      headers: { 'content-type': XML },
      body: this.messages.write(status, this.scheme.versions.status, this.clock.now()),
    };
  }

  private unreadable(errors: readonly IsoError[]): HttpReply {
    const at = this.clock.now();
    return {
      status: 400,
      headers: { 'content-type': XML },
      body: this.messages.write(this.messages.unreadable(errors, at), REJECTION, at),
    };
  }
}

function acceptedAt(payment: CustomerPayment): number {
  return Date.parse(payment.acceptedAt ?? payment.createdAt);
}
