import { randomUUID } from 'node:crypto';
import { amount } from '@tonle/money';
import type { Fault } from '../../kit/fault.js';
import type { HttpReply } from '../../kit/listener.js';
import type { CreditRecord } from '../iso20022/books.js';
import type { Call, DoorClient, DoorClientParts } from './door-client.js';
import { CANCELLED, DrawingResults } from './drawing-results.js';
import { NETWORK, text, type Qrc } from './qrc.js';
import { statusOf } from './records.js';
import {
  debitFields,
  isDrawn,
  outcomeOf,
  processingFields,
  RESULT,
  Scan,
  type ScanOutcome,
  type ScanStep,
  type WantedScan,
} from './scan.js';

const PROCESSING: Call = {
  path: '/unionpay/additionalprocessing',
  type: 'ADDITIONAL_PROCESSING',
  ms: 10_000,
};
const DEBIT: Call = { path: '/unionpay/debittransaction', type: 'DEBIT_TRANSACTION', ms: 10_000 };
const CANCELLATION: Call = { path: '/unionpay/cancellation', type: 'CANCELLATION', ms: 12_000 };
const ENQUIRY: Call = { path: '/unionpay/trxresultinquiry', type: 'TRX_RESULT_INQUIRY', ms: 10_000 };
const NOTICE: Call = { path: '/unionpay/trxresultnotification', type: 'TRX_RESULT_NOTIFICATION', ms: 10_000 };
/** The till asks when nothing was told for so long. */
const ENQUIRY_MS = [500, 1_000, 2_000, 2_000];
const AGAIN_MS = [300, 1_000, 2_000, 5_000];
const DEBITS_MAX = 3;
const CANCELS_MAX = 40;

/**
 * The till of a merchant abroad: has Tonle take the money of the payer who shows a code, debits Tonle when it says that it has it,
 * asks when it hears nothing, and cancels when that takes too long.
 */
export class UnionPayTill {
  /** By the message that asked. */
  private readonly scans = new Map<string, Scan>();
  private readonly results: DrawingResults;

  constructor(
    private readonly parts: DoorClientParts,
    private readonly door: DoorClient,
  ) {
    this.results = new DrawingResults(parts.books, parts.clock, this.scans);
  }

  /** ADDITIONAL_PROCESSING_RESULT of Tonle. */
  result(asked: Qrc): Promise<HttpReply> {
    return this.results.answer(asked);
  }

  /** One scan to its end. */
  async scan(wanted: WantedScan, step: ScanStep): Promise<ScanOutcome> {
    const scan = new Scan(wanted);
    this.scans.set(wanted.msgID, scan);
    const code = await this.ask(scan);
    step('answered', code ?? 'nothing');
    if (code !== undefined && code !== '00') return outcomeOf(scan, 'rejected', code);
    const refusal = await this.waitFor(scan, step);
    if (refusal !== undefined) return outcomeOf(scan, 'rejected', refusal);
    const { heard } = scan;
    if (heard === undefined) return this.cancel(scan, step);
    step('result', heard.kind);
    return heard.kind === 'rejected'
      ? outcomeOf(scan, 'rejected', heard.reason)
      : this.debit(scan, heard.record, step);
  }

  /** Has it been given up? Nothing is debited then. */
  isClosed(reference: string | undefined): boolean {
    return this.scans.get(reference ?? '')?.isClosed === true;
  }

  /** What was debited, or not, when the process died: Tonle knows, or is told that nothing comes any more. */
  resume(onError: (error: unknown) => void): void {
    for (const record of this.parts.books.openCredits().filter(isDrawn)) {
      const { transactionId: msgID = '', account: merchant, minor } = record.entry;
      const price = amount('USD', BigInt(minor));
      const scan = new Scan({ msgID, code: '', merchant, price, patienceMs: 0 });
      scan.hear({ kind: 'continuing', record });
      this.scans.set(msgID, scan);
      void this.settle(scan, record, () => undefined).catch(onError);
    }
  }

  /** Undefined: nothing was heard. */
  private async ask({ wanted }: Scan): Promise<string | undefined> {
    const { msgID, merchant, price } = wanted;
    const facts = { reference: msgID, minor: price.minor, currency: price.currency, accounts: [merchant] };
    return this.send(PROCESSING, msgID, facts, () => processingFields(wanted));
  }

  /** Until Tonle has told its result, or the till's patience is over. A reason: Tonle says that there is none. */
  private async waitFor(scan: Scan, step: ScanStep): Promise<string | undefined> {
    const { clock, pause } = this.parts;
    const { msgID, patienceMs } = scan.wanted;
    const until = clock.now() + patienceMs;
    while (scan.heard === undefined && clock.now() < until) {
      const wait = ENQUIRY_MS[Math.min(scan.inquiries, ENQUIRY_MS.length - 1)]!;
      await Promise.race([scan.told, pause(Math.min(wait, Math.max(until - clock.now(), 1)))]);
      if (scan.heard !== undefined) return undefined;
      const { status, reason } = await this.inquire(scan, msgID, PROCESSING.type);
      step('inquired', status);
      if (status === 'REJECTED') return reason ?? '71';
    }
    return undefined;
  }

  private async inquire(scan: Scan, origMsgID: string, origMsgType: string) {
    scan.inquiries += 1;
    const heard = await this.door.call(ENQUIRY, this.door.newId(randomUUID()), { origMsgID, origMsgType });
    if (heard.kind === 'silent') return { status: 'silent' };
    const { trxInfo, msgResponse } = heard.message;
    return {
      status: text(trxInfo, 'paymentStatus') ?? msgResponse?.responseCode ?? 'silent',
      reason: text(trxInfo, 'rejectionReason'),
    };
  }

  private async debit(scan: Scan, record: CreditRecord, step: ScanStep): Promise<ScanOutcome> {
    const { wanted } = scan;
    const msgID = this.door.newId(randomUUID());
    const { uetr } = record.entry;
    const { minor, currency } = wanted.price;
    const facts = { reference: uetr, minor, currency, accounts: [wanted.merchant] };
    let code: string | undefined;
    for (let time = 0; time < DEBITS_MAX && code === undefined && !scan.isClosed; time += 1) {
      if (time > 0) await this.parts.pause(AGAIN_MS[time]!);
      code = await this.send(DEBIT, msgID, facts, (fault) =>
        debitFields(wanted.price, record, msgID, this.parts.clock.now(), fault),
      );
    }
    step('debited', code ?? 'nothing');
    return code === undefined ? this.settle(scan, record, step) : this.ended(scan, record, code);
  }

  /** Nobody knows whether Tonle took the debit: it is asked, and else told that it is not wanted. */
  private async settle(scan: Scan, record: CreditRecord, step: ScanStep): Promise<ScanOutcome> {
    const { status, reason } = await this.inquire(scan, record.entry.uetr, RESULT);
    step('inquired', status);
    if (status === 'APPROVED') return this.ended(scan, record, '00');
    return status === 'REJECTED' ? this.ended(scan, record, reason ?? '71') : this.cancel(scan, step);
  }

  private async ended(scan: Scan, record: CreditRecord, code: string): Promise<ScanOutcome> {
    const { books, clock } = this.parts;
    const { uetr } = record.entry;
    const isPaid = code === '00';
    const why = isPaid ? {} : { reason: code };
    await books.end({ of: 'credit', uetr, status: isPaid ? 'ACCC' : 'RJCT', ...why, at: clock.now() });
    await this.notify(record);
    return outcomeOf(scan, isPaid ? 'completed' : 'rejected', isPaid ? undefined : code);
  }

  private async notify(record: CreditRecord): Promise<void> {
    const fields = { origMsgID: record.entry.uetr, ...statusOf(record) };
    await this.door.call(NOTICE, this.door.newId(randomUUID()), fields);
  }

  /** Nothing is debited from now on. What Tonle says that it has given back was debited, unheard. */
  private async cancel(scan: Scan, step: ScanStep): Promise<ScanOutcome> {
    const { pause } = this.parts;
    const { msgID: origMsgID } = scan.wanted;
    scan.isClosed = true;
    const id = this.door.newId(randomUUID());
    for (let cancels = 1; cancels <= CANCELS_MAX; cancels += 1) {
      const heard = await this.door.call(CANCELLATION, id, { origMsgID, origMsgType: PROCESSING.type });
      const answer = heard.kind === 'heard' ? heard.message : undefined;
      step('cancelled', answer?.msgResponse?.responseCode ?? 'nothing');
      if (answer?.msgResponse?.responseCode === '00') {
        await this.bookCancelled(scan, id, answer);
        return { ...outcomeOf(scan, 'cancelled'), cancels };
      }
      await pause(AGAIN_MS[Math.min(cancels - 1, AGAIN_MS.length - 1)]!);
    }
    return { ...outcomeOf(scan, 'open'), cancels: CANCELS_MAX };
  }

  private async bookCancelled({ heard }: Scan, id: string, answer: Qrc): Promise<void> {
    const { books, clock } = this.parts;
    if (heard?.kind !== 'continuing') return;
    const { uetr, account: payer, minor } = heard.record.entry;
    const at = clock.now();
    const isGivenBack = text(answer.trxInfo, 'paymentStatus') === 'APPROVED';
    const status = isGivenBack ? 'ACCC' : 'RJCT';
    await books.end({ of: 'credit', uetr, status, ...(isGivenBack ? {} : { reason: CANCELLED }), at });
    if (!isGivenBack) return;
    const names = { uetr: id, messageId: id, endToEndId: id.slice(-12), transactionId: id.slice(-6) };
    const given = { payer, currency: 'USD', minor, quoteId: uetr, refundOf: uetr, acceptedAt: at, at };
    await books.addDebit({ ...names, ...given });
    const reference = text(answer.trxInfo, 'referNo');
    await books.end({
      of: 'debit',
      uetr: id,
      status: 'ACCC',
      ...(reference !== undefined && { reference }),
      at,
    });
  }

  /** Its code; undefined when nothing was heard. */
  private async send(
    call: Call,
    msgID: string,
    facts: Parameters<DoorClientParts['faults']['pick']>[2],
    fieldsUnder: (fault?: Fault) => object,
  ): Promise<string | undefined> {
    const { faults, pause } = this.parts;
    const fault = faults.pick(NETWORK, `pay.${call.type}`, facts);
    if (fault?.fault === 'delay') await pause(fault.delayMs ?? 1000);
    if (fault?.fault === 'timeout_before') return undefined;
    const fields = fieldsUnder(fault);
    const once = () => this.door.call(call, msgID, fields);
    if (fault?.fault === 'duplicate') await Promise.all([once(), once()]);
    const heard = await once();
    if (fault?.fault === 'timeout_after' || heard.kind === 'silent') return undefined;
    return heard.message.msgResponse?.responseCode;
  }
}
