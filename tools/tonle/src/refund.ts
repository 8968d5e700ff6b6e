import { randomUUID } from 'node:crypto';
import { flagsOf, readAmountOption, readSeconds, type CommandContext } from './command-context.js';
import { GatewayProblem, GatewayUnreachable, type GatewayClient } from './gateway-client.js';
import { show } from './output.js';
import { ended } from './pay.js';
import { findPayment } from './payment.js';
import type { ShownPayment } from './payment-show.js';

export interface RefundFlags {
  readonly amount?: string;
  readonly reason?: string;
  readonly fault?: string;
  readonly endToEndId?: string;
  readonly wait: string;
  readonly key?: string;
}

/** `tonle refund`: gives a payment back that came in, all that is left of it or an amount. Exits as `tonle pay` does. */
export async function runRefund(context: CommandContext, id: string, options: RefundFlags): Promise<number> {
  const { output, again, participant } = context;
  const gateway = context.gateway();
  const waitS = readSeconds(options.wait);
  const idempotencyKey = options.key ?? randomUUID();
  const original = await findOwn(gateway, id);
  if (original === undefined) {
    show(
      output,
      { found: false, id, participant },
      () =>
        `No payment ${id} of ${participant} found. A payment is given back by the bank of its payee: refund it as that bank, --as <bank>.`,
    );
    return 1;
  }
  const body = {
    paymentId: original.paymentId,
    ...(options.amount !== undefined && {
      amount: readAmountOption(options.amount, original.target.currency),
    }),
    ...(options.reason !== undefined && { reason: options.reason }),
    ...(options.fault !== undefined && { fault: options.fault.replaceAll('-', '_') }),
    ...(options.endToEndId !== undefined && { endToEndId: options.endToEndId }),
  };
  try {
    const refund = await gateway.ask<ShownPayment>('POST', '/v1/refunds', { body, idempotencyKey, waitS });
    return ended(context, refund, waitS);
  } catch (error) {
    if (error instanceof GatewayUnreachable) {
      const repeat = ['refund', id, ...flagsOf({ ...options, key: idempotencyKey })].join(' ');
      output.err(
        `It is not known whether the refund was accepted. Ask again, it remains one: ${again} ${repeat}`,
      );
    }
    throw error;
  }
}

/** A payment of others is not told from one that there is not. */
async function findOwn(gateway: GatewayClient, id: string): Promise<ShownPayment | undefined> {
  try {
    return await findPayment(gateway, id);
  } catch (error) {
    if (error instanceof GatewayProblem && error.problem.code === 'not_found') return undefined;
    throw error;
  }
}
