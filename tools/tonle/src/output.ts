import { printableValue } from '@tonle/contracts';
import { formatAsPaid, parseBookedAmount } from '@tonle/money';
import type { ShownProblem } from './gateway-client.js';

/** Where a command writes: one JSON object per line with --json, else text for people. */
export interface Output {
  readonly json: boolean;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Writes a result: the object itself with --json, else its text. */
export function show(output: Output, value: unknown, text: () => string): void {
  output.out(output.json ? JSON.stringify(value) : text());
}

/** An amount of the public API. */
export interface ShownAmount {
  readonly currency: string;
  readonly amount: string;
}

/** `100240.00 KHR` as people write it: `100,240 KHR`; balances may be zero, or below it. */
export function showAmount({ currency, amount }: ShownAmount): string {
  const sign = amount.startsWith('-') ? '-' : '';
  const parsed = parseBookedAmount(currency, amount.slice(sign.length));
  const text = parsed.kind === 'ok' ? `${sign}${formatAsPaid(parsed.amount)}` : amount;
  return `${text.replace(/\B(?=(?:\d{3})+(?!\d))(?<!\.\d*)/g, ',')} ${currency}`;
}

/** Columns padded to their widest cell; the last one is not. Numbers columns are right-aligned. */
export function table(rows: readonly (readonly string[])[], rightAligned: readonly number[] = []): string {
  const cells = rows.map((row) => row.map(printableValue));
  const widths: number[] = [];
  for (const row of cells)
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  const pad = (cell: string, column: number): string =>
    rightAligned.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!);
  return cells.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

/** Name and value, one per line. Empty values are left out. */
export function list(pairs: readonly (readonly [string, string | undefined])[]): string {
  return table(
    pairs
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => [`  ${name}`, value!]),
  );
}

/** What went wrong, what to do, and in which fields. */
export function problemText(problem: ShownProblem): string {
  const lines = [`${problem.title}${problem.code === undefined ? '' : ` (${problem.code})`}`];
  if (problem.detail !== undefined) lines.push(`  ${problem.detail}`);
  for (const { path, message } of problem.errors ?? [])
    lines.push(`  ${path === '' ? '(entire message)' : path}: ${message}`);
  if (problem.remedy !== undefined) lines.push(`  Remedy: ${problem.remedy}`);
  if (problem.traceId !== undefined) lines.push(`  Trace ${problem.traceId}`);
  return lines.map(printableValue).join('\n');
}
