import type { CommandContext } from './command-context.js';
import { OPERATOR, processing, waits } from './ops.js';
import { table } from './output.js';
import { healthText, partnersOf } from './partners.js';

interface Corridors {
  readonly corridors: readonly {
    readonly corridor: string;
    readonly status: string;
    readonly home: { readonly network: string };
    readonly partner: { readonly network: string };
    readonly open: { readonly outbound: boolean; readonly inbound: boolean };
  }[];
}

/** `tonle ops partners`: each corridor with what is open and what waits, then each network and whether it answers. */
export async function runOpsPartners({ output, gateway }: CommandContext): Promise<number> {
  const asked = gateway(OPERATOR);
  const [{ corridors }, partners] = await Promise.all([
    asked.ask<Corridors>('GET', '/v1/corridors'),
    partnersOf(asked),
  ]);
  const rows = await Promise.all(
    corridors.map(async ({ corridor, status, home, partner, open }) => ({
      corridor,
      status,
      networks: [home.network, partner.network],
      open: Object.entries(open).flatMap(([direction, isOpen]) => (isOpen ? [direction] : [])),
      processing: await processing(asked, { corridor }),
    })),
  );
  if (output.json) {
    for (const row of [...rows, ...partners]) output.out(JSON.stringify(row));
    return 0;
  }
  const cells = rows.map((row) => [
    row.corridor,
    row.status,
    row.networks.join(' - '),
    row.open.length === 0 ? 'closed' : `open ${row.open.join(', ')}`,
    waits(row.processing),
  ]);
  output.out(table(cells));
  output.out(table(partners.map((partner) => [partner.network, healthText(partner)])));
  return 0;
}
