import { showAmount, type ShownAmount } from './output.js';

/** What the public API says of refunds at a payment. */
export interface ShownRefunds {
  /** Id of the payment that it gives back. */
  readonly refundOf?: string;
  readonly refundCause?: {
    readonly fault: string;
    readonly fxBearer: string;
    /** What the provider gets for it, where whoever is at fault pays the difference. */
    readonly conversion?: { readonly source: ShownAmount; readonly rate: string };
    readonly feeReturned?: { readonly payer: string; readonly amount: ShownAmount };
  };
  /** What came back of it, and what may still. */
  readonly refundedAmount?: ShownAmount;
  readonly refundableAmount?: ShownAmount;
  readonly refunds?: readonly {
    readonly paymentId: string;
    readonly state: string;
    readonly amount: ShownAmount;
  }[];
}

/** Lines of a list. */
export function refundFacts({
  refundOf,
  refundCause,
  refundedAmount,
  refundableAmount,
  refunds = [],
}: ShownRefunds): [string, string | undefined][] {
  const { conversion, feeReturned } = refundCause ?? {};
  const left = refundableAmount === undefined ? '' : `, ${shownLeft(refundableAmount)}`;
  return [
    ['refund of', refundOf],
    ['cause', refundCause && `${refundCause.fault}, rate borne by ${refundCause.fxBearer}`],
    ['provider gets', conversion && `${showAmount(conversion.source)} at ${conversion.rate}`],
    ['fee returned', feeReturned && `${showAmount(feeReturned.amount)} (${feeReturned.payer})`],
    ['refunded', refundedAmount === undefined ? undefined : `${showAmount(refundedAmount)}${left}`],
    ...refunds.map((each): [string, string] => [
      'refund',
      `${each.paymentId}  ${each.state} ${showAmount(each.amount)}`,
    ]),
  ];
}

/** Its place in a table: what it gives back, or what came back of it. */
export function refundMark({ refundOf, refundedAmount }: ShownRefunds): string {
  if (refundOf !== undefined) return `of ${refundOf}`;
  return refundedAmount === undefined ? '' : `${showAmount(refundedAmount)} back`;
}

const shownLeft = (left: ShownAmount): string =>
  /[1-9]/.test(left.amount) ? `${showAmount(left)} is left` : 'nothing is left';
