import { routingCalls, type LegCommand, type PaymentView } from '@tonle/contracts';
import type { AdapterWorld } from './adapter-world.js';

/** Payments as routing shows them to who wants to give them back: those of credit legs that an adapter has sent. */
export class PaidPayments {
  private readonly views = new Map<string, PaymentView>();

  constructor(world: AdapterWorld) {
    world.calls.serve(routingCalls.payments, ({ paymentIds }) =>
      Promise.resolve({ payments: paymentIds.flatMap((id) => this.views.get(id) ?? []) }),
    );
  }

  /** A completed payment whose credit leg this is; `more` is what else is known of it by now. */
  keep(leg: LegCommand, more: Partial<PaymentView> = {}): PaymentView {
    const { paymentId, uetr, quoteId, corridor, direction, fxProvider, rate, endToEndId } = leg;
    const { debtor, debtorAgent, creditor, creditorAgent, acceptedAt } = leg;
    const view: PaymentView = {
      ...{ paymentId, uetr, quoteId, corridor, direction, fxProvider, rate, endToEndId },
      ...{ debtor, debtorAgent, creditor, creditorAgent, acceptedAt },
      sender: debtorAgent,
      messageId: `M-${paymentId}`,
      source: leg.otherAmount,
      target: leg.amount,
      version: 7,
      state: 'COMPLETED',
      isoStatus: 'ACCC',
      fees: [],
      partnerRefs: {},
      at: acceptedAt,
      deadline: acceptedAt,
      receivedAt: acceptedAt,
      windows: [],
      obligations: [],
      lane: 'main',
      replyTo: { service: 'gateway', instance: 'gateway-1' },
      history: [],
      ...more,
    };
    this.views.set(paymentId, view);
    return view;
  }
}
