import { refused, routingCalls, type InboundSearch, type PaymentView, type Refusal } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { RequestFilter } from '@tonle/door';
import { ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { emptyPeriod, futureDay, notOurCursor, nothingHas, servedCurrencies } from '../http/filter.decide.js';
import { amountFilter, statesOf } from './payment-filter.decide.js';
import type { ListPayments, PublicPayment, PublicPaymentList } from './payment.schema.js';
import { showDrawn, showPayment, showReceived, showRefundable } from './payment.view.js';
import type { PaymentDoor } from './rest-payment.service.js';

const WITHOUT_DRAWN = 'Payments that were drawn on payment codes cannot be listed now.';

/** What the sources of a list are asked for. */
type Filter = Omit<RequestFilter, 'sender'>;

/**
 * A participant's payments: those that it sent, from the gateway's own table; those that come in for its customers, or were
 * drawn on their codes, from routing. All are named by ids in the order of time, so one cursor serves all, whatever is added meanwhile.
 */
export class PaymentListService {
  constructor(
    private readonly door: PaymentDoor,
    private readonly directory: Directory,
    private readonly calls: ServiceCalls,
    private readonly clock: Clock,
  ) {}

  /** A payment that the participant sent, or whose payee or payer is its customer, as it is now. Refuses `not_found`. */
  async show(
    participant: string,
    paymentId: string,
  ): Promise<{ readonly kind: 'found'; readonly payment: PublicPayment } | Refusal> {
    const sent = await this.door.show(participant, paymentId);
    if (sent.kind === 'taken') {
      const [payment] = await this.withRefunds([showPayment(sent)]);
      return { kind: 'found', payment: payment! };
    }
    const { payments } = await this.calls.call(routingCalls.payments, { paymentIds: [paymentId] });
    const [view] = payments;
    const isOurs = view !== undefined && (isReceivedBy(participant, view) || isDrawnFrom(participant, view));
    return isOurs ? { kind: 'found', payment: this.shown(view) } : refused('not_found');
  }

  /**
   * Newest first, with the cursor of the next page. Refuses `schema_invalid` for filters that nothing can match and for a
   * cursor that is none, and `unavailable` while routing is away, unless only what was sent is asked for.
   */
  async list(
    participant: string,
    asked: ListPayments,
  ): Promise<({ readonly kind: 'listed' } & PublicPaymentList) | Refusal> {
    const read = await this.filterOf(participant, asked);
    if (read.kind === 'refused') return read;
    const { filter } = read;
    const sent = asked.direction === 'inbound' ? [] : await this.sent(participant, filter);
    const drawn =
      asked.direction === 'inbound' ? [] : await this.ofOthers({ drawnFrom: participant }, filter);
    const received =
      asked.direction === 'outbound' ? [] : await this.ofOthers({ creditorAgent: participant }, filter);
    if (received === undefined)
      return refused(
        'unavailable',
        'Incoming payments cannot be listed now; direction=outbound lists yours.',
      );
    const items = [...sent, ...(drawn ?? []), ...received].sort((a, b) =>
      a.paymentId < b.paymentId ? 1 : -1,
    );
    const next = items.length > asked.limit ? items[asked.limit - 1]!.paymentId : undefined;
    // The row may be behind routing: what has ended since is no longer processing.
    const payments = items
      .slice(0, asked.limit)
      .filter(({ state }) => asked.state === undefined || asked.state === state);
    const { uetr, partnerReference, messageId, endToEndId, refundOf, cursor } = asked;
    const ids = cursor === undefined ? { uetr, partnerReference, messageId, endToEndId, refundOf } : {};
    const note = drawn === undefined ? WITHOUT_DRAWN : nothingHas(ids, payments.length);
    return {
      kind: 'listed',
      payments,
      ...(next === undefined ? {} : { next }),
      ...(note === undefined ? {} : { note }),
    };
  }

  private async filterOf(
    participant: string,
    asked: ListPayments,
  ): Promise<{ readonly kind: 'ok'; readonly filter: Filter } | Refusal> {
    const { state, cursor, limit, from, until, uetr, messageId, partnerReference, endToEndId } = asked;
    const amount = amountFilter(asked, servedCurrencies(this.directory));
    if (amount.kind === 'refused') return amount;
    const nowMs = this.clock.now();
    const { settlementDate } = asked;
    const empty =
      emptyPeriod(asked, nowMs) ??
      futureDay(settlementDate, '/settlementDate', this.directory.networks(), nowMs);
    if (empty !== undefined) return empty;
    if (cursor !== undefined && (await this.show(participant, cursor)).kind === 'refused')
      return notOurCursor();
    const filter: Filter = {
      ...{ uetr, messageId, partnerReference, endToEndId, settlementDate, refundOf: asked.refundOf },
      ...{ amount: amount.amount, before: cursor, limit: limit + 1 },
      fromMs: from === undefined ? undefined : Date.parse(from),
      untilMs: until === undefined ? undefined : Date.parse(until),
      states: state === undefined ? undefined : statesOf(state),
    };
    return { kind: 'ok', filter };
  }

  private async sent(sender: string, filter: Filter): Promise<PublicPayment[]> {
    return this.withRefunds((await this.door.list({ ...filter, sender })).map(showPayment));
  }

  private shown(view: PaymentView): PublicPayment {
    const show = view.direction === 'inbound' ? showReceived : showDrawn;
    return show(view, this.directory.corridorIncludingEnded(view.corridor), this.clock.now());
  }

  /**
   * What was sent, with what came back of it: only routing knows. While it is away that is left out, as the rest stands in the
   * gateway's own table.
   */
  private async withRefunds(sent: readonly PublicPayment[]): Promise<PublicPayment[]> {
    const corridorOf = ({ corridor }: PublicPayment) => this.directory.corridorIncludingEnded(corridor);
    const paymentIds = sent
      .filter(
        (each) => each.state === 'completed' && each.refundOf === undefined && corridorOf(each)?.refunds,
      )
      .map(({ paymentId }) => paymentId);
    if (paymentIds.length === 0) return [...sent];
    const views = await this.viewsOf(paymentIds);
    return sent.map((each) => {
      const view = views.get(each.paymentId);
      return view === undefined
        ? each
        : { ...each, ...showRefundable(view, corridorOf(each), this.clock.now()) };
    });
  }

  private async viewsOf(paymentIds: string[]): Promise<ReadonlyMap<string, PaymentView>> {
    try {
      const { payments } = await this.calls.call(routingCalls.payments, { paymentIds });
      return new Map(payments.map((view) => [view.paymentId, view]));
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      return new Map();
    }
  }

  /** What others sent of the bank's customers; undefined while routing is away. */
  private async ofOthers(
    whose: Pick<InboundSearch, 'creditorAgent' | 'drawnFrom'>,
    { fromMs, untilMs, states, ...filter }: Filter,
  ): Promise<PublicPayment[] | undefined> {
    const search: InboundSearch = {
      ...filter,
      ...whose,
      from: instantOf(fromMs),
      until: instantOf(untilMs),
      states: states?.filter((state) => state !== null) as InboundSearch['states'],
    };
    try {
      const { payments } = await this.calls.call(routingCalls.inboundPayments, search);
      return payments.map((view) => this.shown(view));
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      return undefined;
    }
  }
}

function isReceivedBy(participant: string, { direction, creditorAgent }: PaymentView): boolean {
  return direction === 'inbound' && creditorAgent === participant;
}

function isDrawnFrom(participant: string, { paymentCodeId, sender }: PaymentView): boolean {
  return paymentCodeId !== undefined && sender === participant;
}

const instantOf = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString();
