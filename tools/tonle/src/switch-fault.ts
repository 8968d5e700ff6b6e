import type { CommandContext } from './command-context.js';
import { UsageError } from './gateway-client.js';
import { OPERATOR, searchPage } from './ops.js';
import { show } from './output.js';

export interface SwitchFaultOptions {
  readonly reason: string;
  readonly evidence: string;
}

/** `tonle ops switch-fault`: moves nothing by itself; a refund of the payment may say so from then on. */
export async function runSwitchFault(
  { output, gateway }: CommandContext,
  id: string,
  { reason, evidence }: SwitchFaultOptions,
): Promise<number> {
  const operator = gateway(OPERATOR);
  const [payment] = (await searchPage(operator, { id, limit: '1' })).payments;
  if (payment === undefined) throw new UsageError(`No payment ${id} found.`);
  const { paymentId } = payment;
  await operator.ask('POST', `/v1/ops/payments/${paymentId}/switch-fault`, { body: { reason, evidence } });
  show(output, { paymentId, switchFault: true }, () =>
    [
      'Found. The bank of its payee may give it back by that fault, and the scheme pays what it costs:',
      `  refund ${paymentId} --fault switch`,
    ].join('\n'),
  );
  return 0;
}
