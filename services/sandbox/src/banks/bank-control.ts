import { z } from 'zod';
import { minorText } from '@tonle/money';
import { eitherAmount, readBody, readEither } from '../kit/body.js';
import { json, plain, type HttpCall, type HttpOutcome } from '../kit/listener.js';
import type { SimulatedNetwork } from '../kit/network.js';
import type { BookedBankLine } from './bank-books.js';
import { canTell } from './bank-desk.js';
import type { BankParts } from './bank-gateway.js';
import type { BankDays } from './bank-scheme.js';

const reference = z.string().min(1).max(35).optional();
const movement = z.strictObject({
  /** Whose account the money is from or for; absent: from elsewhere. */
  account: z.string().min(1).max(34).optional(),
  /** The same, by the participant. */
  participant: z.string().min(1).optional(),
  amount: eitherAmount,
  /** The end-to-end id of the line: the participant's deposit reference, or a line of an instruction that was paid short. */
  reference,
  remittance: z.string().min(1).max(140).optional(),
  counterparty: z.string().min(1).max(70).optional(),
});
const statementOf = z.strictObject({ currency: z.string(), day: z.string() });

/** A bank's part of the control API: what people do at its counter. */
export class BankControl {
  constructor(
    private readonly parts: BankParts,
    private readonly days: BankDays,
  ) {}

  get routes(): SimulatedNetwork['routes'] {
    return {
      'GET accounts': () => this.accounts(),
      'GET lines': (_call, currency) => this.lines(currency ?? ''),
      'GET instructions': (_call, messageId) => this.instructions(messageId),
      'POST deposit': (call) => this.move(call, 1n),
      'POST withdraw': (call) => this.move(call, -1n),
      'POST reissue': (call) => this.reissue(call),
      'GET finalisation': (_call, messageId) => this.finalisation(messageId ?? ''),
      'POST pay': () => this.pay(),
    };
  }

  private async accounts(): Promise<HttpOutcome> {
    const { scheme, books } = this.parts;
    await books.settled();
    const currencies = Object.entries(scheme.currencies).map(([currency, kept]) => ({
      currency,
      scheme: { account: kept.scheme, minor: books.schemeBalance(currency).toString() },
      accounts: Object.entries(kept.accounts).map(([account, { participant, name }]) => {
        return { account, participant, name, minor: books.balance(currency, account)!.toString() };
      }),
    }));
    return json(200, { bank: scheme.id, since: books.since, today: this.today(), currencies });
  }

  private async lines(currency: string): Promise<HttpOutcome> {
    const { books } = this.parts;
    await books.settled();
    return json(200, { lines: books.lines(currency) });
  }

  private async instructions(messageId: string | undefined): Promise<HttpOutcome> {
    const { books } = this.parts;
    await books.settled();
    const shown = books
      .allOrders()
      .filter(({ entry }) => messageId === undefined || entry.messageId === messageId)
      .map(({ entry, status, done, until }) => ({
        ...entry,
        status,
        paid: [...done].sort((a, b) => a - b),
        postponed: Object.fromEntries(until),
      }));
    if (messageId !== undefined && shown.length === 0) return json(404, { error: `${messageId} never came` });
    return json(200, { instructions: shown });
  }

  /** One line on the scheme's account: money of a participant, or from elsewhere. */
  private async move(call: HttpCall, sign: 1n | -1n): Promise<HttpOutcome> {
    const { scheme, books, clock } = this.parts;
    const body = readBody(call, movement);
    if (body.kind === 'refused') return body.reply;
    const amount = readEither(body.value.amount);
    const kept = amount && scheme.currencies[amount.currency];
    if (amount === undefined || kept === undefined || amount.minor === 0n)
      return refusal(`amount: is none in ${Object.keys(scheme.currencies).join(' or ')}`);
    const { currency, minor } = amount;
    const { participant, remittance, counterparty } = body.value;
    const held = Object.entries(kept.accounts).find(([, each]) => each.participant === participant)?.[0];
    const account = body.value.account ?? held;
    if (account === undefined ? participant !== undefined : kept.accounts[account] === undefined)
      return refusal(`account: the bank keeps none of ${account ?? participant} in ${currency}`);
    const payer = sign < 0n ? books.schemeBalance(currency) : account && books.balance(currency, account);
    if (payer !== undefined && payer !== '' && payer < minor)
      return refusal(`amount: there are only ${minorText(payer, currency)}`);
    if (!canTell(scheme, body.value.reference ?? ''))
      return refusal(`reference: an MT940 has no room for ${body.value.reference}`);
    const day = this.days.openFrom(this.today());
    const name = counterparty ?? (account === undefined ? undefined : kept.accounts[account]!.name);
    const line: BookedBankLine = {
      id: books.nextLineId(day),
      ...{ currency, minor: (sign * minor).toString(), day, valueDate: day, at: clock.now() },
      ...(account !== undefined && { account }),
      ...(body.value.reference !== undefined && { endToEndId: body.value.reference }),
      ...(remittance !== undefined && { remittance }),
      ...(name !== undefined && { counterparty: name }),
    };
    await books.addLine(line);
    return json(201, line);
  }

  /** Sends the statement of a day anew: it says that it replaces the one before it. */
  private async reissue(call: HttpCall): Promise<HttpOutcome> {
    const { books, reporting, clock } = this.parts;
    const body = readBody(call, statementOf);
    if (body.kind === 'refused') return body.reply;
    const { currency, day } = body.value;
    if (reporting.statement(currency, day, clock.now()) === undefined)
      return refusal(`day: there is no statement in ${currency} of ${day} (yet)`);
    await books.reissue(currency, day);
    return json(200, { currency, day, times: books.reissued(currency, day) });
  }

  /** As the bank would hand it to an operator. */
  private async finalisation(messageId: string): Promise<HttpOutcome> {
    const { books, reporting, faults, scheme } = this.parts;
    await books.settled();
    const order = books.order(messageId);
    const fault = faults.pick(scheme.id, 'finalisations', {
      reference: messageId,
      currency: order?.entry.currency,
    });
    const bytes = order && reporting.finalisation(order, fault);
    if (bytes === undefined) return json(404, { error: `${messageId} is not carried out (yet)` });
    return {
      ...plain(200, Buffer.from(bytes).toString()),
      headers: { 'content-type': 'text/csv; charset=utf-8' },
    };
  }

  /** What is due is paid now, without waiting for the next look. */
  private async pay(): Promise<HttpOutcome> {
    await this.parts.payments.payDue(this.parts.clock.now());
    return this.accounts();
  }

  private today(): string {
    return this.days.today(this.parts.clock.now());
  }
}

function refusal(issue: string): HttpOutcome {
  return json(422, { error: 'the body does not fit', issues: [issue] });
}
