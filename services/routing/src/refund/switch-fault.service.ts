import { refused, type Refusal, type routingCalls } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { z } from 'zod';
import type { OperatorStore } from '../operator/operator.store.js';
import type { PaymentStore } from '../payment/payment.store.js';
import type { RefundStore } from './refund.store.js';

interface SwitchFaultParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly payments: PaymentStore;
  readonly refunds: RefundStore;
  readonly operators: OperatorStore;
}

/** Operators find this switch at fault with a payment: whoever refunds it may say so then, and the scheme pays (domain 6.11). */
export class SwitchFaultService {
  constructor(private readonly parts: SwitchFaultParts) {}

  /** Once a payment; the same again changes nothing. Refuses `not_found`, `refund_not_served`, `original_not_completed`. */
  async find({
    paymentId,
    ...by
  }: z.infer<typeof routingCalls.findSwitchFault.request>): Promise<{ readonly kind: 'done' } | Refusal> {
    const { database, clock, payments, refunds, operators } = this.parts;
    const [payment] = await payments.byIds(database, [paymentId]);
    if (payment === undefined) return refused('not_found');
    if (payment.instruction.refundOf !== undefined) return refused('refund_not_served');
    if (payment.state !== 'COMPLETED') return refused('original_not_completed');
    const deed = { ...by, action: 'payment.switch-fault', subject: paymentId, atMs: clock.now() };
    await database.transaction(async (transaction) => {
      if (await refunds.keepSwitchFault(transaction, paymentId)) await operators.record(transaction, deed);
    });
    return { kind: 'done' };
  }
}
