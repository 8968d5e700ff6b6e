import type { CommandContext } from './command-context.js';
import { OPERATOR } from './ops.js';
import { table } from './output.js';

interface Counts {
  readonly asked: number;
  readonly found: number;
  readonly notFound: number;
  readonly unanswered: number;
  readonly refused: number;
  readonly paid: number;
}

interface Use {
  readonly participants: readonly {
    readonly participant: string;
    readonly door: string;
    readonly hour: Counts;
    readonly day: Counts;
  }[];
  readonly silentAdapters: readonly string[];
}

const COLUMNS = ['ASKED', 'FOUND', 'NOT FOUND', 'UNANSWERED', 'REFUSED', 'PAID'];
const SPANS = { hour: 'last hour', day: 'last day' } as const;

/** `tonle ops lookups`: who asks for payees' names, and whether payments follow; who asks most first. */
export async function runOpsLookups({ output, gateway }: CommandContext): Promise<number> {
  const { participants, silentAdapters } = await gateway(OPERATOR).ask<Use>('GET', '/v1/ops/lookups');
  const sorted = [...participants].sort((a, b) => b.day.asked - a.day.asked);
  if (output.json) {
    for (const each of sorted) output.out(JSON.stringify(each));
    return 0;
  }
  const rows = sorted.flatMap((each) =>
    (['hour', 'day'] as const).map((span) => [
      each.participant,
      each.door,
      SPANS[span],
      ...cells(each[span]),
    ]),
  );
  output.out(
    rows.length === 0
      ? 'Nobody has looked up a payee in the last day.'
      : table([['PARTICIPANT', 'DOOR', '', ...COLUMNS], ...rows], [3, 4, 5, 6, 7, 8]),
  );
  for (const adapter of silentAdapters) output.out(`${adapter} does not answer: its counts are not shown`);
  return 0;
}

function cells({ asked, found, notFound, unanswered, refused, paid }: Counts): string[] {
  return [asked, found, notFound, unanswered, refused, paid].map(String);
}
