import type { PaymentEventMessage, Refusal } from '@tonle/contracts';
import type { Door, Taken } from '@tonle/door';
import type { Directory } from '@tonle/directory';
import { kindRefusal } from '../lookup/lookup.js';
import type { LookupService } from '../lookup/lookup.service.js';
import type { QuoteService } from '../quote/quote.service.js';
import { debtorRefusal, named } from './instruction.decide.js';
import type { CreatePayment } from './payment.schema.js';
import { restDialect, type RestFound, type RestRequest } from './rest-dialect.js';

export type TakenPayment = Taken<PaymentEventMessage>;
/** The door of participants: they are told by the public events. */
export type PaymentDoor = Door<PaymentEventMessage>;

/** Payments over REST: looks up what a request names, and pays it. */
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

  /** Refuses account_unknown and not_permitted for a debtor of another bank; schema_invalid for an unknown kind of account. */
  private async find({
    participant,
    body,
  }: RestRequest): Promise<{ kind: 'ok'; found: RestFound } | Refusal> {
    const home = this.directory.homeOf(participant);
    const foreign = debtorRefusal(participant, body.debtor.account, home, '/debtor/account');
    if (foreign !== undefined) return foreign;
    const unknown =
      home === undefined ? undefined : kindRefusal(body.debtor.accountType, home, '/debtor/accountType');
    if (unknown !== undefined) return unknown;
    const [lookup, quote] = await Promise.all([
      this.lookups.byId(participant.participantId, body.lookupId),
      this.quotes.byId(body.quoteId),
    ]);
    const corridor = quote === undefined ? undefined : this.directory.corridor(quote.corridor);
    return { kind: 'ok', found: { lookup, quote, corridor } };
  }
}
