import { createHash } from 'node:crypto';
import { amount, findCurrencyByNumeric } from '@tonle/money';
import type { Clock } from '@tonle/platform';
import type { SignedParameters } from '@tonle/security';
import type { FaultBook } from '../../kit/fault-book.js';
import { falsified, underFault, type Operation, type Pause } from '../../kit/faulty.js';
import { json, type HttpCall, type HttpOutcome, type HttpReply } from '../../kit/listener.js';
import type { CreditRecord, DebitRecord, IsoBooks } from '../iso20022/books.js';
import type { AcpWire } from './acp-wire.js';
import { inDollars } from './merchants.js';
import { beijing, NETWORK } from './qrc.js';

// UPOP / ACP 5.1.0 with Tonle as the merchant: orders of card holders, what gives them back, queries about both.

export const UPOP_BASE = '/gateway/api/';
const ORDER_ID = /^[0-9A-Za-z]{8,40}$/;
const TIME = /^\d{14}$/;
const CARD = '6216261000000000018';

export interface UpopParts {
  readonly merchant: string;
  readonly wire: AcpWire;
  readonly books: IsoBooks;
  readonly faults: FaultBook;
  readonly clock: Clock;
  readonly pause: Pause;
  /** Sends a form to a page of Tonle until it is taken. */
  notify(fields: SignedParameters): Promise<unknown>;
}

/** What is entered of an order: its values as they are told later, and what is settled, cents. */
export interface EnteredOrder {
  readonly told: SignedParameters;
  readonly queryId: string;
  readonly minor: bigint;
}

/** UnionPay's key of an order. */
function queryIdOf({ orderId = '', txnTime = '', merId = '' }: SignedParameters): string {
  return `${txnTime}${digits(`${merId} ${orderId} ${txnTime}`, 7)}`;
}

/** What any notification and any answer to a query says of an order. */
export function orderFields(told: Readonly<Record<string, unknown>>): SignedParameters {
  return Object.fromEntries(
    Object.entries(told).filter((each): each is [string, string] => typeof each[1] === 'string'),
  );
}

export class UpopGateway {
  constructor(private readonly parts: UpopParts) {}

  /** `backTransReq.do` and `queryTrans.do`. */
  async answer(call: HttpCall): Promise<HttpOutcome> {
    const { wire, merchant } = this.parts;
    const asked = wire.read(call.body);
    if (asked === undefined) return json(401, { reason: 'signature' });
    const page = call.path.slice(UPOP_BASE.length);
    const { txnType = '', merId, orderId = '', txnTime = '' } = asked;
    if (merId !== merchant || !ORDER_ID.test(orderId) || !TIME.test(txnTime)) return this.say(asked, '10');
    if (page === 'queryTrans.do' && txnType === '00') return this.query(asked);
    if (page === 'backTransReq.do' && (txnType === '04' || txnType === '31'))
      return this.back(asked, txnType);
    return this.say(asked, '10');
  }

  /** A purchase (01) as it would be booked; or the respcode that refuses it. */
  enter(order: SignedParameters, now: number): EnteredOrder | string {
    const { orderId = '', txnTime = '', txnAmt = '', currencyCode = '', merId } = order;
    const code = findCurrencyByNumeric(currencyCode)?.code;
    if (merId !== this.parts.merchant || !ORDER_ID.test(orderId) || !TIME.test(txnTime)) return '10';
    if (!/^[1-9]\d{0,11}$/.test(txnAmt) || code === undefined) return '10';
    const queryId = queryIdOf(order);
    if (this.parts.books.debit(queryId) !== undefined) return '12';
    const paid = amount(code, BigInt(txnAmt));
    const settled = inDollars(paid);
    if (settled === undefined || settled.minor <= 0n) return '33';
    const told = {
      ...this.entry(order, queryId, now),
      txnAmt: paid.minor.toString(),
      settleAmt: settled.minor.toString(),
      accNo: `${CARD.slice(0, 4)}***********${CARD.slice(-4)}`,
      payCardType: '01',
    };
    return { told, queryId, minor: settled.minor };
  }

  private entry(order: SignedParameters, queryId: string, now: number): SignedParameters {
    const { version, encoding, txnType, txnSubType, bizType, accessType, merId, orderId, txnTime } = order;
    const { backUrl, reqReserved = '', currencyCode = '', origQryId = '' } = order;
    const at = beijing(now);
    const known = { version, encoding, txnType, txnSubType, bizType, accessType, merId, orderId, txnTime };
    return {
      ...orderFields(known),
      ...orderFields({ backUrl, reqReserved, currencyCode, origQryId }),
      queryId,
      settleCurrencyCode: '840',
      settleDate: at.slice(4, 8),
      traceNo: digits(queryId, 6),
      traceTime: at.slice(4, 14),
    };
  }

  private async query(asked: SignedParameters): Promise<HttpOutcome> {
    const { books, wire, faults, pause } = this.parts;
    const answer = async (addMinor = 0n): Promise<HttpReply> => {
      const record = this.find(asked);
      await books.settled();
      if (record === undefined) return this.say(asked, '34');
      const told = orderFields(record.entry.told ?? {});
      const txnAmt = falsified(BigInt(told['txnAmt']!), addMinor).toString();
      return wire.reply({
        ...asked,
        ...told,
        txnType: '00',
        txnAmt,
        respCode: '00',
        respMsg: 'success',
        origRespCode: standing(record),
        origRespMsg: standing(record) === '00' ? 'success' : 'not done',
      });
    };
    const operation: Operation = {
      perform: answer,
      refuse: async (code) => this.say(asked, code),
      special: async () => wire.otherwise(await answer()),
      spoil: (reply) => wire.spoil(reply),
    };
    return underFault(faults.pick(NETWORK, 'UPOP_QUERY', { reference: asked['orderId'] }), operation, pause);
  }

  private find(key: SignedParameters): DebitRecord | CreditRecord | undefined {
    const { books } = this.parts;
    const queryId = queryIdOf(key);
    return books.debit(queryId) ?? books.credit(queryId);
  }

  private async back(asked: SignedParameters, txnType: '04' | '31'): Promise<HttpOutcome> {
    const { faults, pause, clock, books, wire } = this.parts;
    const taken = async (how: Parameters<UpopGateway['give']>[1] = {}): Promise<HttpReply> => {
      const record = await this.give(asked, how);
      return typeof record === 'string'
        ? this.say(asked, record)
        : this.say(asked, '00', { queryId: queryIdOf(asked) });
    };
    const operation: Operation = {
      perform: (addMinor) => taken({ addMinor }),
      refuse: async (code) => {
        await this.give(asked, { refusal: code });
        return this.say(asked, code);
      },
      late: async (delayMs) => {
        const reply = await taken({ pending: true });
        const ends = async (): Promise<void> => {
          const uetr = queryIdOf(asked);
          await books.end({ of: 'credit', uetr, status: 'ACCC', at: clock.now() });
          await this.tell(uetr);
        };
        void pause(delayMs).then(ends);
        return reply;
      },
      spoil: (reply) => wire.spoil(reply),
    };
    const { orderId, origQryId, txnAmt = '0' } = asked;
    const minor = /^\d+$/.test(txnAmt) ? BigInt(txnAmt) : undefined;
    const facts = { accounts: [origQryId], minor, reference: orderId };
    return underFault(faults.pick(NETWORK, `UPOP_${txnType}`, facts), operation, pause);
  }

  /** Gives back once per order; the respcode of what refuses it. */
  private async give(
    asked: SignedParameters,
    {
      addMinor = 0n,
      pending = false,
      refusal,
    }: { readonly addMinor?: bigint; readonly pending?: boolean; readonly refusal?: string },
  ): Promise<CreditRecord | string> {
    const { books, clock } = this.parts;
    const uetr = queryIdOf(asked);
    if (books.credit(uetr) !== undefined) return '12';
    const at = clock.now();
    const { origQryId = '', orderId = '' } = asked;
    const original = books.debit(origQryId);
    const wrong = this.whyNot(asked, original, at);
    if (wrong !== undefined) return wrong;
    const { currencyCode, settleAmt, txnAmt } = orderFields(original!.entry.told ?? {});
    const given = falsified(BigInt(asked['txnAmt']!), addMinor);
    // The same part of what was settled, rounded down.
    const minor = (BigInt(settleAmt!) * given) / BigInt(txnAmt!);
    const order = { ...asked, currencyCode: currencyCode! };
    const told = { ...this.entry(order, uetr, at), txnAmt: given.toString(), settleAmt: minor.toString() };
    const record = await books.addCredit({
      uetr,
      messageId: orderId,
      endToEndId: orderId,
      refundOf: origQryId,
      account: original!.entry.payer,
      currency: 'USD',
      minor: minor.toString(),
      status: refusal !== undefined ? 'RJCT' : pending ? 'PDNG' : 'ACCC',
      ...(refusal !== undefined && { reason: refusal }),
      acceptedAt: at,
      at,
      told,
    });
    return record;
  }

  /** All of it and only once on its settlement day (31), else never more than all of it. */
  private whyNot(
    { txnType, txnAmt = '', origQryId = '' }: SignedParameters,
    original: DebitRecord | undefined,
    now: number,
  ): string | undefined {
    if (original?.final?.status !== 'ACCC') return '35';
    if (!/^[1-9]\d{0,11}$/.test(txnAmt)) return '10';
    const all = BigInt(orderFields(original.entry.told ?? {})['txnAmt']!);
    const before = this.parts.books
      .refundsOf(origQryId)
      .filter((each) => each.final?.status !== 'RJCT')
      .reduce((sum, { entry }) => sum + BigInt(orderFields(entry.told ?? {})['txnAmt']!), 0n);
    if (txnType === '04') return before + BigInt(txnAmt) > all ? '36' : undefined;
    if (settlementDay(original.entry.at) !== settlementDay(now)) return '39';
    return before === 0n && BigInt(txnAmt) === all ? undefined : '36';
  }

  /** The notification of what was given back. */
  private async tell(queryId: string): Promise<void> {
    const record = this.parts.books.credit(queryId);
    if (record === undefined) return;
    await this.parts.notify({ ...orderFields(record.entry.told ?? {}), respCode: '00', respMsg: 'success' });
  }

  private say(asked: SignedParameters, respCode: string, more: SignedParameters = {}): HttpReply {
    const respMsg = respCode === '00' ? 'success' : 'failed';
    return this.parts.wire.reply({ ...asked, ...more, respCode, respMsg });
  }
}

function standing({ entry, final }: DebitRecord | CreditRecord): string {
  if (final === undefined) return '05';
  if (final.status === 'ACCC') return '00';
  return ('reason' in entry ? entry.reason : undefined) ?? '01';
}

/** It ends at 23:00 in Beijing. */
function settlementDay(at: number): string {
  return beijing(at + 3_600_000).slice(0, 8);
}

function digits(of: string, count: number): string {
  const number = BigInt(`0x${createHash('sha256').update(of).digest('hex')}`) % 10n ** BigInt(count);
  return number.toString().padStart(count, '0');
}
