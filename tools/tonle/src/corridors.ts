import type { CommandContext } from './command-context.js';
import { showAmount, table, type ShownAmount } from './output.js';

/** As wide as people's terminals are. */
const WIDTH = 120;
const INDENT = 10;
/** Lists in cells go on in the next line at these widths. */
const CODES_WIDTH = 23;
const ACCOUNTS_WIDTH = 18;
const CURRENCIES_WIDTH = 14;

interface ShownSide {
  readonly name: string;
  readonly currencies: readonly string[];
  readonly schemes: readonly string[];
  readonly accountTypes: readonly string[];
  readonly utcOffset: string;
  readonly openingHours?: { readonly from: string; readonly to: string; readonly bankingDaysOnly: boolean };
  readonly cutOff: string;
  readonly nextHoliday?: string;
}

export interface ShownCorridor {
  readonly corridor: string;
  readonly status: string;
  readonly note?: string;
  readonly home: ShownSide;
  readonly partner: ShownSide;
  readonly open: { readonly outbound: boolean; readonly inbound: boolean };
  readonly closedBecause: { readonly outbound?: string; readonly inbound?: string };
  readonly requiredPurposes: { readonly outbound: readonly string[]; readonly inbound: readonly string[] };
  readonly limits: {
    readonly perPayment: readonly ShownAmount[];
    readonly perDebtorDay: readonly ShownAmount[];
  };
  readonly refunds?: { readonly days: number; readonly rate: 'original' | 'today' };
}

const COLUMNS = ['CORRIDOR', 'STATUS', 'OPEN', 'CURRENCIES', 'ONE PAYMENT', 'HOURS', 'QR CODES', 'ACCOUNTS'];

/** `tonle corridors`: where payments go, on which terms; with --json one corridor per line. */
export async function runCorridors({ output, gateway }: CommandContext): Promise<number> {
  const { corridors } = await gateway().ask<{ corridors: readonly ShownCorridor[] }>('GET', '/v1/corridors');
  if (output.json) for (const corridor of corridors) output.out(JSON.stringify(corridor));
  else output.out(corridorsText(corridors));
  return 0;
}

/** A table with some lines for each corridor: its row, and what is no matter of a word. */
function corridorsText(corridors: readonly ShownCorridor[]): string {
  const rows = corridors.map(rowOf);
  const [head, ...lines] = table([COLUMNS, ...rows.flat()], [COLUMNS.indexOf('ONE PAYMENT')]).split('\n');
  const told = corridors.flatMap((corridor, at) => [
    ...lines.splice(0, rows[at]!.length),
    ...wrapped(sentencesOf(corridor).join(' ').split(' '), WIDTH - INDENT, ' ').map(
      (line) => ' '.repeat(INDENT) + line,
    ),
  ]);
  return [head, ...told].join('\n');
}

/** As many lines as the longest of its cells has. */
function rowOf({ corridor, status, open, home, partner, limits }: ShownCorridor): string[][] {
  const { openingHours: hours } = partner;
  const cells = [
    [corridor],
    [status],
    [openText(open)],
    wrapped([...home.currencies, `/ ${partner.currencies.join(', ')}`], CURRENCIES_WIDTH, ' '),
    limits.perPayment.map(showAmount),
    [
      hours === undefined ? 'always' : `${hours.from}-${hours.to}`,
      ...(hours?.bankingDaysOnly === true ? ['banking days'] : []),
      `cut-off ${partner.cutOff}`,
      `UTC${partner.utcOffset}`,
    ],
    wrapped(partner.schemes, CODES_WIDTH),
    wrapped(partner.accountTypes, ACCOUNTS_WIDTH),
  ];
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => cells.map((lines) => lines[line] ?? ''));
}

function openText({ outbound, inbound }: ShownCorridor['open']): string {
  if (outbound && inbound) return 'both';
  return outbound ? 'outbound' : inbound ? 'inbound' : 'closed';
}

function sentencesOf(corridor: ShownCorridor): string[] {
  const { status, note, home, partner, closedBecause, requiredPurposes, limits, refunds } = corridor;
  // The note is told once, not for each direction.
  const closed = new Set(
    Object.values(closedBecause).filter((text) => note === undefined || !text.endsWith(note)),
  );
  const { openingHours: atHome } = home;
  const purposes = Object.entries(requiredPurposes).filter(([, codes]) => codes.length > 0);
  const rate = refunds?.rate === 'original' ? 'at the rate of the payment' : 'at the rate of the day';
  return [
    `${partner.name}.`,
    ...(note === undefined ? [] : [`${status[0]!.toUpperCase()}${status.slice(1)}: ${note}`]),
    ...closed,
    ...(atHome === undefined ? [] : [`${home.name} is open from ${atHome.from} to ${atHome.to}.`]),
    `One payer a day: ${limits.perDebtorDay.map(showAmount).join(', ')}.`,
    ...purposes.map(([direction, codes]) => `Purposes ${direction}: ${codes.join(', ')}.`),
    refunds === undefined ? 'No refunds.' : `Refunds for ${refunds.days} days, ${rate}.`,
    ...(partner.nextHoliday === undefined ? [] : [`Next holiday: ${partner.nextHoliday}.`]),
  ];
}

/** Words in lines of at most this width. */
function wrapped(words: readonly string[], width: number, separator = ', '): string[] {
  const lines: string[] = [];
  for (const [at, word] of words.entries()) {
    const text = at < words.length - 1 ? `${word}${separator}` : word;
    const last = lines.at(-1);
    if (last === undefined || (last + text).trimEnd().length > width) lines.push(text);
    else lines[lines.length - 1] = last + text;
  }
  return lines.map((line) => line.trimEnd());
}
