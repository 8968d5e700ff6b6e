import { randomUUID } from 'node:crypto';
import { readQr } from '@tonle/emvqr';
import {
  amountFromJson,
  formatAsPaid,
  formatRate,
  parseAmount,
  rateBetween,
  type Amount,
} from '@tonle/money';
import {
  errorBody,
  idPath,
  partiesPut,
  partyPath,
  quotesPut,
  readFspiop,
  textExtensions,
  writeMoney,
  type FspiopParty,
} from '@tonle/network-fspiop';
import type { TellPayStep } from '../iso20022/delivery.js';
import type { PayOrder, PayOutcome, Preparation, PreparedPayment } from '../iso20022/payer.js';
import type { PayerTransfers, SendingEkash } from './payer-transfers.js';
import type { EkashMessage } from './wire.js';

const RATE_DECIMALS = 8;
const RECEIPT_MS = 10_000;
/** By which a payer's app names an account of Bakong. */
const ACCOUNT_TYPE = 'ACCOUNT_ID';
const ACCOUNT = /^[a-z0-9._]{1,20}@[a-z0-9]{1,11}$/;
/** Under which the code goes with the quote. */
const CODE_EXTENSION = 'khqr';

/** What its payer agreed to, and what the transfer repeats of it. */
interface AgreedPayment extends PreparedPayment {
  readonly payerFsp: string;
  readonly ilpPacket: string;
  readonly condition: string;
}

interface Sides {
  readonly payerFsp: string;
  readonly payer: FspiopParty;
  readonly payee: FspiopParty;
}

type Refused = Preparation & { readonly kind: 'refused' };
type Asked = { readonly kind: 'ok'; readonly body: Uint8Array } | Refused;

/** Rwanda's FSPs as payers of Tonle's payees: look-up and quote, each answered by call-back, and then the transfer. */
export class EkashPayers {
  constructor(
    private readonly parts: SendingEkash,
    private readonly transfers: Pick<PayerTransfers, 'deliver'>,
  ) {}

  /** Looks the payee up and has the payment quoted: what the payer's app shows before the payer says yes. */
  async prepare(order: PayOrder, step: TellPayStep = () => undefined): Promise<Preparation> {
    const { clock, parties } = this.parts;
    const wanted = wantedOf(order, clock.now());
    if (wanted.kind === 'refused') return wanted;
    const { fsp: payerFsp, party: payer } = parties.payerParty(order.payer);
    const path = partyPath({ type: ACCOUNT_TYPE, id: wanted.account });
    const found = await this.ask({ method: 'GET', path, resource: 'parties', source: payerFsp }, path);
    if (found.kind === 'refused') return found;
    const told = readFspiop(partiesPut, found.body);
    if (told.kind === 'refused') return refused(502, told.detail);
    const payee = told.body.party;
    step('resolved', `${payee.name ?? ''} ${wanted.account}`.trim());
    return this.quoted(order, wanted.amount, { payerFsp, payer, payee }, step);
  }

  /** Debits the payer, sends the transfer and follows it to its end; gives up watching after `waitMs`, if given. */
  async pay(
    prepared: AgreedPayment,
    waitMs?: number,
    step: TellPayStep = () => undefined,
  ): Promise<PayOutcome> {
    const { clock, scheme } = this.parts;
    const { uetr, order, quote, payerFsp, ilpPacket, condition } = prepared;
    const at = clock.now();
    const debit = {
      uetr,
      messageId: uetr,
      endToEndId: quote.quoteId,
      transactionId: quote.quoteId,
      payer: order.payer.account,
      currency: quote.source.currency,
      minor: quote.source.minor.toString(),
      quoteId: quote.quoteId,
      acceptedAt: at,
      at,
      told: {
        payerFsp,
        condition,
        expiration: timeOf(at + scheme.transferMs),
        payee: prepared.payee.account,
      },
    };
    const taken = `${debit.payer} ${formatAsPaid(quote.source)} ${debit.currency}`;
    return this.transfers.deliver(debit, ilpPacket, taken, waitMs, step);
  }

  private async quoted(
    order: PayOrder,
    amount: Amount,
    sides: Sides,
    step: TellPayStep,
  ): Promise<Preparation> {
    const { scheme } = this.parts;
    const { payerFsp, payee } = sides;
    const quoteId = randomUUID();
    const body = this.quoteOf(quoteId, order, amount, sides);
    const asking = { method: 'POST', path: '/quotes', resource: 'quotes', source: payerFsp, body } as const;
    const answer = await this.ask(asking, idPath('quotes', quoteId));
    if (answer.kind === 'refused') return answer;
    const told = readFspiop(quotesPut, answer.body);
    if (told.kind === 'refused') return refused(502, told.detail);
    const { transferAmount, payeeReceiveAmount = transferAmount, ilpPacket, condition } = told.body;
    if (transferAmount.currency !== scheme.currency) return refused(422, 'the transfer is not in francs');
    const [source, target] = [amountFromJson(transferAmount), amountFromJson(payeeReceiveAmount)];
    const rate = formatRate(rateBetween(source, target, RATE_DECIMALS));
    step('quoted', `${quoteId} at ${rate}`);
    const account = payee.partyIdInfo.partyIdentifier;
    const payment: AgreedPayment = {
      uetr: randomUUID(),
      order,
      payee: { name: payee.name ?? account, account, accountType: 'bakong' },
      quote: { quoteId, source, target, rate },
      payerFsp,
      ilpPacket,
      condition,
    };
    return { kind: 'prepared', payment };
  }

  /** What is fixed in francs is sent, what in riel or dollars received. A code goes along. */
  private quoteOf(quoteId: string, { qrText }: PayOrder, amount: Amount, { payee, payer }: Sides): object {
    const { clock, scheme } = this.parts;
    const extension = ACCOUNT.test(qrText) ? undefined : textExtensions(CODE_EXTENSION, qrText);
    return {
      quoteId,
      transactionId: randomUUID(),
      payee,
      payer,
      amountType: amount.currency === scheme.currency ? 'SEND' : 'RECEIVE',
      amount: writeMoney({ currency: amount.currency, minor: amount.minor.toString() }),
      transactionType: { scenario: 'PAYMENT', initiator: 'PAYER', initiatorType: 'CONSUMER' },
      expiration: timeOf(clock.now() + scheme.lookupMs),
      ...(extension !== undefined && { extensionList: { extension } }),
    };
  }

  /** Asks Tonle, and waits for the call-back that answers; `path` is where that comes to. */
  private async ask(message: EkashMessage, path: string): Promise<Asked> {
    const { wire, scheme, told } = this.parts;
    const heard = told.wait(path, scheme.lookupMs);
    const reply = await wire.send(message, RECEIPT_MS);
    if (reply.kind === 'not_sent') return refused(502, reply.because);
    if (reply.kind === 'answered' && reply.status !== 202) {
      const error = readFspiop(errorBody, reply.bytes);
      return refused(422, error.kind === 'ok' ? error.body : `HTTP ${reply.status}`);
    }
    const body = await heard;
    if (body === undefined) return refused(502, 'Tonle did not call back');
    const error = readFspiop(errorBody, body);
    return error.kind === 'ok' ? refused(422, error.body) : { kind: 'ok', body };
  }
}

type Wanted = { readonly kind: 'wanted'; readonly account: string; readonly amount: Amount } | Refused;

/** Of a KHQR code, or of an account's id in place of one. */
function wantedOf({ qrText, amount }: PayOrder, now: number): Wanted {
  if (ACCOUNT.test(qrText))
    return amount === undefined
      ? refused(422, 'an account needs an amount')
      : { kind: 'wanted', account: qrText, amount };
  const read = readQr(qrText, now);
  if (read.kind !== 'read') return refused(422, `the code cannot be read: ${read.outcome}`);
  if (read.expired) return refused(422, 'the code has expired');
  const asked = read.amount === undefined ? undefined : parseAmount(read.currency ?? 'KHR', read.amount);
  const fixed = asked?.kind === 'ok' ? asked.amount : amount;
  return fixed === undefined
    ? refused(422, 'the code carries no amount: give one')
    : { kind: 'wanted', account: read.account.account, amount: fixed };
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}

function refused(status: number, body: unknown): Refused {
  return { kind: 'refused', status, body: typeof body === 'string' ? { reason: body } : body };
}
