import type { Clock } from '@tonle/platform';
import type { CallFacts, Fault } from '../../kit/fault.js';
import type { FaultBook } from '../../kit/fault-book.js';
import { underFault, type Operation, type Pause } from '../../kit/faulty.js';
import { json, type HttpCall, type HttpOutcome, type HttpReply } from '../../kit/listener.js';
import type { CreditRecord, IsoBooks } from '../iso20022/books.js';
import { answerFiles } from './acp.js';
import type { AcpWire } from './acp-wire.js';
import { spoilJws, type JoseWire } from './jose-wire.js';
import { findAddress, inDollars } from './merchants.js';
import { accountOf, digits, isRefund, orderOf, type Twist } from './orders.js';
import {
  answerTo,
  beijing,
  money,
  moneyIn,
  NETWORK,
  readMoney,
  readQrcBody,
  text,
  writeMessage,
  type Qrc,
} from './qrc.js';
import { codesAnswer } from './payer-codes.js';
import { statusOf, voucherOf } from './records.js';
import { isDrawn } from './scan.js';
import type { UnionPayTill } from './till.js';

const ACP_PATH = '/acp/files';
const NOTIFY_PATH = '/unionpay/trxresultnotification';
const NOTIFY_MS = 10_000;
const DISCOUNT_CENTS = 63n;

const ROUTES: Readonly<Record<string, string>> = {
  '/scis/switch/qrcinfoinquiry': 'QRC_INFO_INQUIRY',
  '/scis/switch/qremvpayment': 'MPQRC_PAYMENT_EMV',
  '/scis/switch/qrurlpayment': 'MPQRC_PAYMENT_URL',
  '/scis/switch/trxresultinquiry': 'TRX_RESULT_INQUIRY',
  '/scis/switch/exchangerateinquiry': 'EXCHANGE_RATE_INQUIRY',
  '/scis/switch/qrcgeneration': 'QRC_GENERATION',
  '/scis/switch/additionalprocessingresult': 'ADDITIONAL_PROCESSING_RESULT',
  '/scis/switch/cancellation': 'CANCELLATION',
  '/scis/switch/refund': 'REFUND',
  '/uags/api/v1/exchange': 'KEY_EXCHANGE',
};
/** They move money. */
const ORDERS: ReadonlySet<string> = new Set([
  'MPQRC_PAYMENT_EMV',
  'MPQRC_PAYMENT_URL',
  'CANCELLATION',
  'REFUND',
]);

/** How an order is booked, when it is not as asked for. */
interface Booking extends Twist {
  readonly pending?: boolean;
  readonly refusal?: string;
}

export interface GatewayParts {
  /** How files are asked for. */
  readonly acp: { readonly wire: AcpWire; readonly merchant: string };
  /** What Tonle's payers are debited for, who showed a code. */
  readonly till: Pick<UnionPayTill, 'result' | 'isClosed'>;
  readonly institution: string;
  readonly books: IsoBooks;
  readonly wire: JoseWire;
  readonly faults: FaultBook;
  readonly clock: Clock;
  readonly pause: Pause;
}

/** UnionPay's gateway as Tonle's partner: codes, payments, refunds, rates, results. */
export class QrcGateway {
  constructor(private readonly parts: GatewayParts) {}

  /** Payments that were in progress when the process died are finished now. */
  async resume(): Promise<void> {
    const open = this.parts.books.openCredits().filter((record) => !isDrawn(record));
    await Promise.all(open.map((record) => this.finish(record)));
  }

  /** Every request must be signed by Tonle; every answer is signed. */
  async answer(call: HttpCall): Promise<HttpOutcome> {
    const { wire, institution, till } = this.parts;
    if (call.path === ACP_PATH) return this.files(call.body);
    const who = wire.check(call);
    if (who.kind === 'refused') return json(401, { reason: who.reason });
    const sign = (reply: HttpReply): HttpReply => wire.sign(reply, who.id);
    const name = ROUTES[call.path];
    if (call.method !== 'POST' || name === undefined) return sign(json(404, { reason: 'unknown path' }));
    const asked = readQrcBody(call.body);
    if (asked?.msgInfo.msgType !== name || asked.msgInfo.insID !== institution)
      return sign(answerTo(asked, '30'));
    if (ORDERS.has(name)) return this.order(name, asked, sign);
    const perform = {
      QRC_INFO_INQUIRY: codeAnswer,
      EXCHANGE_RATE_INQUIRY: rateAnswer,
      QRC_GENERATION: codesAnswer,
      ADDITIONAL_PROCESSING_RESULT: (message: Qrc) => till.result(message),
      KEY_EXCHANGE: (message: Qrc) => wire.partnerKeys.exchange(message),
    }[name];
    const facts = { reference: asked.msgInfo.msgID };
    return this.run(name, facts, asked, sign, async () => perform?.(asked) ?? this.result(asked));
  }

  private async files(body: Buffer): Promise<HttpOutcome> {
    const { acp, books, faults, pause, clock } = this.parts;
    const fault = faults.pick(NETWORK, 'FILE_TRANSFER', {});
    const answer = async () =>
      (await answerFiles(body, acp, books, fault, clock.now())) ?? json(401, { reason: 'signature' });
    const operation: Operation = { perform: answer, refuse: answer };
    return underFault(fault, operation, pause);
  }

  private run(
    name: string,
    facts: CallFacts,
    asked: Qrc,
    sign: (reply: HttpReply) => HttpReply,
    perform: () => Promise<HttpReply>,
  ): Promise<HttpOutcome> {
    const operation: Operation = {
      perform: async () => sign(await perform()),
      refuse: (code) => Promise.resolve(sign(answerTo(asked, code))),
      spoil: spoilJws,
    };
    return underFault(this.parts.faults.pick(NETWORK, name, facts), operation, this.parts.pause);
  }

  private order(name: string, asked: Qrc, sign: (reply: HttpReply) => HttpReply): Promise<HttpOutcome> {
    const { faults, pause, books } = this.parts;
    const price = moneyIn(asked, isRefund(asked) ? 'sett' : 'trx');
    const tell = (record: CreditRecord): HttpReply => sign(orderAnswer(asked, record));
    const book = async (booking: Booking = {}) => this.book(asked, booking);
    const operation: Operation = {
      perform: async (addMinor) => tell(await book(addMinor === undefined ? {} : { addMinor })),
      refuse: async (code) => tell(await book({ refusal: code })),
      duplicate: async () => {
        const record = await book();
        await this.notify(record);
        return tell(record);
      },
      late: async (delayMs) => {
        const record = await book({ pending: true });
        const ends = async () => this.notify(await this.finish(record));
        void pause(delayMs).then(ends);
        return tell(record);
      },
      special: async (fault) => this.special(fault, book, tell),
      spoil: spoilJws,
    };
    const facts = {
      accounts: [accountOf(asked, books)],
      minor: price?.minor,
      currency: price?.currency,
      reference: asked.msgInfo.msgID,
    };
    return underFault(faults.pick(NETWORK, name, facts), operation, pause);
  }

  /** Less than asked for with the original named; told before the answer; told five times. */
  private async special(
    { fault, addMinor = `-${DISCOUNT_CENTS}` }: Fault,
    book: (booking?: Booking) => Promise<CreditRecord>,
    tell: (record: CreditRecord) => HttpReply,
  ): Promise<HttpReply> {
    if (fault === 'discount') return tell(await book({ discount: -BigInt(addMinor) }));
    const record = await book();
    const times = fault === 'call_back_often' ? 5 : 1;
    for (let time = 0; time < times; time += 1) await this.notify(record);
    return tell(record);
  }

  /** Books an order once per message id; the same again finds what was booked first. */
  private async book(asked: Qrc, booking: Booking): Promise<CreditRecord> {
    const { books, clock } = this.parts;
    const { msgID } = asked.msgInfo;
    const known = books.credit(msgID);
    if (known !== undefined) {
      await books.settled();
      return known;
    }
    const at = clock.now();
    const { reason: own, minor, ...order } = orderOf(asked, books, at, booking);
    const reason = booking.refusal ?? own;
    return books.addCredit({
      ...order,
      uetr: msgID,
      messageId: msgID,
      endToEndId: voucherOf(msgID),
      currency: 'USD',
      minor: minor.toString(),
      status: reason !== undefined ? 'RJCT' : booking.pending === true ? 'PDNG' : 'ACCC',
      ...(reason === undefined ? {} : { reason }),
      acceptedAt: at,
      at,
    });
  }

  private async finish(record: CreditRecord): Promise<CreditRecord> {
    const { books, clock } = this.parts;
    await books.end({ of: 'credit', uetr: record.entry.uetr, status: 'ACCC', at: clock.now() });
    return record;
  }

  private async notify(record: CreditRecord): Promise<void> {
    const { institution, wire, clock } = this.parts;
    const { uetr } = record.entry;
    const fields = { origMsgID: uetr, ...statusOf(record) };
    const msgID = `U${institution}${digits(`${uetr} ${clock.now()}`, 18)}`;
    const body = writeMessage(msgID, 'TRX_RESULT_NOTIFICATION', institution, clock.now(), fields);
    await wire.post(NOTIFY_PATH, body, NOTIFY_MS);
  }

  private async result(asked: Qrc): Promise<HttpReply> {
    const { books, till } = this.parts;
    const original = text(asked.trxInfo, 'origMsgID') ?? '';
    const record = books.credit(original);
    await books.settled();
    if (record === undefined) return answerTo(asked, '25', { origMsgID: original });
    const { deviceID, origMsgType } = asked.trxInfo;
    // What a till has given up is not debited any more, whatever is still to be cleared.
    const isGivenUp = record.final === undefined && till.isClosed(record.entry.transactionId);
    const status = {
      ...statusOf(record),
      ...(isGivenUp && { paymentStatus: 'REJECTED', rejectionReason: '12' }),
    };
    return answerTo(asked, '00', { deviceID, origMsgID: original, origMsgType, ...status });
  }
}

function codeAnswer(asked: Qrc): HttpReply {
  const found = findAddress(text(asked.trxInfo, 'mpqrcPayload') ?? '');
  if (found.kind === 'refused') return answerTo(asked, found.code);
  const { name: merchantName, mcc, price } = found;
  const trxAmt = price === undefined ? undefined : money(price).text;
  return answerTo(asked, '00', { trxAmt, trxCurrency: '156', qrcUseCase: '10', merchantName, mcc });
}

function rateAnswer(asked: Qrc): HttpReply {
  const value = readMoney(text(asked.trxInfo, 'origAmt'), text(asked.trxInfo, 'origCurrency'));
  const dollars = value === undefined ? undefined : inDollars(value);
  if (dollars === undefined || asked.trxInfo['exchangeCurrency'] !== '840') return answerTo(asked, '12');
  return answerTo(asked, '00', { exchangeAmt: money(dollars).text });
}

function orderAnswer(asked: Qrc, record: CreditRecord): HttpReply {
  const { entry, final } = record;
  const code = final === undefined ? '04' : final.status === 'ACCC' ? '00' : (entry.reason ?? '99');
  return answerTo(asked, code, { ...entry.told, qrcVoucherNo: entry.endToEndId });
}

/** The shape of a card holder's message id: letter, institution, time, digits. */
export function messageIdAt(institution: string, at: number, of: string): string {
  return `U${institution}${beijing(at).slice(0, 14)}${digits(of, 12)}`;
}
