import { amount, formatAmount } from '@tonle/money';

/** What a report is written as. */
export const REPORT_FORMATS = ['csv', 'xlsx', 'pdf', 'camt.052', 'camt.053', 'camt.054'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** Reports speak the languages of the networks' countries where they are read by people; CSV and XML have none. */
export const REPORT_LANGUAGES = ['en', 'km', 'th', 'lo', 'vi', 'zh'] as const;
export type ReportLanguage = (typeof REPORT_LANGUAGES)[number];

export type ReportCell = string | bigint | number | Date | null;
/** A row as the database gives it, by the keys of its columns. */
export type ReportRow = Readonly<Record<string, ReportCell>>;

export interface ReportColumn {
  /** Heading in CSV; never changes within a schema version. */
  readonly key: string;
  /** Heading for people, in English; other languages by `wordIn`. */
  readonly label: string;
  /** `amount` is in minor units; `rate` a decimal text. */
  readonly type: 'text' | 'count' | 'amount' | 'rate' | 'instant' | 'day';
  /** Of an amount: the column that holds its currency. */
  readonly currency?: string;
  /** Of an amount: it adds up to nothing that says anything, as a balance. */
  readonly isBalance?: boolean;
}

/** What stands above a report's rows. */
export interface ReportHead {
  /** Such as R1. */
  readonly report: string;
  readonly title: string;
  readonly schemaVersion: number;
  /** Participant that gets it; empty: the scheme itself. */
  readonly receiver: string;
  /** What was asked for, such as the day. */
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  /** What was known at this instant is in it, and nothing that came later. */
  readonly dataUntil: string;
  readonly language: ReportLanguage;
  readonly columns: readonly ReportColumn[];
  /** The text column by which rows stand in sections, one after the other; absent: there are none. */
  readonly section?: string;
}

/** What is known of a report when its last row is. */
export interface ReportSummary {
  readonly rows: number;
  readonly totals: readonly ColumnTotal[];
  /** SHA-256 of the report as CSV: one for one content, whatever the format. */
  readonly digest: string;
}

/** Control totals of an amount column in one currency, as decimal text. */
export interface ColumnTotal {
  readonly column: string;
  readonly currency: string;
  readonly count: number;
  /** Sum of what is negative, without its sign. */
  readonly debit: string;
  readonly credit: string;
  readonly net: string;
}

/** Takes bytes as they come; what it returns is waited for, so that a slow disk slows the reader down. */
export type ByteSink = (bytes: Uint8Array) => void | Promise<void>;

/** Writes a report in one format: rows as they come, in any batches, then the end. */
export interface ReportWriter {
  write(rows: readonly ReportRow[]): void | Promise<void>;
  end(summary: ReportSummary): void | Promise<void>;
}

const DECIMAL = /^-?\d+(\.\d+)?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * A cell as text, without anything around it: amounts and rates with a decimal point, instants in UTC. Throws RangeError for a value that is
 * none of its column's type.
 */
export function cellText(column: ReportColumn, row: ReportRow): string {
  const value = row[column.key];
  if (value === null || value === undefined) return '';
  switch (column.type) {
    case 'text':
      return typeof value === 'string' ? value : wrong(column, value);
    case 'count':
      return typeof value === 'bigint' || Number.isSafeInteger(value) ? String(value) : wrong(column, value);
    case 'amount':
      return typeof value === 'bigint'
        ? formatAmount(amount(currencyOf(column, row), value))
        : wrong(column, value);
    case 'rate':
      return typeof value === 'string' && DECIMAL.test(value) ? value : wrong(column, value);
    case 'instant':
      return value instanceof Date ? value.toISOString() : wrong(column, value);
    case 'day':
      return typeof value === 'string' && DAY.test(value) ? value : wrong(column, value);
  }
}

/** The currency of an amount cell. Throws RangeError where the row has none. */
export function currencyOf(column: ReportColumn, row: ReportRow): string {
  const code = row[column.currency ?? ''];
  if (typeof code !== 'string') throw new RangeError(`column ${column.key}: the row has no currency for it`);
  return code;
}

function wrong({ key, type }: ReportColumn, value: ReportCell): never {
  throw new RangeError(`column ${key}: ${typeof value} ${String(value)} is no ${type}`);
}
