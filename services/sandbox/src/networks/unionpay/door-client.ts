import { amount } from '@tonle/money';
import type { Clock } from '@tonle/platform';
import type { FaultBook } from '../../kit/fault-book.js';
import type { Fault } from '../../kit/fault.js';
import type { Pause } from '../../kit/faulty.js';
import type { DoorAnswer } from '../../kit/signed-wire.js';
import type { DebitEntry, IsoBooks } from '../iso20022/books.js';
import type { PayOutcome, PayStep } from '../iso20022/payer.js';
import { messageIdAt } from './gateway.js';
import type { JoseWire } from './jose-wire.js';
import { money, NETWORK, readQrcBody, text, writeMessage, type Qrc } from './qrc.js';

const ENQUIRY = { path: '/unionpay/trxresultinquiry', type: 'TRX_RESULT_INQUIRY', ms: 10_000 };
const ENQUIRY_MS = [500, 1000, 2000, 5000];
/** After so many answers that there is no such message, it counts as refused. */
const MISSING_MAX = 3;

/** A message of UnionPay to Tonle: where it goes, and how long its answer is waited for. */
export interface Call {
  readonly path: string;
  readonly type: string;
  readonly ms: number;
}
export type TellStep = (step: PayStep['step'], detail?: string) => void;
export type Debit = Omit<DebitEntry, 'kind'>;

type DoorHeard =
  { readonly kind: 'heard'; readonly message: Qrc } | { readonly kind: 'silent'; readonly because: string };

interface Heard {
  readonly state: 'completed' | 'rejected' | 'open' | 'missing';
  readonly reason?: string;
  /** Tonle's reference. */
  readonly reference?: string;
}

export interface DoorClientParts {
  readonly institution: string;
  readonly books: IsoBooks;
  readonly wire: JoseWire;
  readonly faults: FaultBook;
  readonly clock: Clock;
  readonly pause: Pause;
}

/** How UnionPay sends money to Tonle: what was taken from somebody here is told, and asked about until it has an end. */
export class DoorClient {
  constructor(private readonly parts: DoorClientParts) {}

  /**
   * Takes the money, sends the message with the fields that a fault may spoil, and follows it to its end; gives up watching
   * after `waitMs`, if given.
   */
  async deliver(
    call: Call,
    debit: Debit,
    fieldsUnder: (fault?: Fault) => object,
    step: TellStep,
    waitMs?: number,
  ): Promise<PayOutcome> {
    const { books, pause } = this.parts;
    await books.addDebit(debit);
    const taken = amount(debit.currency, BigInt(debit.minor));
    step('payer_debited', `${debit.payer} ${money(taken).text} ${debit.currency}`);
    const started = performance.now();
    const ended = this.send(call, debit, fieldsUnder, step).then((first) =>
      this.follow(call, debit, first, step),
    );
    const outcome = await (waitMs === undefined
      ? ended
      : Promise.race([ended, pause(waitMs).then(() => undefined)]));
    const latencyMs = performance.now() - started;
    return outcome === undefined
      ? { uetr: debit.uetr, state: 'open', latencyMs, enquiries: 0 }
      : { ...outcome, latencyMs };
  }

  /** What was open when the process died is asked about until it ends. */
  resume(callOf: (debit: Debit) => Call, onError: (error: unknown) => void): void {
    for (const { entry } of this.parts.books.openDebits())
      // Orders of the payment page are told there.
      if (entry.told === undefined)
        void this.follow(callOf(entry), entry, { state: 'open' }, () => undefined).catch(onError);
  }

  newId(of: string): string {
    return messageIdAt(this.parts.institution, this.parts.clock.now(), of);
  }

  async call({ path, type, ms }: Call, msgID: string, trxInfo: object): Promise<DoorHeard> {
    const { institution, clock, wire } = this.parts;
    const body = writeMessage(msgID, type, institution, clock.now(), trxInfo);
    const answer: DoorAnswer = await wire.post(path, body, ms);
    if (answer.kind !== 'answered') return { kind: 'silent', because: `${answer.kind}: ${answer.because}` };
    const message = answer.status === 200 ? readQrcBody(answer.bytes) : undefined;
    return message === undefined
      ? { kind: 'silent', because: `HTTP ${answer.status}` }
      : { kind: 'heard', message };
  }

  private async send(
    call: Call,
    debit: Debit,
    fieldsUnder: (fault?: Fault) => object,
    step: TellStep,
  ): Promise<Heard> {
    const { faults, pause } = this.parts;
    const facts = {
      accounts: [debit.payer],
      minor: BigInt(debit.minor),
      currency: debit.currency,
      reference: debit.messageId,
    };
    const fault = faults.pick(NETWORK, `pay.${call.type}`, facts);
    if (fault?.fault === 'delay') await pause(fault.delayMs ?? 1000);
    if (fault?.fault === 'timeout_before') return { state: 'open' };
    const fields = fieldsUnder(fault);
    step('sent', call.type);
    const first = heardOf(await this.call(call, debit.uetr, fields));
    if (fault?.fault === 'duplicate') return heardOf(await this.call(call, debit.uetr, fields));
    return fault?.fault === 'timeout_after' ? { state: 'open' } : first;
  }

  /** Asks until there is an end, and books it. */
  private async follow(
    { type }: Call,
    { uetr }: Debit,
    first: Heard,
    step: TellStep,
  ): Promise<Omit<PayOutcome, 'latencyMs'>> {
    const { books, pause, clock, institution } = this.parts;
    let heard = first;
    let [enquiries, missing] = [0, 0];
    while (heard.state === 'open' || (heard.state === 'missing' && missing < MISSING_MAX)) {
      await pause(ENQUIRY_MS[Math.min(enquiries, ENQUIRY_MS.length - 1)]!);
      enquiries += 1;
      const id = messageIdAt(institution, clock.now(), `${uetr} ${enquiries}`);
      heard = heardOf(await this.call(ENQUIRY, id, { origMsgID: uetr, origMsgType: type }));
      missing = heard.state === 'missing' ? missing + 1 : 0;
    }
    const isPaid = heard.state === 'completed';
    const { reason, reference } = heard;
    const status = isPaid ? 'ACCC' : 'RJCT';
    await books.end({ of: 'debit', uetr, status, reason, reference, at: clock.now() });
    step(isPaid ? 'completed' : 'rejected', reason);
    return { uetr, state: isPaid ? 'completed' : 'rejected', reason, reference, enquiries };
  }
}

/** What an answer says of the payment: of a question in `paymentStatus`, else in its code. */
function heardOf(answer: DoorHeard): Heard {
  if (answer.kind === 'silent') return { state: 'open' };
  const { trxInfo, msgResponse, msgInfo } = answer.message;
  const code = msgResponse?.responseCode;
  if (msgInfo.msgType === ENQUIRY.type && code === '25') return { state: 'missing' };
  const status = text(trxInfo, 'paymentStatus');
  if (status === 'APPROVED') return { state: 'completed', reference: text(trxInfo, 'referNo') };
  return status === 'REJECTED'
    ? { state: 'rejected', reason: text(trxInfo, 'rejectionReason') ?? code }
    : { state: 'open' };
}
