import { showAmount, type ShownAmount } from './output.js';

/** What the public API says of refunds at a payment. */
export interface ShownRefunds {
  /** Id of the payment that it gives back. */
  readonly refundOf?: string;
  /** What came back of it, and what may still. */
  readonly refundedAmount?: ShownAmount;
  readonly refundableAmount?: ShownAmount;
}

/** Lines of a list. */
export function refundFacts({
  refundOf,
  refundedAmount,
  refundableAmount,
}: ShownRefunds): [string, string | undefined][] {
  const left = refundableAmount === undefined ? '' : `, ${shownLeft(refundableAmount)}`;
  return [
    ['refund of', refundOf],
    ['refunded', refundedAmount === undefined ? undefined : `${showAmount(refundedAmount)}${left}`],
  ];
}

const shownLeft = (left: ShownAmount): string =>
  /[1-9]/.test(left.amount) ? `${showAmount(left)} is left` : 'nothing is left';
