import {
  type PaymentEventMessage,
  type PaymentView,
  type Reason,
  type Refusal,
  refused,
  refundFaultOf,
} from '@tonle/contracts';
import {
  accountIdOf,
  accountTypeOf,
  answerMessage,
  addresseeRefusal,
  IsoDialect,
  type Answered,
  type IsoAsked,
  type IsoFamily,
  type MessageContext,
  type OwnNames,
  type PayeeFound,
  type RawMessage,
  type RefundService,
} from '@tonle/door';
import type { Directory, ParticipantBody } from '@tonle/directory';
import type { Agent, ProxyRequest, Return } from '@tonle/iso20022';
import { amountToJson } from '@tonle/money';
import type { Caller } from '../access/access.js';
import type { LookupService } from '../lookup/lookup.service.js';
import type { PaymentDoor } from '../payment/rest-payment.service.js';
import type { QuoteService } from '../quote/quote.service.js';
import { isPaidTo } from '../refund/rest-refund.service.js';
import { isoPaymentRefusal, type IsoFound } from './iso-instruction.decide.js';
import { isoReturnRefusal, returnedNames, type ReceivedNames } from './iso-return.decide.js';
import { participantUsage } from './iso-usage.js';

export interface IsoServiceParts {
  readonly directory: Directory;
  readonly lookups: LookupService;
  readonly quotes: QuoteService;
  readonly door: PaymentDoor;
  readonly refunds: Pick<RefundService, 'priced'>;
  /** Id of the payment that came in for a bank's customer under these names; undefined: none did. */
  received(bank: string, names: ReceivedNames): Promise<string | undefined>;
  /** Who we are in business headers and assignments. */
  readonly self: Agent & OwnNames;
}

/** Nobody could be asked: that is no answer about a payee. */
const LATER: ReadonlySet<Reason> = new Set(['partner_silent', 'unavailable', 'overloaded']);

/** No end of the message: it may come again as it is. */
const FOR_A_WHILE: ReadonlySet<Reason> = new Set(['overloaded', 'corridor_throttled', 'corridor_down']);

/** Participants are told nothing of a payment that they then would tell us of. */
type AskedFamily = Exclude<IsoFamily, 'pacs.002'>;
type Context = MessageContext<IsoAsked, IsoFound, PaymentEventMessage>;
export type IsoAnswered = Answered<IsoAsked, PaymentEventMessage>;

/** ISO 20022 of participants: looks up what a message names. The rest is its dialect's and the door's. */
export class IsoService {
  private readonly dialects: Readonly<Record<AskedFamily, IsoDialect<IsoFound, PaymentEventMessage>>>;

  constructor(private readonly parts: IsoServiceParts) {
    const usage = participantUsage(parts.self);
    const of = (family: AskedFamily): IsoDialect<IsoFound, PaymentEventMessage> =>
      new IsoDialect(usage, family);
    this.dialects = {
      'pacs.008': of('pacs.008'),
      'pacs.004': of('pacs.004'),
      'pacs.028': of('pacs.028'),
      'acmt.023': of('acmt.023'),
    };
  }

  /**
   * A message of one family from its bytes to the answer's; refused when nobody could be asked about a payee, or a payment
   * cannot be taken now. `observe` wraps the taking of a payment.
   */
  answer(
    family: AskedFamily,
    { participant }: Caller,
    message: RawMessage,
    waitMs = 0,
    observe?: Context['observe'],
  ): Promise<IsoAnswered | Refusal> {
    const context: Context = {
      // What was not taken for our sake is no end of a payment: the same message may come again.
      isProblem: ({ reason }, { kind }) =>
        (kind === 'payee_question' && LATER.has(reason)) ||
        (kind === 'instruction' && FOR_A_WHILE.has(reason)),
      sender: participant.participantId,
      waitMs,
      find: (asked) => this.find(participant, asked),
      // A repeat is answered before anything is looked for: by then nothing may be left.
      isDear: ({ message }) => message.kind === 'return',
      payee: (asked) => this.payee(participant, asked),
      ...(observe === undefined ? {} : { observe }),
    };
    return answerMessage(this.parts.door, this.dialects[family], message, context);
  }

  /** Refuses element_missing, participant_unknown, not_permitted, account_unknown, schema_invalid. */
  private async find(
    participant: ParticipantBody,
    { message, version }: IsoAsked,
  ): Promise<{ kind: 'ok'; found: IsoFound } | Refusal> {
    if (message.kind === 'return') return this.findReturned(participant, message);
    if (message.kind !== 'payment') throw new Error('this message names nothing that is to be found');
    const home = this.parts.directory.homeOf(participant);
    const wrong = isoPaymentRefusal({ message, version }, participant, home, (agent) =>
      this.participantOf(agent),
    );
    if (wrong !== undefined) return wrong;
    const quote = await this.parts.quotes.byId(message.quoteId!);
    const corridor = quote === undefined ? undefined : this.parts.directory.corridor(quote.corridor);
    return { kind: 'ok', found: { participant, quote, corridor } };
  }

  /** Refuses `isoReturnRefusal`, `original_unknown` for what did not come in for the bank, and what a refund is refused for. */
  private async findReturned(
    participant: ParticipantBody,
    message: Return,
  ): Promise<{ kind: 'ok'; found: IsoFound } | Refusal> {
    const { received, refunds } = this.parts;
    const wrong = isoReturnRefusal(message, participant, (agent) => this.participantOf(agent));
    if (wrong !== undefined) return wrong;
    const { participantId: sender } = participant;
    const paymentId = await received(sender, returnedNames(message));
    if (paymentId === undefined) return refused('original_unknown');
    const amount = amountToJson(message.returnedAmount);
    const mayRefund = (view: PaymentView) => isPaidTo(sender, view);
    const said = { fault: refundFaultOf(message.reason), unlessFound: true } as const;
    const answer = await refunds.priced({ paymentId, amount, sender, said, mayRefund });
    return answer.kind === 'refused'
      ? answer
      : { kind: 'ok', found: { participant, quote: undefined, corridor: undefined, refund: answer.refund } };
  }

  private async payee(
    { participantId }: ParticipantBody,
    { message }: IsoAsked,
  ): Promise<PayeeFound | Refusal> {
    if (message.kind !== 'proxy_request') throw new Error('only an acmt.023 asks for a payee');
    const account = accountIdOf(message.account);
    if (account === undefined) return refused('element_missing', 'An account or proxy is required.');
    const { proxy, scheme } = message.account!;
    const named = (proxy === undefined ? scheme : proxy.type) ?? '';
    const elsewhere = this.assigneeRefusal(message, named);
    if (elsewhere !== undefined) return elsewhere;
    const country = this.countryOf(message, named);
    const corridor =
      country === undefined ? undefined : this.parts.directory.corridorOfAccount(country, named);
    const accountType =
      corridor === undefined ? named : accountTypeOf(message.account, corridor.partner.accounts);
    const body = { account, accountType, ...(country === undefined ? {} : { country }) };
    const found = await this.parts.lookups.find(participantId, body);
    return found.kind === 'refused' ? found : { kind: 'payee', displayName: found.lookup.found.displayName };
  }

  /** Who is asked to verify is us, or an institution of a country that we ask there. */
  private assigneeRefusal({ assignee }: ProxyRequest, accountType: string): Refusal | undefined {
    const { bic } = assignee;
    const country = bic?.slice(4, 6);
    if (country !== undefined && this.parts.directory.corridorOfAccount(country, accountType) !== undefined)
      return undefined;
    const path = '/IdVrfctnReq/Assgnmt/Assgne';
    return addresseeRefusal(bic === undefined ? [] : [{ path, bic }], this.parts.self);
  }

  /** From the BIC of the account's agent or of the one who is asked; else the only corridor there is, or left to the kind. */
  private countryOf({ agent, assignee }: ProxyRequest, accountType: string): string | undefined {
    const { directory } = this.parts;
    const countries = [agent?.bic, assignee.bic].flatMap((bic) => bic?.slice(4, 6) ?? []);
    const isServed = (country: string): boolean =>
      directory.corridorOfAccount(country, accountType) !== undefined;
    const served = countries.find(isServed);
    const corridors = directory.corridors();
    return served ?? (corridors.length === 1 ? corridors[0]!.partner.countries[0] : agent?.bic?.slice(4, 6));
  }

  private participantOf(agent: Agent): ParticipantBody | undefined {
    const { directory } = this.parts;
    if (agent.bic !== undefined) return directory.participantByBic(agent.bic);
    return agent.memberId === undefined ? undefined : directory.participant(agent.memberId);
  }
}
