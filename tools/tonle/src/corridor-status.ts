import type { CommandContext } from './command-context.js';
import { table } from './output.js';

interface ShownStatus {
  readonly status: string;
  readonly since?: string;
  readonly expectedUntil?: string;
  readonly words: string;
}

interface CorridorStatus {
  readonly corridor: string;
  readonly outbound: ShownStatus;
  readonly inbound: ShownStatus;
}

/** `tonle corridors status`: how each direction stands, since when and until when; with --json one corridor per line. */
export async function runCorridorStatus(
  { output, gateway }: CommandContext,
  corridor: string | undefined,
): Promise<number> {
  const asked = gateway();
  const { corridors } = await asked.ask<{ corridors: readonly { readonly corridor: string }[] }>(
    'GET',
    '/v1/corridors',
  );
  const wanted = corridor === undefined ? corridors.map((each) => each.corridor) : [corridor];
  const found = await Promise.all(
    wanted.map((id) => asked.ask<CorridorStatus>('GET', `/v1/corridors/${encodeURIComponent(id)}/status`)),
  );
  if (output.json) for (const each of found) output.out(JSON.stringify(each));
  else output.out(table(found.flatMap(rowsOf)));
  return 0;
}

function rowsOf({ corridor, outbound, inbound }: CorridorStatus): string[][] {
  return Object.entries({ outbound, inbound }).map(([direction, { status, since, expectedUntil, words }]) => [
    corridor,
    direction,
    status,
    since === undefined ? '' : `since ${since}`,
    expectedUntil === undefined ? '' : `until ${expectedUntil}`,
    words,
  ]);
}
