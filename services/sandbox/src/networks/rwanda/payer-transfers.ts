import {
  errorBody,
  idPath,
  isFulfilledBy,
  meaningOfError,
  readFspiop,
  writeMoney,
  type TransfersPut,
} from '@tonle/network-fspiop';
import type { Fault } from '../../kit/fault.js';
import { falsified } from '../../kit/faulty.js';
import type { TakenDebit, TellPayStep } from '../iso20022/delivery.js';
import type { PayOutcome } from '../iso20022/payer.js';
import { errorCallBack, type EkashCallBack } from './call-backs.js';
import type { EkashParts } from './payee-side.js';
import type { Told } from './told.js';
import type { EkashWire } from './wire.js';

const RECEIPT_MS = 10_000;
const OFTEN = 5;
/** Of the 32 zero bytes: that of no packet. */
const OTHER_CONDITION = 'Zmh6rfhivXdsj8GLjp-OIAiXFIVu4jOzkCpZHQ1fKSU';
/** Whoever does not know a transfer says nothing about its money: it may be on its way. */
const NOT_FOUND = '3208';
/** Transfer failed, and nobody said why. */
const FAILED = 'MS03';

export interface SendingEkash extends EkashParts {
  readonly wire: EkashWire;
  readonly told: Told;
}

/** A code of the API by which a request of Tonle's is refused at once; undefined: it was taken. */
type RefusedBy = string | undefined;
type Followed = Omit<PayOutcome, 'latencyMs'> & { readonly answeredAt: number };

/** Transfers to Tonle: the payer's FSP sends them, and the switch commits what is fulfilled in time and aborts the rest. */
export class PayerTransfers {
  /** Those whose call-backs a fault throws away. */
  private readonly deaf = new Set<string>();

  constructor(private readonly parts: SendingEkash) {}

  /** Takes the money, sends the transfer, and follows it to its end; gives up watching (not asking) after `waitMs`. */
  async deliver(
    debit: TakenDebit,
    ilpPacket: string,
    taken: string,
    waitMs: number | undefined,
    step: TellPayStep,
  ): Promise<PayOutcome> {
    const { books, pause } = this.parts;
    const { uetr } = debit;
    await books.addDebit(debit);
    step('payer_debited', taken);
    const started = performance.now();
    const ended = this.send(debit, ilpPacket, step).then(() => this.follow(debit, step));
    const outcome = await (waitMs === undefined
      ? ended
      : Promise.race([ended, pause(waitMs).then(() => undefined)]));
    if (outcome === undefined)
      return { uetr, state: 'open', latencyMs: performance.now() - started, enquiries: 0 };
    const { answeredAt, ...told } = outcome;
    return { ...told, latencyMs: answeredAt - started };
  }

  /** Transfers that were open when the process died are followed until they end. */
  resume(onError: (error: unknown) => void): void {
    for (const { entry } of this.parts.books.openDebits())
      void this.follow(entry, () => undefined).catch(onError);
  }

  /** `PUT /transfers/{ID}` of Tonle's: money moves only for the fulfilment, and before the transfer expires. */
  async fulfilled(
    transferId: string,
    { transferState: state, fulfilment }: TransfersPut,
  ): Promise<RefusedBy> {
    const { books, clock } = this.parts;
    if (this.deaf.has(transferId)) return '2003';
    const record = books.debit(transferId);
    if (record === undefined) return NOT_FOUND;
    if (state === 'RECEIVED' || (state === 'RESERVED' && fulfilment === undefined)) return undefined;
    const condition = String(record.entry.told?.['condition']);
    const isWrong = state !== 'ABORTED' && !isFulfilledBy(condition, fulfilment ?? '');
    if (isWrong || state === 'ABORTED') await this.end(transferId, FAILED);
    else await this.end(transferId, clock.now() < expiryOf(record.entry) ? undefined : 'TM01');
    if (isWrong) return '3100';
    if (state !== 'ABORTED') this.answerPayee(transferId, state);
    return undefined;
  }

  /** `PUT /transfers/{ID}/error` of Tonle's. */
  async failed(transferId: string, errorCode: string): Promise<RefusedBy> {
    if (this.deaf.has(transferId)) return '2003';
    if (this.parts.books.debit(transferId) === undefined) return NOT_FOUND;
    if (errorCode !== NOT_FOUND) await this.end(transferId, meaningOfError(errorCode)?.iso ?? FAILED);
    return undefined;
  }

  /** `GET /transfers/{ID}` of Tonle's about what it is to be paid: how it stands; undefined when there is none. */
  standing(transferId: string): EkashCallBack | undefined {
    const record = this.parts.books.debit(transferId);
    if (record === undefined) return undefined;
    const about = this.about(transferId);
    const { final } = record;
    if (final === undefined) return { ...about, body: { transferState: 'RECEIVED' } };
    const transferState = final.status === 'ACCC' ? 'COMMITTED' : 'ABORTED';
    const completedTimestamp = new Date(final.at).toISOString();
    return { ...about, method: 'PATCH', body: { transferState, completedTimestamp } };
  }

  /** Who reserved is told how it ended; who says committed when it was aborted is told so. */
  private answerPayee(transferId: string, state: TransfersPut['transferState']): void {
    const { books, teller } = this.parts;
    const told = this.standing(transferId);
    if (state === 'RESERVED' && told !== undefined) void teller.tell(told);
    else if (books.debit(transferId)?.final?.status === 'RJCT')
      void teller.tell(errorCallBack(this.about(transferId), '3303'));
  }

  private about(transferId: string) {
    const { hub } = this.parts.scheme;
    return { path: idPath('transfers', transferId), resource: 'transfers', source: hub } as const;
  }

  /** The first end counts; without a reason the money is the payee's. */
  private async end(uetr: string, reason?: string): Promise<void> {
    const { books, clock, told } = this.parts;
    const status = reason === undefined ? 'ACCC' : 'RJCT';
    await books.end({ of: 'debit', uetr, status, ...(reason !== undefined && { reason }), at: clock.now() });
    told.tell(uetr, undefined);
  }

  private async send(debit: TakenDebit, ilpPacket: string, step: TellPayStep): Promise<void> {
    const { faults, pause, wire, scheme } = this.parts;
    const { uetr, minor, currency, payer, told = {} } = debit;
    const facts = {
      accounts: [String(told['payee']), payer],
      minor: BigInt(minor),
      currency,
      reference: uetr,
    };
    const fault = faults.pick('rwanda', 'pay.transfers', facts);
    if (fault?.fault === 'delay') await pause(fault.delayMs ?? 1000);
    if (fault?.fault === 'timeout_before') return;
    if (fault?.fault === 'timeout_after') this.deaf.add(uetr);
    const body = transferOf(debit, ilpPacket, fault, scheme.tonle);
    const source = String(told['payerFsp']);
    const message = { method: 'POST', path: '/transfers', resource: 'transfers', source, body } as const;
    const spoil =
      fault?.fault === 'bad_signature' || fault?.fault === 'unknown_key' ? fault.fault : undefined;
    if (fault?.fault === 'duplicate')
      for (let count = 1; count < OFTEN; count += 1) void wire.send(message, RECEIPT_MS);
    step('sent', uetr);
    const reply = await wire.send(message, RECEIPT_MS, spoil);
    step('received', reply.kind === 'answered' ? `HTTP ${reply.status}` : reply.because);
    // What was refused at once was not taken.
    if (reply.kind !== 'answered' || reply.status < 400 || reply.status >= 500) return;
    const error = readFspiop(errorBody, reply.bytes);
    const code = error.kind === 'ok' ? error.body.errorInformation.errorCode : '';
    await this.end(uetr, meaningOfError(code)?.iso ?? FAILED);
  }

  /** Asks while nothing is heard, until the transfer has an end: at last it expires. */
  private async follow(debit: Pick<TakenDebit, 'uetr' | 'told'>, step: TellPayStep): Promise<Followed> {
    const { books, clock, scheme, wire, told } = this.parts;
    const { uetr } = debit;
    const { enquiryMs } = scheme;
    for (let enquiries = 0; ; enquiries += 1) {
      const leftMs = expiryOf(debit) - clock.now();
      const waitMs = Math.min(enquiryMs[Math.min(enquiries, enquiryMs.length - 1)]!, Math.max(0, leftMs));
      const heard = told.wait(uetr, waitMs);
      if (books.debit(uetr)?.final === undefined) await heard;
      if (books.debit(uetr)?.final === undefined && expiryOf(debit) <= clock.now())
        await this.end(uetr, 'TM01');
      const final = books.debit(uetr)?.final;
      if (final !== undefined) return followed(uetr, final, enquiries, step);
      this.deaf.delete(uetr);
      const source = String(debit.told?.['payerFsp']);
      step('enquired');
      const path = idPath('transfers', uetr);
      await wire.send({ method: 'GET', path, resource: 'transfers', source }, RECEIPT_MS);
    }
  }
}

function followed(
  uetr: string,
  { status, reason }: { readonly status: string; readonly reason?: string },
  enquiries: number,
  step: TellPayStep,
): Followed {
  step(status === 'ACCC' ? 'completed' : 'payer_refunded', reason);
  const state = status === 'ACCC' ? 'completed' : 'rejected';
  const answeredAt = performance.now();
  return { uetr, state, reference: uetr, enquiries, answeredAt, ...(reason !== undefined && { reason }) };
}

/** The transfer as it is sent: a fault has another amount in it, or a condition that is not the packet's. */
function transferOf(
  { uetr, currency, minor, told = {} }: TakenDebit,
  ilpPacket: string,
  fault: Fault | undefined,
  payeeFsp: string,
): object {
  const wrong = fault?.fault === 'wrong_amount' ? BigInt(fault.addMinor ?? '100') : 0n;
  return {
    transferId: uetr,
    payerFsp: told['payerFsp'],
    payeeFsp,
    amount: writeMoney({ currency, minor: falsified(BigInt(minor), wrong).toString() }),
    ilpPacket,
    condition: fault?.fault === 'wrong_fulfilment' ? OTHER_CONDITION : told['condition'],
    expiration: told['expiration'],
  };
}

function expiryOf({ told }: Pick<TakenDebit, 'told'>): number {
  return Date.parse(String(told?.['expiration']));
}
