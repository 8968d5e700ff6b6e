import { randomUUID } from 'node:crypto';
import { GatewayProblem, GatewayUnreachable, type GatewayClient } from './gateway-client.js';
import { lookUp, type PayeeOptions } from './lookup.js';
import { show } from './output.js';
import { paymentTimeLine, type ShownPayment } from './payment-show.js';
import { quoteFor } from './quote.js';
import { flagsOf, readSeconds, type CommandContext } from './command-context.js';

export interface PayOptions extends PayeeOptions {
  readonly amount?: string;
  /** The payer's account. */
  readonly from?: string;
  readonly name: string;
  readonly currency?: string;
  readonly purpose?: string;
  readonly remittance?: string;
  readonly endToEndId?: string;
  readonly wait: string;
  readonly key?: string;
  readonly confirmDuplicate?: string;
}

/** `tonle pay`: looks the payee up, takes a quote, pays. Exit 0 only for a completed payment, or one under way with --wait 0. */
export async function runPay(context: CommandContext, options: PayOptions): Promise<number> {
  const { output, participant, again } = context;
  const gateway = context.gateway();
  const waitS = readSeconds(options.wait);
  const idempotencyKey = options.key ?? randomUUID();
  const earlier = options.key === undefined ? undefined : await paymentOf(gateway, options.key);
  if (earlier !== undefined) {
    output.err(`There is a payment with the key ${idempotencyKey}; nothing new was paid.`);
    return ended(context, earlier, waitS);
  }
  const found = await lookUp(gateway, options);
  const quote = await quoteFor(gateway, found, options.amount, options.currency);
  const body = {
    lookupId: found.lookupId,
    quoteId: quote.quoteId,
    debtor: {
      name: options.name,
      account: options.from ?? defaultAccount(participant),
      accountType: 'bakong',
    },
    ...(options.purpose !== undefined && { purpose: options.purpose }),
    ...(options.remittance !== undefined && { remittance: options.remittance }),
    ...(options.endToEndId !== undefined && { endToEndId: options.endToEndId }),
    ...(options.confirmDuplicate !== undefined && { confirmDuplicateOf: options.confirmDuplicate }),
  };
  try {
    const payment = await gateway.ask<ShownPayment>('POST', '/v1/payments', { body, idempotencyKey, waitS });
    return ended(context, payment, waitS);
  } catch (error) {
    const hint = hintFor(error, again, idempotencyKey);
    if (hint !== undefined) output.err(hint);
    throw error;
  }
}

/** What to do about a payment that was not taken, or of which nobody knows; undefined when the error itself says it. */
function hintFor(error: unknown, again: string, messageId: string): string | undefined {
  if (error instanceof GatewayUnreachable)
    return `It is not known whether the payment was accepted. Check with: ${again} payment list ${flagsOf({ messageId }).join(' ')}`;
  if (!(error instanceof GatewayProblem) || error.problem.code !== 'duplicate_suspected') return undefined;
  const { paymentId = '' } = (error.problem['duplicateOf'] ?? {}) as { readonly paymentId?: string };
  return (
    `Nothing was paid. See what becomes of the other payment: ${again} payment show ${paymentId}\n` +
    `If two payments are meant, pay again with ${flagsOf({ confirmDuplicate: paymentId }).join(' ')}`
  );
}

/** A repeat would take a new quote, and so be another request under the same key: who repeats asks what became of it. */
async function paymentOf(gateway: GatewayClient, key: string): Promise<ShownPayment | undefined> {
  const query = new URLSearchParams({ messageId: key, direction: 'outbound' });
  const { payments } = await gateway.ask<{ payments: readonly ShownPayment[] }>(
    'GET',
    `/v1/payments?${query.toString()}`,
  );
  return payments[0];
}

/** Shows what became of it; the exit code says whether it completed. */
export function ended({ output, again }: CommandContext, payment: ShownPayment, waitS: number): number {
  show(output, payment, () => `${paymentTimeLine(payment)}${followUp(payment, again)}`);
  return payment.state === 'completed' || (payment.state === 'processing' && waitS === 0) ? 0 : 1;
}

/** The first customer of a sandbox bank: KHMEKONG -> u0000001@mekong. */
export function defaultAccount(participant: string): string {
  return `u0000001@${participant.replace(/^KH/, '').toLowerCase()}`;
}

function followUp({ state, paymentId }: ShownPayment, again: string): string {
  return state === 'processing' ? `\nThe payment is still under way: ${again} payment show ${paymentId}` : '';
}
