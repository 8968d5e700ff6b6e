import { show } from './output.js';
import { paymentTable, paymentTimeLine, type ShownPayment } from './payment-show.js';
import { UsageError, type GatewayClient } from './gateway-client.js';
import { moreText, type CommandContext } from './command-context.js';

interface PaymentPage {
  readonly payments: readonly ShownPayment[];
  readonly next?: string;
}

export interface ListOptions {
  readonly uetr?: string;
  readonly reference?: string;
  readonly messageId?: string;
  readonly endToEndId?: string;
  readonly refundOf?: string;
  readonly direction?: string;
  readonly state?: string;
  readonly from?: string;
  readonly until?: string;
  readonly settlementDate?: string;
  readonly currency?: string;
  readonly amountMin?: string;
  readonly amountMax?: string;
  readonly cursor?: string;
  readonly limit?: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** `tonle payment show`: by payment id, UETR or a partner's reference. Exit 1 when it failed or there is none. */
export async function runPaymentShow({ output, gateway }: CommandContext, id: string): Promise<number> {
  const payment = await findPayment(gateway(), id);
  if (payment === undefined) {
    show(output, { found: false, id }, () => `No payment ${id} found.`);
    return 1;
  }
  show(output, payment, () => paymentTimeLine(payment));
  return payment.state === 'completed' || payment.state === 'processing' ? 0 : 1;
}

/** `tonle payment list`: newest first, one page; with --json one payment per line. */
export async function runPaymentList(
  { output, gateway, again }: CommandContext,
  options: ListOptions,
): Promise<number> {
  const page = await askPage(gateway(), options);
  if (output.json) {
    for (const payment of page.payments) output.out(JSON.stringify(payment));
    return 0;
  }
  output.out(page.payments.length === 0 ? 'No payments.' : paymentTable(page.payments));
  if (page.next !== undefined) output.out(moreText(again, 'payment list', options, page.next));
  return 0;
}

/** By payment id, UETR or a partner's reference. Throws GatewayProblem for a payment id that is none of ours. */
export async function findPayment(gateway: GatewayClient, id: string): Promise<ShownPayment | undefined> {
  // Payment ids are UUIDv7, UETRs v4: the version digit tells which one was given.
  const version = UUID.exec(id.toLowerCase())?.[1];
  if (version === '7') return gateway.ask('GET', `/v1/payments/${id.toLowerCase()}`);
  const page = await askPage(gateway, version === undefined ? { reference: id } : { uetr: id.toLowerCase() });
  return page.payments[0];
}

function askPage(gateway: GatewayClient, options: ListOptions): Promise<PaymentPage> {
  const { reference, limit, ...rest } = options;
  if (limit !== undefined && !/^\d{1,3}$/.test(limit))
    throw new UsageError(`"${limit}" is not a valid number of payments.`);
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...rest, partnerReference: reference, limit })) {
    if (value !== undefined) query.set(name, value);
  }
  return gateway.ask('GET', `/v1/payments${query.size === 0 ? '' : `?${query.toString()}`}`);
}
