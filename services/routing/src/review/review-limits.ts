import type { Directory } from '@tonle/directory';
import type { Payment } from '../payment/payment.js';

/** Until the directory knows the corridor, nothing is taken for gone. */
const FINAL_AFTER_MS = 900_000;
const REVIEW_AFTER_MS = 1_800_000;

type OfCorridor = Pick<Payment, 'corridor'>;

/** From when on, after it was sent, what a network does not find will never be there. */
export const finalAfterMs = (directory: Directory, { corridor }: OfCorridor): number =>
  directory.corridorIncludingEnded(corridor)?.timers.notFoundFinalAfterMs ?? FINAL_AFTER_MS;

/** For how long a network is asked before people decide. */
export const reviewAfterMs = (directory: Directory, { corridor }: OfCorridor): number =>
  directory.corridorIncludingEnded(corridor)?.timers.reviewAfterMs ?? REVIEW_AFTER_MS;
