import { refused, type Refusal } from '@tonle/contracts';
import { hasEnded, type PricedRefund, type Reading, type RefundService } from '@tonle/door';
import { ServiceUnavailable } from '@tonle/messaging';
import type { AskedRefund, InboundMessages } from './inbound.js';
import type { LegService } from './leg.service.js';
import type { DrawnPayments, StandingDrawing } from './payment-codes/drawn-payments.js';

/** What a network gives back of the payments that we made there: found by our reference of the leg, and priced. */
export class InboundRefunds {
  constructor(
    private readonly refunds: Pick<RefundService, 'priced'>,
    /** Undefined: nothing is sent to this network, so there is nothing that it could give back. */
    private readonly legs: Pick<LegService, 'standing'> | undefined,
    private readonly drawn: Pick<DrawnPayments, 'callOff' | 'standing'>,
  ) {}

  /** What is given back of a leg that has not been accepted is evidence about it, in a dialect that has such: no refund. */
  async settled(route: InboundMessages, reading: Reading<unknown>): Promise<Reading<unknown>> {
    if (reading.kind !== 'instruction') return reading;
    const { asked, refusal } = reading;
    const refund = route.refundOf?.(asked);
    if (refund === undefined || route.legKeyOf?.(asked) === undefined) return reading;
    const leg = await this.legs?.standing(refund.externalRef);
    if (leg === undefined || leg.outcome === 'accepted') return reading;
    return { kind: 'call_back', asked, ...(refusal !== undefined && { refusal }) };
  }

  /**
   * Refuses `original_unknown` for what was never sent nor will be, `original_not_completed` for what was drawn on a code and is
   * not sent yet, `unavailable` while routing or fx is away, and what the refund is refused for. Only what is to be asked again
   * later may be otherwise then.
   */
  async priced(
    { externalRef, partnerRef, amount, fault, callsOff }: AskedRefund,
    sender: string,
  ): Promise<{ readonly refund: PricedRefund } | { readonly refusal: Refusal }> {
    // Called off before legs are looked at: one that is about to be sent looks the other way round, so that each sees the other.
    const drawing = callsOff === true ? await this.drawn.callOff(externalRef) : undefined;
    const leg = await this.legs?.standing(externalRef, partnerRef);
    const sent = leg?.command.leg === 'credit' ? leg.command.paymentId : undefined;
    // A leg may have another name than the drawing that it pays.
    const drawn = sent === undefined ? (drawing ?? (await this.drawn.standing(externalRef))) : undefined;
    const paymentId = sent ?? paymentOf(drawn);
    if (paymentId === undefined) return { refusal: notSent(drawn) };
    // Whatever has become of the leg: whether its payment is completed only routing knows.
    const mayRefund = ({ direction }: { readonly direction: string }) => direction === 'outbound';
    try {
      const answer = await this.refunds.priced({
        ...{ paymentId, amount, sender, mayRefund },
        ...(fault === undefined ? {} : { said: { fault, unlessFound: true } }),
      });
      return answer.kind === 'refused' ? { refusal: answer } : { refund: answer.refund };
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      return { refusal: refused('unavailable') };
    }
  }
}

/** While it is under way routing may not have it yet. */
function paymentOf(drawing: StandingDrawing | undefined): string | undefined {
  return drawing?.kind === 'taken' && hasEnded(drawing) ? drawing.request.paymentId : undefined;
}

/** What a merchant has drawn on a payer's code may be under way before anything was sent to its network. */
function notSent(drawing: StandingDrawing | undefined): Refusal {
  const isOpen = drawing?.kind === 'taken' && !hasEnded(drawing);
  return refused(isOpen ? 'original_not_completed' : 'original_unknown');
}
