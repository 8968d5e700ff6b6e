import {
  PAYMENT_STATES,
  type PaymentEventMessage,
  publicState,
  refused,
  type Refusal,
} from '@tonle/contracts';
import type { Door, Taken } from '@tonle/door';
import type { Directory } from '@tonle/directory';
import type { LookupService } from '../lookup/lookup.service.js';
import type { QuoteService } from '../quote/quote.service.js';
import { debtorRefusal, named } from './instruction.decide.js';
import type { CreatePayment, ListPayments } from './payment.schema.js';
import { restDialect, type RestFound, type RestRequest } from './rest-dialect.js';

export type TakenPayment = Taken<PaymentEventMessage>;
/** The door of participants: they are told by the public events. */
export type PaymentDoor = Door<PaymentEventMessage>;

/** Payments over REST: looks up what a request names, and tells participants how theirs stand. */
export class RestPaymentService {
  constructor(
    private readonly door: PaymentDoor,
    private readonly directory: Directory,
    private readonly lookups: LookupService,
    private readonly quotes: QuoteService,
  ) {}

  /** A payment to a looked-up payee with a quote. A refusal leaves nothing behind. */
  async pay(
    request: Omit<RestRequest, 'body'> & { readonly body: CreatePayment },
    waitMs: number,
    traceparent?: string,
  ): Promise<TakenPayment | Refusal> {
    // Who is in no home network has no accounts there: routing refuses it.
    const accountKind = this.directory.homeOf(request.participant)?.accounts.default ?? '';
    const reading = restDialect.read({ ...request, body: named(request.body, accountKind) });
    if (reading.kind !== 'instruction') throw new Error('a payment request was read as something else');
    const sender = request.participant.participantId;
    return this.door.pay(restDialect, reading, {
      sender,
      waitMs,
      traceparent,
      find: (asked) => this.find(asked),
    });
  }

  /** A participant's own payment, as it is now. Refuses `not_found`. */
  show(participant: string, paymentId: string): Promise<TakenPayment | Refusal> {
    return this.door.show(participant, paymentId);
  }

  /** A participant's own payments, newest first, and the cursor of the next page. Refuses a cursor that is none. */
  async list(
    participant: string,
    query: ListPayments,
  ): Promise<{ kind: 'listed'; items: TakenPayment[]; next: string | undefined } | Refusal> {
    const { state, cursor, limit, ...filter } = query;
    if (cursor !== undefined && (await this.show(participant, cursor)).kind === 'refused')
      return refused('schema_invalid', 'cursor: not one of ours; use the `next` of the page before.');
    const states = state === undefined ? undefined : statesOf(state);
    const page = { states, before: cursor, limit: limit + 1 };
    const items = await this.door.list({ ...filter, sender: participant, ...page });
    const next = items.length > limit ? items[limit - 1]!.request.paymentId : undefined;
    return { kind: 'listed', items: items.slice(0, limit), next };
  }

  /** Refuses account_unknown and not_permitted for a debtor of another bank. */
  private async find({
    participant,
    body,
  }: RestRequest): Promise<{ kind: 'ok'; found: RestFound } | Refusal> {
    const home = this.directory.homeOf(participant);
    const foreign = debtorRefusal(participant, body.debtor.account, home, '/debtor/account');
    if (foreign !== undefined) return foreign;
    const [lookup, quote] = await Promise.all([
      this.lookups.byId(participant.participantId, body.lookupId),
      this.quotes.byId(body.quoteId),
    ]);
    const corridor = quote === undefined ? undefined : this.directory.corridor(quote.corridor);
    return { kind: 'ok', found: { lookup, quote, corridor } };
  }
}

function statesOf(state: NonNullable<ListPayments['state']>): (string | null)[] {
  const states: (string | null)[] = PAYMENT_STATES.filter((each) => publicState(each) === state);
  return state === 'processing' ? [...states, null] : states;
}
