import { counted } from '@tonle/contracts';
import { formatAmount, parseBookedAmount, type Amount } from '@tonle/money';
import type { CommandContext } from './command-context.js';
import { UsageError, type GatewayClient } from './gateway-client.js';
import { searchPage, type ShownOperatorPayment } from './ops.js';
import { showAmount, table, type ShownAmount } from './output.js';

export interface ReportOptions {
  readonly day: string;
  readonly csv?: boolean;
  readonly utcOffset: string;
}

const DAY_MS = 86_400_000;

const COLUMNS: readonly (readonly [
  name: string,
  of: (payment: ShownOperatorPayment) => string | undefined,
])[] = [
  ['payment_id', (p) => p.paymentId],
  ['uetr', (p) => p.uetr],
  ['received_at', (p) => p.receivedAt],
  ['completed_at', (p) => p.completedAt],
  ['corridor', (p) => p.corridor],
  ['direction', (p) => p.direction],
  ['state', (p) => p.state],
  ['iso_status', (p) => p.isoStatus],
  ['reason', (p) => p.reason],
  ['debtor_agent', (p) => p.debtorAgent],
  ['creditor_agent', (p) => p.creditorAgent],
  ['source_currency', (p) => p.source.currency],
  ['source_amount', (p) => p.source.amount],
  ['target_currency', (p) => p.target.currency],
  ['target_amount', (p) => p.target.amount],
  ['rate', (p) => p.rate],
  ['fx_provider', (p) => p.fxProvider],
  ['debit_reference', (p) => p.partnerRefs['debit']],
  ['credit_reference', (p) => p.partnerRefs['credit']],
  ['reversal_reference', (p) => p.partnerRefs['reversal']],
  ['windows', (p) => p.windows.map(({ windowId }) => windowId).join(' ')],
  ['settlement_bank', (p) => p.settlementBank],
  ['order_currency', (p) => p.partnerTerms?.orderAmount?.currency],
  ['order_amount', (p) => p.partnerTerms?.orderAmount?.amount],
  ['billing_currency', (p) => p.partnerTerms?.billingAmount?.currency],
  ['billing_amount', (p) => p.partnerTerms?.billingAmount?.amount],
  ['discount_currency', (p) => p.partnerTerms?.discountAmount?.currency],
  ['discount_amount', (p) => p.partnerTerms?.discountAmount?.amount],
  ['refund_of', (p) => p.refundOf],
  ['refund_fault', (p) => p.refundCause?.fault],
  ['fx_bearer', (p) => p.refundCause?.fxBearer],
  ['provider_gets', (p) => p.refundCause?.conversion?.source.amount],
  ['fee_returned_currency', (p) => p.refundCause?.feeReturned?.amount.currency],
  ['fee_returned', (p) => p.refundCause?.feeReturned?.amount.amount],
  ['fee_returned_to', (p) => p.refundCause?.feeReturned?.payer],
];

/** `tonle ops report`: the payments that were received on a day; sums by state and currency, or all as CSV. */
export async function runOpsReport(
  { output, gateway }: CommandContext,
  options: ReportOptions,
): Promise<number> {
  const payments = await paymentsOf(gateway('OPERATOR'), options);
  if (options.csv === true) {
    output.out(COLUMNS.map(([name]) => name).join(','));
    for (const payment of payments) output.out(COLUMNS.map(([, of]) => csvField(of(payment))).join(','));
    return 0;
  }
  const sums = sumsOf(payments);
  if (output.json) {
    for (const sum of sums) output.out(JSON.stringify({ day: options.day, ...sum }));
    return 0;
  }
  const rows = sums.map(({ corridor, direction, refunds, state, payments: count, source, target }) => [
    corridor,
    `${direction}${refunds ? ' refunds' : ''}`,
    state,
    String(count),
    showAmount(source),
    showAmount(target),
  ]);
  output.out(`Received on ${options.day} (UTC${options.utcOffset}): ${counted(payments.length, 'payment')}`);
  if (rows.length > 0) output.out(table(rows, [3, 4, 5]));
  return 0;
}

/** RFC 4180; what a spreadsheet would take for a formula, full width too, is given as text: by the rule of reports. */
export function csvField(value = ''): string {
  const text = /^['=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function paymentsOf(
  gateway: GatewayClient,
  { day, utcOffset }: ReportOptions,
): Promise<ShownOperatorPayment[]> {
  const start = Date.parse(`${day}T00:00:00${utcOffset}`);
  // 30 February would be read as 2 March.
  const midnight = new Date(`${day}T00:00:00Z`);
  if (
    Number.isNaN(start) ||
    Number.isNaN(midnight.getTime()) ||
    !midnight.toISOString().startsWith(`${day}T`)
  )
    throw new UsageError(
      `"${day}" with the offset "${utcOffset}" is not a valid day; write 2026-11-28 and +07:00.`,
    );
  const span = { from: new Date(start).toISOString(), until: new Date(start + DAY_MS).toISOString() };
  const all: ShownOperatorPayment[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await searchPage(gateway, { ...span, limit: '500', cursor });
    all.push(...page.payments);
    if (page.next === undefined) return all.reverse();
    cursor = page.next;
  }
}

interface Sum {
  readonly corridor: string;
  readonly direction: string;
  /** These give payments back: they are no business of their own. */
  readonly refunds: boolean;
  readonly state: string;
  readonly payments: number;
  readonly source: ShownAmount;
  readonly target: ShownAmount;
}

function sumsOf(payments: readonly ShownOperatorPayment[]): Sum[] {
  const groups = new Map<string, ShownOperatorPayment[]>();
  for (const payment of payments) {
    const { corridor, direction, refundOf, state, source, target } = payment;
    const kind = refundOf === undefined ? 'payment' : 'refund';
    const key = [corridor, direction, kind, state, source.currency, target.currency].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), payment]);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => ({
      corridor: group[0]!.corridor,
      direction: group[0]!.direction,
      refunds: group[0]!.refundOf !== undefined,
      state: group[0]!.state,
      payments: group.length,
      source: total(group.map(({ source }) => source)),
      target: total(group.map(({ target }) => target)),
    }));
}

function total(amounts: readonly ShownAmount[]): ShownAmount {
  const read = amounts.map(readAmount);
  const minor = read.reduce((sum, each) => sum + each.minor, 0n);
  return { currency: amounts[0]!.currency, amount: formatAmount({ ...read[0]!, minor }) };
}

function readAmount({ currency, amount }: ShownAmount): Amount {
  const parsed = parseBookedAmount(currency, amount);
  if (parsed.kind !== 'ok') throw new Error(`the gateway gave the amount ${amount} ${currency}`);
  return parsed.amount;
}
