import type { PaymentSubmit, Quote } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import { receivedPayment, type Payment } from './payment.js';
import { standingOf, timesOf, type Standing } from './submission.decide.js';

/** A new payment as it was received, with what its standing checks said. */
export interface Submission {
  readonly payment: Payment;
  readonly standing: Standing;
}

/** The first of each payment id, by id; the quotes are what fx knows of them. */
export function submissionsOf(
  submits: readonly PaymentSubmit[],
  quotes: ReadonlyMap<string, Quote>,
  { directory, nowMs, lane }: { directory: Directory; nowMs: number; lane: string },
): ReadonlyMap<string, Submission> {
  const submissions = new Map<string, Submission>();
  for (const submit of submits) {
    if (submissions.has(submit.paymentId)) continue;
    const quote = quotes.get(submit.quoteId);
    const times = timesOf(submit, directory);
    submissions.set(submit.paymentId, {
      payment: receivedPayment(submit, quote, { ...times, nowMs }, directory.sequence, lane),
      standing: standingOf({ submit, directory, quote, nowMs, ...times }),
    });
  }
  return submissions;
}
