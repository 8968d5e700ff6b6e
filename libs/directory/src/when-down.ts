import type { PaymentSubmit } from '@tonle/contracts';
import type { CorridorBody, QueueWhenDown } from './entry.schema.js';

type Asking = Pick<PaymentSubmit, 'payerSecured' | 'refundOf' | 'replyTo'>;

/**
 * May a payment wait for a network that does not answer? Who sent it here by the API is told of it, and its payer has the money
 * until it goes on. A partner's network holds the payer's money already, or its payer stands at a till; refunds never wait. Pure.
 */
export function mayWait({ payerSecured, refundOf, replyTo }: Asking): boolean {
  return !payerSecured && refundOf === undefined && replyTo.service === 'gateway';
}

/** How payments that may wait do so while a network of a corridor does not answer; undefined: they do not. Pure. */
export function queueOf({ whenDown }: Pick<CorridorBody, 'whenDown'>): QueueWhenDown | undefined {
  return typeof whenDown === 'object' ? whenDown.queue : undefined;
}

/** Is nothing taken while a network of a corridor does not answer: of those that may wait, or of others? Pure. */
export function refusesWhenDown({ whenDown }: Pick<CorridorBody, 'whenDown'>, waits: boolean): boolean {
  return whenDown === 'refuse' || (typeof whenDown === 'object' && !waits);
}
