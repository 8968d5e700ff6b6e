import type { ReportHead, ReportSummary } from './report-table.js';
import { wordIn } from './words.js';

/** The headings of totals, and a row for each, as `coverLines` and the first page of a PDF show them. */
export function totalLines(head: ReportHead, summary: ReportSummary): string[][] {
  const word = (text: string) => wordIn(head.language, text);
  const labels = new Map(head.columns.map(({ key, label }) => [key, word(label)]));
  return [
    ['Amount', 'Currency', 'Count', 'Debit', 'Credit', 'Net'].map(word),
    ...summary.totals.map(({ column, currency, count, debit, credit, net }) => [
      labels.get(column) ?? column,
      currency,
      count.toString(),
      debit,
      credit,
      net,
    ]),
  ];
}

/** What a report is about, of what it was made, and its totals, as lines of cells. */
export function coverLines(head: ReportHead, summary: ReportSummary): string[][] {
  const word = (text: string) => wordIn(head.language, text);
  return [
    [`${head.report} ${word(head.title)}`],
    ...factLines(head, summary),
    [],
    ...totalLines(head, summary),
  ];
}

/** Label and value of each fact. */
export function factLines(head: ReportHead, summary: ReportSummary): string[][] {
  const word = (text: string) => wordIn(head.language, text);
  return [
    ...(head.receiver === '' ? [] : [[word('Receiver'), head.receiver]]),
    ...head.facts.map(({ label, value }) => [word(label), value]),
    [word('Data until'), head.dataUntil],
    [word('Rows'), summary.rows.toString()],
    [word('Schema'), `${head.report}.${head.schemaVersion}`],
    [word('SHA-256 of the content'), summary.digest],
  ];
}
