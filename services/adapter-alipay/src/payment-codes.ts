import type { InboundOutcome } from '@tonle/contracts';
import type { InboundDrawings, StoredRequest, WireRequest } from '@tonle/network';
import { answer, call, drawnStanding, readPay } from '@tonle/network-aplus';
import { RESULTS } from './codes.js';

/** pay: a merchant abroad draws on the code of a payer of ours. What its till is told of the payment is the `result`. */
export const payRoute: InboundDrawings = {
  kind: 'drawings',
  operation: 'pay',
  read: readPay,
  write: (drawn, { drawingId }) => {
    const { paymentResult: result, ...standing } = drawnStanding(RESULTS, drawn, drawingId);
    return answer({ result, ...standing });
  },
};

/** Of a payment that was drawn its credit leg has told the good end; the other one is told here. */
export function drawnNotice(mppId: string, request: StoredRequest<InboundOutcome>): WireRequest | undefined {
  const taken = { kind: 'taken', request, news: undefined, repeated: true } as const;
  const standing = drawnStanding(RESULTS, taken, request.submit.creditor.account);
  return standing.paymentResult.resultStatus === 'F'
    ? call('notifyPayment', { mppId, ...standing })
    : undefined;
}
