import { counted, printableValue } from '@tonle/contracts';
import { list, showAmount, table, type ShownAmount } from './output.js';
import { partnerFacts, type ShownPartnerTerms } from './partner-terms.js';
import { refundFacts, refundMark, type ShownRefunds } from './refund-facts.js';

interface ShownCustomer {
  readonly name: string;
  readonly account: string;
  readonly accountType: string;
  readonly agent: string;
}

/** A payment as the public API gives it. */
export interface ShownPayment extends ShownRefunds {
  readonly paymentId: string;
  readonly uetr: string;
  readonly state: string;
  readonly step: string;
  readonly isoStatus: string;
  readonly problem?: {
    readonly title: string;
    readonly code: string;
    readonly detail?: string;
    readonly isoReason: string;
    readonly remedy: string;
  };
  readonly direction: string;
  readonly corridor: string;
  readonly messageId: string;
  readonly endToEndId: string;
  readonly source: ShownAmount;
  readonly target: ShownAmount;
  readonly rate?: string;
  readonly fxProvider?: string;
  readonly settlementBank?: string;
  readonly fees: readonly { readonly kind: string; readonly payer: string; readonly amount: ShownAmount }[];
  readonly partnerTerms?: ShownPartnerTerms;
  readonly debtor: ShownCustomer;
  readonly creditor: ShownCustomer;
  readonly purpose?: string;
  readonly remittance?: string;
  readonly partnerReferences: Readonly<Record<string, string | undefined>>;
  readonly receivedAt: string;
  readonly completedAt?: string;
  readonly history: readonly {
    readonly from: string | null;
    readonly event: string;
    readonly to: string;
    readonly at: string;
    readonly times?: number;
  }[];
}

/** A payment with its time line: states, amounts in both currencies, rate, references, milliseconds. */
export function paymentTimeLine(payment: ShownPayment): string {
  const parts = [heading(payment), facts(payment), timeLine(payment)];
  if (payment.problem !== undefined) parts.push(problemOf(payment.problem));
  return parts.filter((part) => part !== '').join('\n');
}

/** One line per payment; a refund, and what was refunded, says so. */
export function paymentTable(payments: readonly ShownPayment[]): string {
  const rows = payments.map((payment) => [
    payment.paymentId,
    payment.state,
    payment.step,
    showAmount(payment.source),
    showAmount(payment.target),
    payment.creditor.name,
    payment.receivedAt,
    refundMark(payment),
  ]);
  const heads = ['PAYMENT', 'STATE', 'STEP', 'SOURCE', 'TARGET', 'PAYEE', 'RECEIVED', 'REFUND'];
  return table([heads, ...rows], [3, 4]);
}

function heading({ paymentId, state, isoStatus, direction, corridor }: ShownPayment): string {
  return `payment ${paymentId}  ${state} (${isoStatus})  ${direction} ${corridor}`;
}

function facts(payment: ShownPayment): string {
  const {
    debtor,
    creditor,
    source,
    target,
    rate,
    fxProvider,
    settlementBank,
    partnerReferences: references,
  } = payment;
  const between = fxProvider ?? settlementBank;
  return list([
    ['from', `${debtor.name}, ${debtor.account} at ${debtor.agent}`],
    ['to', `${creditor.name}, ${creditor.account} (${creditor.accountType}) at ${creditor.agent}`],
    ['amount', `${showAmount(source)} -> ${showAmount(target)}`],
    ...refundFacts(payment),
    [
      'rate',
      rate === undefined
        ? undefined
        : `1 ${source.currency} = ${rate} ${target.currency}${between === undefined ? '' : ` by ${between}`}`,
    ],
    ['fees', payment.fees.map((fee) => `${fee.kind} ${showAmount(fee.amount)} (${fee.payer})`).join(', ')],
    ...partnerFacts(payment.partnerTerms),
    ['remittance', payment.remittance],
    ['uetr', payment.uetr],
    ['message id', payment.messageId],
    ['debit reference', references['debit']],
    ['credit reference', references['credit']],
    ['reversal reference', references['reversal']],
  ]);
}

function timeLine({ receivedAt, history }: ShownPayment): string {
  const start = Date.parse(receivedAt);
  const rows = history.map(({ event, to, at, times }) => [
    `  ${Math.max(0, Date.parse(at) - start)} ms`,
    to,
    times === undefined ? event : `${event} (${counted(times, 'time')})`,
  ]);
  return table(rows, [0]);
}

function problemOf(problem: NonNullable<ShownPayment['problem']>): string {
  const detail = problem.detail === undefined ? '' : `\n  ${printableValue(problem.detail)}`;
  return `${problem.title} (${problem.code}, ISO ${problem.isoReason})${detail}\n  Remedy: ${problem.remedy}`;
}
