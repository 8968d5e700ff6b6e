import { counted } from '@tonle/contracts';
import type { CommandContext } from './command-context.js';
import type { GatewayClient } from './gateway-client.js';
import { OPERATOR } from './ops.js';
import { show, showAmount, table, type ShownAmount } from './output.js';

interface Unknowns {
  readonly payments: readonly {
    readonly paymentId: string;
    readonly state: string;
    readonly leg: string;
    readonly partner: string;
    readonly amount: ShownAmount;
    readonly since: string;
    readonly windowClosesAt?: string;
  }[];
  readonly counts: readonly {
    readonly partner: string;
    readonly band: string;
    readonly payments: number;
    readonly amount: ShownAmount;
  }[];
}

export const unknownsOf = (gateway: GatewayClient): Promise<Unknowns> =>
  gateway.ask('GET', '/v1/ops/unknowns');

/** How many there are and since when the oldest, with where to look. */
export function unknownWords({ payments, counts }: Unknowns, again: string): string {
  const count = counts.reduce((sum, each) => sum + each.payments, 0);
  const [oldest] = payments;
  return oldest === undefined ? 'none' : `${count}, the oldest since ${oldest.since}: ${again} ops unknowns`;
}

/** `tonle ops unknowns`: payments whose outcome is not known, by age and network, and each of them. */
export async function runOpsUnknowns({ output, gateway, command }: CommandContext): Promise<number> {
  const found = await unknownsOf(gateway(OPERATOR));
  show(output, found, () => text(found, command));
  return 0;
}

function text({ payments, counts }: Unknowns, command: string): string {
  if (payments.length === 0) return 'No payment has an outcome that is not known.';
  const sums = counts.map(({ partner, band, payments: count, amount }) => [
    partner,
    band.replaceAll('_', ' '),
    counted(count, 'payment'),
    showAmount(amount),
  ]);
  const rows = payments.map(({ paymentId, state, leg, partner, amount, since, windowClosesAt }) => [
    paymentId,
    state,
    `${leg} at ${partner}`,
    showAmount(amount),
    `since ${since}`,
    windowClosesAt === undefined ? '' : `window closes ${windowClosesAt}`,
  ]);
  const next = [
    'Their networks are asked by themselves. What is known of one, and what no answer ends:',
    `  ${command} explain <payment id>`,
    `  ${command} review list`,
  ];
  return [table(sums), '', table(rows), '', ...next].join('\n');
}
