import { createHash } from 'node:crypto';
import { counted } from '@tonle/contracts';
import type { ReportHashes } from './reports.js';
import type { PlayedWeek } from './week.js';

/** How many breaks of a type have ended in a state. */
export interface CountedBreaks {
  readonly type: string;
  readonly state: string;
  readonly breaks: number;
}

const DAY = /\b\d{4}-\d{2}-\d{2}\b/;

/** What became of a week, for people; the hash of each file is in the object that is printed after it. Pure. */
export function summaryOf(played: PlayedWeek, wanting: readonly string[]): string {
  const days = played.closed.map(({ day }) => day);
  return [
    `A business week, ${days[0] ?? 'none'} to ${days.at(-1) ?? 'none'}`,
    ...section('Windows', windowRows(played)),
    ...section('What went wrong', incidentRows(played)),
    ...section('Batches of networks', batchRows(played)),
    ...section('Breaks', breakRows(played)),
    ...section('Books', bookRows(played)),
    ...section('Trial balances', balanceRows(played)),
    ...section('Reports, each run twice', reportRows(played.reports, played.again)),
    ...section(
      wanting.length === 0 ? 'All is as it should be.' : 'Not as it should be',
      wanting.map((words) => [words]),
    ),
  ].join('\n');
}

function windowRows({ windows }: PlayedWeek): string[][] {
  const paid = windows.filter(({ payments }) => payments > 0);
  const empty = windows.length - paid.length;
  return [
    ...paid.map(({ windowId, payments, state, valueDate = '', settledAt, waitsFor }) => [
      ...[windowId, counted(payments, 'payment'), state, valueDate === '' ? '' : `value ${valueDate}`],
      waitsFor === undefined ? (settledAt ?? '') : `waits for ${waitsFor}`,
    ]),
    ...(empty === 0 ? [] : [[`and ${empty} in which nobody has paid`]]),
  ];
}

function incidentRows({
  shortPaid,
  latePaid,
  defaults,
  finalisations,
  suspense,
  months,
}: PlayedWeek): string[][] {
  return [
    ...shortPaid.map((id) => ['paid short', id, 'the rest came later']),
    ...latePaid.map((id) => ['paid late', id]),
    ...defaults.map(({ removed, windowId, claims }) => [
      ...['did not pay', removed, `taken out of ${windowId}`],
      claims.map(({ counterparty, net }) => `${counterparty} ${net.amount} ${net.currency}`).join(', '),
    ]),
    ...finalisations.map(({ windowId, refusedFor }) => ['wrong file', windowId, refusedFor]),
    ...suspense.map(({ writtenOff, returnReference }) => [
      ...['unplaced', `written off ${writtenOff}`, `sent back under ${returnReference}`],
    ]),
    ...months.flatMap(({ refused }) =>
      Object.entries(refused).map(([what, code]) => ['refused', what, code]),
    ),
  ];
}

/** By network, of all days. */
function batchRows({ batches }: PlayedWeek): string[][] {
  const names = [...new Set(batches.map(({ partner, currency }) => `${partner} ${currency}`))].sort();
  return names.map((name) => {
    const of = batches.filter(({ partner, currency }) => `${partner} ${currency}` === name);
    const [all, waiting] = [of.map((each) => each.batches), of.map((each) => each.waiting)].map((counts) =>
      counts.reduce((sum, each) => sum + each, 0),
    );
    return [name, counted(all!, 'batch', 'batches'), `${waiting} wait for banks`];
  });
}

function breakRows({ breaks, unowned }: PlayedWeek): string[][] {
  const rows = breaks.map((each) => [each.type, each.state, `${each.breaks}`]);
  return [...rows, ['without an owner', '', `${unowned}`]];
}

function bookRows({ closed, months }: PlayedWeek): string[][] {
  return [
    ...closed.map(({ day, sha256, carried }) => [
      ...[day, 'closed', sha256.slice(0, 16), carried.length === 0 ? '' : `carried ${carried.join(', ')}`],
    ]),
    ...months.map(({ month, reports, invoices }) => [
      ...[month, 'closed', reports.at(-1)?.slice(0, 16) ?? '', counted(invoices.length, 'invoice')],
    ]),
  ];
}

const balanceRows = ({ trialBalances }: PlayedWeek): string[][] => [
  [
    Object.entries(trialBalances)
      .map(([currency, difference]) => `${difference} ${currency}`)
      .join(', '),
  ],
];

/** By day: how many files, one hash over the hashes of all of them, and whether the second run has made the same bytes. */
function reportRows(reports: ReportHashes, again: ReportHashes): string[][] {
  const days = [...new Set(Object.keys(reports).map(dayOf))].sort();
  return days.map((day) => {
    const names = Object.keys(reports).filter((name) => dayOf(name) === day);
    const lines = names.sort().map((name) => `${reports[name]!}  ${name}\n`);
    const hash = createHash('sha256').update(lines.join('')).digest('hex').slice(0, 16);
    const other = names.filter((name) => again[name] !== reports[name]).length;
    const same = other === 0 ? 'the same bytes again' : `${counted(other, 'file')} differ`;
    return [day, counted(names.length, 'file'), hash, same];
  });
}

const dayOf = (name: string): string => DAY.exec(name)?.[0] ?? '';

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  const lines = rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`);
  return ['', title, ...lines.map((line) => line.trimEnd())];
}
