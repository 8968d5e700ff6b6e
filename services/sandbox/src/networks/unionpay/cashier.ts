import { readQr } from '@tonle/emvqr';
import { currency } from '@tonle/money';
import type { SignedParameters } from '@tonle/security';
import type { Pool } from 'undici';
import { z } from 'zod';
import { exchange } from '@tonle/network';
import type { FaultKind } from '../../kit/fault.js';
import { eitherAmount, readBody, readEither } from '../../kit/body.js';
import { underFault, type Operation } from '../../kit/faulty.js';
import { json, plain, type HttpCall, type HttpOutcome, type HttpReply } from '../../kit/listener.js';
import type { CreditRecord } from '../iso20022/books.js';
import { beijing, NETWORK } from './qrc.js';
import { orderFields, UpopGateway, type EnteredOrder, type UpopParts } from './upop.js';

// UnionPay's payment page: a shop sends its customer there with an order (txnType 01), the customer pays by card, and the shop's
// back URL is told until it answers with HTTP 200.

const NOTIFY_MS = 10_000;
/** Waits before each telling. */
const NOTIFY_WAITS_MS = [0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000];
const OFTEN = 5;
const RESUMED_MS = 24 * 3_600_000;

/** What `POST /control/unionpay/online-pay` takes. */
const onlinePayRequest = z.strictObject({
  /** The KHQR code of whom the shop sells for. */
  qrText: z.string().min(1).max(512),
  /** What the order asks for; without it what the code does. */
  amount: eitherAmount.optional(),
  orderId: z
    .string()
    .regex(/^[0-9A-Za-z]{8,40}$/)
    .optional(),
  /** How long its end is waited for. */
  waitMs: z.number().int().min(0).max(600_000).default(30_000),
});

/** What a fault changes of a payment. */
interface Trouble {
  readonly kind?: FaultKind;
  /** A query says that it is open for so long. */
  readonly pendingMs?: number;
  /** Its first notification tells so much more. */
  readonly addMinor?: bigint;
}

interface Told {
  readonly notifications: number;
  readonly taken: boolean;
}

export class Cashier {
  private readonly gateway: UpopGateway;
  private orders = 0;

  constructor(
    private readonly parts: Omit<UpopParts, 'notify'> & {
      readonly pool: Pool;
      /** Where shops have their customers' payments told: a page of Tonle. */
      readonly backUrl: string;
    },
  ) {
    this.gateway = new UpopGateway({ ...parts, notify: (fields) => this.tell(fields) });
  }

  /** The pages of the gateway. A customer who comes with an order (`frontTransReq.do`) pays it. */
  async answer(call: HttpCall): Promise<HttpOutcome> {
    if (!call.path.endsWith('/frontTransReq.do')) return this.gateway.answer(call);
    const order = this.parts.wire.read(call.body);
    if (order === undefined) return json(401, { reason: 'signature' });
    const entered = this.gateway.enter(order, this.parts.clock.now());
    if (typeof entered === 'string') return plain(200, `respCode=${entered}`);
    await this.charge(entered);
    void this.tell(paidFields(entered.told));
    return this.frontPage(order, entered.told);
  }

  /** `POST /control/unionpay/online-pay`: a shop makes an order for a code, its customer pays it. */
  async onlinePay(call: HttpCall): Promise<HttpOutcome> {
    const body = readBody(call, onlinePayRequest);
    if (body.kind === 'refused') return body.reply;
    const order = this.orderOf(body.value);
    if (order === undefined) return json(422, { error: 'the body does not fit', issues: ['amount: none'] });
    const { faults, pause, clock } = this.parts;
    const fault = faults.pick(NETWORK, 'pay.UPOP', { reference: order.orderId });
    const pay = async (how: Trouble): Promise<HttpReply> => {
      const entered = this.gateway.enter(order, clock.now());
      if (typeof entered === 'string') return json(422, { error: 'no such order', respCode: entered });
      return this.pay(entered, body.value.waitMs, { ...how, kind: fault?.fault });
    };
    const operation: Operation = {
      perform: (addMinor) => pay({ addMinor }),
      refuse: async (respCode) => json(422, { error: 'the card was refused', respCode }),
      late: (pendingMs) => pay({ pendingMs }),
      special: () => pay({}),
    };
    return underFault(fault, operation, pause);
  }

  /** Whoever was not told when the process died is told now: once more does no harm. */
  resume(): void {
    const { books, clock } = this.parts;
    for (const { entry, final } of books.debitsSince(clock.now() - RESUMED_MS)) {
      if (entry.told?.['txnType'] !== '01') continue;
      const ends = final === undefined ? this.finish(entry.uetr) : Promise.resolve();
      void ends.then(() => this.tell(paidFields(orderFields(entry.told ?? {}))));
    }
  }

  private orderOf({ qrText, amount: given, orderId }: z.infer<typeof onlinePayRequest>) {
    const { merchant, clock, backUrl } = this.parts;
    const code = readQr(qrText, clock.now());
    const { amount: text, currency: of = '' } = code.kind === 'read' ? code : {};
    const fixed = text === undefined ? undefined : readEither({ currency: of, amount: text });
    const price = given === undefined ? fixed : readEither(given);
    if (price === undefined) return undefined;
    this.orders += 1;
    const txnTime = beijing(clock.now()).slice(0, 14);
    return {
      version: '5.1.0',
      encoding: 'UTF-8',
      txnType: '01',
      txnSubType: '01',
      bizType: '000201',
      channelType: '07',
      accessType: '0',
      merId: merchant,
      orderId: orderId ?? `SHOP${beijing(clock.now())}${String(this.orders).padStart(4, '0')}`,
      txnTime,
      txnAmt: price.minor.toString(),
      currencyCode: currency(price.currency).numeric,
      backUrl,
      reqReserved: Buffer.from(qrText).toString('base64'),
    };
  }

  /** Charges the card and tells the shop's back URL; what a fault changes of that. */
  private async pay(entered: EnteredOrder, waitMs: number, how: Trouble): Promise<HttpReply> {
    const { pause } = this.parts;
    const { told } = entered;
    const { txnAmt = '0' } = told;
    const right = paidFields(told);
    const first =
      how.addMinor === undefined ? right : { ...right, txnAmt: (BigInt(txnAmt) + how.addMinor).toString() };
    // Told before anybody can find it.
    if (how.kind === 'call_back_first') await this.tellOnce(right, how.kind);
    await this.charge(entered, how.pendingMs);
    if (how.kind === 'call_back_often')
      await Promise.all(Array.from({ length: OFTEN }, () => this.tellOnce(right, how.kind)));
    if (how.kind === 'bad_signature' || how.kind === 'other_certificate' || first !== right)
      await this.tellOnce(first, how.kind);
    const ended = this.tell(right, how.kind === 'call_back_once' ? [0] : NOTIFY_WAITS_MS);
    const heard = await Promise.race([ended, pause(waitMs).then(() => undefined)]);
    return json(200, this.shown(entered, heard));
  }

  private shown({ told, queryId, minor }: EnteredOrder, heard: Told | undefined): object {
    const back = this.parts.books.refundsOf(queryId).filter(isDone);
    const { orderId, txnTime, txnAmt, currencyCode } = told;
    const state = heard?.taken !== true ? 'open' : back.length > 0 ? 'given_back' : 'completed';
    const settled = { currency: 'USD', minor: minor.toString() };
    return {
      state,
      orderId,
      txnTime,
      queryId,
      txnAmt,
      currencyCode,
      settled,
      notifications: heard?.notifications,
    };
  }

  private async charge({ told, queryId, minor }: EnteredOrder, pendingMs?: number): Promise<void> {
    const { books, clock, pause } = this.parts;
    const at = clock.now();
    const { orderId = '', traceNo = '', traceTime = '', accNo = '' } = told;
    await books.addDebit({
      uetr: queryId,
      messageId: orderId,
      endToEndId: orderId,
      transactionId: `${traceNo}${traceTime}`,
      payer: accNo,
      currency: 'USD',
      minor: minor.toString(),
      quoteId: '',
      acceptedAt: at,
      at,
      told,
    });
    if (pendingMs === undefined) return this.finish(queryId);
    void pause(pendingMs).then(() => this.finish(queryId));
  }

  private async finish(queryId: string): Promise<void> {
    const { books, clock } = this.parts;
    await books.end({ of: 'debit', uetr: queryId, status: 'ACCC', at: clock.now() });
  }

  /** Tells until it is taken. */
  private async tell(fields: SignedParameters, waitsMs = NOTIFY_WAITS_MS): Promise<Told> {
    let notifications = 0;
    for (const waitMs of waitsMs) {
      await this.parts.pause(waitMs);
      notifications += 1;
      if (await this.tellOnce(fields)) return { notifications, taken: true };
    }
    return { notifications, taken: false };
  }

  private async tellOnce(fields: SignedParameters, how?: FaultKind): Promise<boolean> {
    const { wire, pool } = this.parts;
    const right = wire.sign(fields, how === 'other_certificate' ? 1 : 0);
    const signed = how === 'bad_signature' ? wire.spoiled(right) : right;
    const outcome = await exchange(pool, {
      method: 'POST',
      path: new URL(fields['backUrl']!).pathname,
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
      body: Buffer.from(new URLSearchParams(signed).toString()),
      timeoutMs: NOTIFY_MS,
    });
    return outcome.kind === 'answered' && outcome.status === 200;
  }

  /** Sends the customer back to the shop with the result, as the payment page does. */
  private frontPage({ frontUrl = '' }: SignedParameters, told: SignedParameters): HttpReply {
    const inputs = Object.entries(this.parts.wire.sign(paidFields(told)))
      .map(([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`)
      .join('');
    const body = `<!doctype html><title>Paid</title><form method="post" action="${escaped(frontUrl)}">${inputs}<button>Back to the shop</button></form>`;
    return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
  }
}

function paidFields(told: SignedParameters): SignedParameters {
  return { ...told, respCode: '00', respMsg: 'success' };
}

function isDone({ final }: Pick<CreditRecord, 'final'>): boolean {
  return final?.status === 'ACCC';
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
