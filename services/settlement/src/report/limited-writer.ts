import { CAMT_ENTRIES_MAX, type ReportRow, type ReportSummary, type ReportWriter } from '@tonle/report';

/** Rows that programs which open such a file take. */
const ROWS_MAX = {
  xlsx: 500_000,
  'camt.052': CAMT_ENTRIES_MAX,
  'camt.053': CAMT_ENTRIES_MAX,
  'camt.054': CAMT_ENTRIES_MAX,
};

/** A report is too long for this format: the others are made. */
export class FormatTooLong extends Error {}

/** Writes no more than a format holds; then its end says that it is left out. */
export class LimitedWriter implements ReportWriter {
  private seen = 0;

  constructor(
    private readonly writer: ReportWriter,
    private readonly format: keyof typeof ROWS_MAX,
  ) {}

  async write(rows: readonly ReportRow[]): Promise<void> {
    this.seen += rows.length;
    if (this.seen <= ROWS_MAX[this.format]) await this.writer.write(rows);
  }

  async end(summary: ReportSummary): Promise<void> {
    const most = ROWS_MAX[this.format];
    if (this.seen > most)
      throw new FormatTooLong(`${this.seen} rows are more than the ${most} that it takes: take the CSV`);
    await this.writer.end(summary);
  }
}
