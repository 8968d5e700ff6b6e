import type { ReportParameters } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import type { CamtMapping, ReportColumn, ReportFormat } from '@tonle/report';

export type ParameterName = keyof ReportParameters;

/** Between which instants the days of a report are, by the home network's clock. */
export interface ReportPeriod {
  readonly from: Date;
  readonly to: Date;
  readonly utcOffsetMinutes: number;
}

/** What a statement of an account is about. */
export interface CamtSubject {
  readonly receiver: string;
  readonly currency: string;
  readonly period: ReportPeriod;
}

/**
 * A report as data: which columns, by which statement. The statement reads settlement's own tables, in an order that is the same whenever
 * it is asked, and names what it needs: `:knownAt`, `:receiver` (empty: the scheme), `:from`, `:to`, `:offset`, and the parameters.
 */
export interface ReportDefinition {
  /** As people call it, such as R1. */
  readonly id: string;
  readonly title: string;
  /** Grows when a column comes, goes or means something else. */
  readonly version: number;
  /** `participants` get their own part of it; the scheme gets all. */
  readonly audience: 'operators' | 'participants';
  readonly needed: readonly ParameterName[];
  readonly optional: readonly ParameterName[];
  readonly formats: readonly ReportFormat[];
  readonly columns: readonly ReportColumn[];
  /** The column by which rows stand in sections: sheets of a workbook, headings of a PDF. */
  readonly section?: string;
  readonly sql: string;
  /** What code works out from settlement's tables, in the statement's own transaction: the statement has it as JSON, `:given`. */
  readonly given?: (transaction: Queryable, values: ReportValues) => Promise<unknown>;
  /** Has settlement heard all that the report is made of? One row: `isReady`, and perhaps what is `lacking`. Absent: always. */
  readonly isReady?: string;
  readonly camt?: (subject: CamtSubject) => CamtMapping;
}

export type ReportValues = Readonly<Record<string, string | number | Date | null>>;

const NAME = /(?<![:\w]):([a-z]\w*)/gi;

/** The statement with its values by number, as PostgreSQL takes it. Throws for a name that has no value. */
export function statementOf(
  sql: string,
  values: ReportValues,
): { readonly text: string; readonly values: unknown[] } {
  const names: string[] = [];
  const text = sql.replace(NAME, (_, name: string) => {
    if (!(name in values)) throw new Error(`:${name} is none of the values of a report`);
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return { text, values: names.map((name) => values[name]) };
}
