import type { PaymentView, Refusal } from '@tonle/contracts';
import type { PricedRefund, RefundService } from '@tonle/door';
import { amountToJson } from '@tonle/money';
import { readAmount } from '../http/public-amount.js';
import type { PaymentDoor, TakenPayment } from '../payment/rest-payment.service.js';
import { refundDialect, type RefundRequest } from './refund-dialect.js';

/** Refunds over REST: finds the payment that is given back, has the refund priced, and pays it. */
export class RestRefundService {
  constructor(
    private readonly door: PaymentDoor,
    private readonly refunds: Pick<RefundService, 'priced'>,
  ) {}

  /** A refusal leaves nothing behind. Throws ServiceUnavailable while routing or fx is away. */
  pay(request: RefundRequest, waitMs: number, traceparent?: string): Promise<TakenPayment | Refusal> {
    const reading = refundDialect.read(request);
    if (reading.kind !== 'instruction') throw new Error('a refund was read as something else');
    return this.door.pay(refundDialect, reading, {
      sender: request.participant.participantId,
      waitMs,
      traceparent,
      repeatFirst: true,
      // A refusal is found, too: of two equal requests at once the second may find nothing left, and is a repeat.
      find: async (asked) => ({ kind: 'ok', found: await this.found(asked) }),
    });
  }

  private async found({ participant, body }: RefundRequest): Promise<PricedRefund | Refusal> {
    const { paymentId, amount, fault } = body;
    const read = amount === undefined ? undefined : readAmount(amount, '/amount');
    if (read?.kind === 'refused') return read;
    const sender = participant.participantId;
    const answer = await this.refunds.priced({
      paymentId,
      ...(read === undefined ? {} : { amount: amountToJson(read.amount) }),
      sender,
      ...(fault === undefined ? {} : { said: { fault } }),
      mayRefund: (view) => isPaidTo(sender, view),
    });
    return answer.kind === 'refused' ? answer : answer.refund;
  }
}

/** Only the bank of its payee gives a payment back; what a bank has sent, the payee's network gives back. */
export function isPaidTo(participant: string, { direction, creditorAgent }: PaymentView): boolean {
  return direction === 'inbound' && creditorAgent === participant;
}
