import {
  fxCalls,
  refused,
  routingCalls,
  type PaymentView,
  type Quote,
  type QuoteAnswer,
  type QuoteRequest,
  type Refusal,
} from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import { Gatherer, type ServiceCalls } from '@tonle/messaging';
import type { AmountJson } from '@tonle/money';
import type { Clock } from '@tonle/platform';
import { decideRefund, refundQuoteRequest, type RefundTerms, type SaidFault } from './refund.decide.js';

const GATHER_MS = 5;
const BATCH_MAX = 100;
const WAITING_MAX = 5_000;

/** Who gives how much back of what. */
export interface WantedRefund {
  readonly paymentId: string;
  /** In the currency that the payment's payee got; absent: all that is left. */
  readonly amount?: AmountJson;
  /** Who instructs us to: its quote it will be. */
  readonly sender: string;
  /** Default: its payee wants it. */
  readonly said?: SaidFault;
  /** May the sender give this payment back? */
  mayRefund(view: PaymentView): boolean;
}

/** A refund that routing can be asked for. */
export interface PricedRefund extends Omit<RefundTerms, 'amount'> {
  readonly quote: Quote;
}

/**
 * Finds the payment that a refund gives back and has the refund priced, in batches (domain 6.11). Refuses `original_unknown`
 * for one that is not the sender's to give back, and what `decideRefund` and fx refuse. Throws ServiceUnavailable while routing
 * or fx is away.
 */
export class RefundService {
  private readonly payments: Gatherer<string, PaymentView | undefined>;
  private readonly quotes: Gatherer<QuoteRequest, QuoteAnswer>;

  constructor(
    calls: Pick<ServiceCalls, 'call'>,
    private readonly directory: Pick<Directory, 'corridorIncludingEnded'>,
    private readonly clock: Clock,
  ) {
    const gather = { batchMax: BATCH_MAX, lingerMs: GATHER_MS, waitingMax: WAITING_MAX };
    this.payments = new Gatherer(async (paymentIds) => {
      const { payments } = await calls.call(routingCalls.payments, { paymentIds: [...paymentIds] });
      const found = new Map(payments.map((view) => [view.paymentId, view]));
      return paymentIds.map((paymentId) => found.get(paymentId));
    }, gather);
    this.quotes = new Gatherer(
      async (items) => (await calls.call(fxCalls.quote, { items: [...items] })).items,
      gather,
    );
  }

  async priced({
    paymentId,
    amount,
    sender,
    said,
    mayRefund,
  }: WantedRefund): Promise<{ readonly kind: 'priced'; readonly refund: PricedRefund } | Refusal> {
    const view = await this.payments.add(paymentId);
    if (view === undefined || !mayRefund(view)) return refused('original_unknown');
    const corridor = this.directory.corridorIncludingEnded(view.corridor);
    const decided = decideRefund(view, corridor, amount, this.clock.now(), said);
    if (decided.kind === 'refused') return decided;
    const { amount: _given, ...terms } = decided.terms;
    const answer = await this.quotes.add(refundQuoteRequest(view, sender, decided.terms));
    if (answer.kind === 'refused') return refused(answer.reason, answer.detail);
    const { quote } = answer;
    return { kind: 'priced', refund: { ...terms, cause: quote.refundCause ?? terms.cause, quote } };
  }
}
