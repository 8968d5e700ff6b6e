import {
  readIso,
  type IsoError,
  type CustomerPayment,
  type ProxyRequest,
  type Return,
  type Status,
  type StatusRequest,
} from '@tonle/iso20022';
import type { PayeeRules } from './payees.js';
import type { CallFacts } from '../../kit/fault.js';
import { falsified, underFault, type Operation } from '../../kit/faulty.js';
import { json, type HttpCall, type HttpOutcome, type HttpReply } from '../../kit/listener.js';
import type { CreditRecord } from './books.js';
import type { SendingParts } from './delivery.js';
import type { IsoRecalls } from './recalls.js';
import { idOf, proxyReplyTo, qrTextOf, resolveQr } from './lookup.js';
import { REJECTION, XML } from './messages.js';
import { orderOf, whyNot, type IsoOrder } from './order.js';
import { notifies } from './scheme.js';
import { spoilSignature } from '../../kit/signed-wire.js';

const CALLBACK_MS = 10_000;

/** A network as Tonle's partner: payees, payments, enquiries, statements. */
export class IsoSwitch {
  constructor(
    private readonly parts: SendingParts & { readonly payees: PayeeRules; readonly recalls: IsoRecalls },
  ) {}

  /** Payments that were in progress when the process died are finished now. */
  async resume(): Promise<void> {
    await Promise.all(this.parts.books.openCredits().map((record) => this.finish(record)));
  }

  /** Every request must be signed by Tonle; every answer is signed. */
  async answer(call: HttpCall): Promise<HttpOutcome> {
    const who = this.parts.wire.check(call);
    if (who.kind === 'refused') return json(401, { reason: who.reason });
    const sign = (reply: HttpReply): HttpReply => this.parts.wire.sign(reply, who.nonce);
    const route = `${call.method} ${call.path}`;
    if (route === 'POST /qr/resolve' && this.parts.scheme.codes !== undefined)
      return this.run('qr.resolve', {}, () => this.resolve(call.body), sign);
    if (route === 'GET /statements/camt.053' && !notifies(this.parts.scheme))
      return this.run('camt.053', {}, () => this.statement(call.query), sign);
    if (call.method !== 'POST' || !call.path.startsWith('/iso20022/'))
      return sign(json(404, { reason: 'unknown path' }));
    const reading = readIso(call.body);
    if (reading.kind === 'refused') return sign(this.unreadable(reading.errors));
    const { message } = reading;
    if (call.path === '/iso20022/pacs.008' && message.kind === 'payment') return this.order(message, sign);
    if (call.path === '/iso20022/pacs.004' && message.kind === 'return') return this.order(message, sign);
    if (call.path === '/iso20022/camt.056' && message.kind === 'recall')
      return this.parts.recalls.answer(message, sign);
    if (call.path === '/iso20022/camt.029' && message.kind === 'recall_reply')
      return sign(this.parts.recalls.hear(message));
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
    return underFault(this.parts.faults.pick(this.parts.scheme.id, name, facts), operation, this.parts.pause);
  }

  private order(
    message: CustomerPayment | Return,
    sign: (reply: HttpReply) => HttpReply,
  ): Promise<HttpOutcome> {
    const order = orderOf(message, this.parts);
    const account = 'creditorAccount' in message ? message.creditorAccount?.id : undefined;
    const facts = {
      accounts: [order.account, account],
      minor: order.amount.minor,
      currency: order.amount.currency,
      uetr: order.uetr,
      reference: order.messageId,
    };
    const answer = (status: Status): HttpReply => sign(this.xml(status));
    const tell = (record: CreditRecord): HttpReply => answer(this.status(record));
    const operation: Operation = {
      perform: async (addMinor) => {
        const done = await this.book(order, 'final', addMinor);
        return 'record' in done ? tell(done.record) : answer(done.rejection);
      },
      refuse: async (code, texts) => {
        const done = await this.book(order, 'final', 0n, code);
        const status = 'record' in done ? this.status(done.record) : done.rejection;
        return answer(texts.length === 0 ? status : { ...status, reasonText: texts });
      },
      duplicate: async () => {
        const done = await this.book(order, 'final');
        if (!('record' in done)) return answer(done.rejection);
        await this.callBack(done.record);
        void this.callBack(done.record);
        return tell(done.record);
      },
      late: async (delayMs) => {
        const done = await this.book(order, 'pending');
        if (!('record' in done)) return answer(done.rejection);
        void this.parts
          .pause(delayMs)
          .then(() => this.finish(done.record))
          .then(() => this.callBack(done.record));
        return tell(done.record);
      },
      spoil: spoilSignature,
    };
    return underFault(
      this.parts.faults.pick(this.parts.scheme.id, order.family, facts),
      operation,
      this.parts.pause,
    );
  }

  /** Books an order once per key and MsgId; the same again finds what was booked first. */
  private async book(
    order: IsoOrder,
    how: 'final' | 'pending',
    addMinor = 0n,
    refusal?: string,
  ): Promise<{ record: CreditRecord } | { rejection: Status }> {
    const at = this.parts.clock.now();
    const { key, messageId, endToEndId, transactionId, account, acceptedAt, family, uetr } = order;
    if (key === undefined) return { rejection: this.parts.messages.rejection(order, 'CH21', at) };
    const known = this.parts.books.credit(key);
    if (known !== undefined) {
      await this.parts.books.settled();
      if (known.entry.messageId === messageId) return { record: known };
      return { rejection: this.parts.messages.rejection(order, 'DUPL', at) };
    }
    const reason = refusal ?? whyNot(order, this.parts, at);
    const { currency, minor } = order.amount;
    const record = await this.parts.books.addCredit({
      uetr: key,
      messageId,
      endToEndId,
      transactionId,
      account,
      currency,
      minor: falsified(minor, addMinor).toString(),
      status: reason !== undefined ? 'RJCT' : how === 'pending' ? 'PDNG' : 'ACCC',
      ...(reason === undefined ? {} : { reason }),
      acceptedAt,
      at,
      ...(family === 'pacs.004' && { refundOf: uetr ?? 'NOTPROVIDED' }),
    });
    return { record };
  }

  private async finish({ entry }: CreditRecord): Promise<void> {
    await this.parts.books.end({
      of: 'credit',
      uetr: entry.uetr,
      status: 'ACCC',
      at: this.parts.clock.now(),
    });
  }

  private async callBack(record: CreditRecord): Promise<void> {
    await this.parts.wire.post(
      '/iso20022/pacs.002',
      XML,
      this.parts.messages.write(
        this.status(record),
        this.parts.scheme.versions.status,
        this.parts.clock.now(),
      ),
      CALLBACK_MS,
    );
  }

  private async enquire(request: StatusRequest): Promise<HttpReply> {
    const { originalMessageId: asked, originalMessageName = '', originalTransactionId } = request;
    const isReturn = originalMessageName.startsWith('pacs.004');
    const key = isReturn ? (originalTransactionId ?? asked) : request.originalUetr;
    const record = key === undefined ? undefined : this.parts.books.credit(key);
    await this.parts.books.settled();
    if (record !== undefined && (asked === undefined || asked === record.entry.messageId))
      return this.xml(this.status(record));
    return this.xml(this.parts.messages.notFound(request, this.parts.clock.now()));
  }

  private lookUp(request: ProxyRequest): HttpReply {
    const at = this.parts.clock.now();
    const reply = proxyReplyTo(request, this.parts.messages, this.parts.payees, at);
    const body = this.parts.messages.write(reply, this.parts.scheme.versions.proxyReply, at);
    return { status: 200, headers: { 'content-type': XML }, body };
  }

  private resolve(body: Buffer): Promise<HttpReply> {
    const found = resolveQr(qrTextOf(body), this.parts.scheme, this.parts.payees, this.parts.clock.now());
    return Promise.resolve(json(200, found));
  }

  private async statement(query: URLSearchParams): Promise<HttpReply> {
    const day = query.get('day') ?? '';
    const from = this.parts.messages.dayStart(day);
    if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(from))
      return json(400, { reason: 'day is YYYY-MM-DD' });
    await this.parts.books.settled();
    const lines = this.parts.books.statement(from, from + 86_400_000);
    const text = this.parts.messages.statement(day, lines, this.parts.clock.now());
    return { status: 200, headers: { 'content-type': XML }, body: text };
  }

  private status(record: CreditRecord): Status {
    return this.parts.messages.status(record, this.parts.clock.now());
  }

  private xml(status: Status): HttpReply {
    return {
      status: 200,
      headers: { 'content-type': XML },
      body: this.parts.messages.write(status, this.parts.scheme.versions.status, this.parts.clock.now()),
    };
  }

  private unreadable(errors: readonly IsoError[]): HttpReply {
    const at = this.parts.clock.now();
    return {
      status: 400,
      headers: { 'content-type': XML },
      body: this.parts.messages.write(this.parts.messages.unreadable(errors, at), REJECTION, at),
    };
  }
}
