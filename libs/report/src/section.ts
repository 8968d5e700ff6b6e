import type { ReportHead, ReportRow } from './report-table.js';
import { wordIn } from './words.js';

/** The section of a row, as its reader is told of it; undefined where the report has none. */
export function sectionOf({ section, language }: ReportHead, row: ReportRow): string | undefined {
  if (section === undefined) return undefined;
  return wordIn(language, String(row[section] ?? ''));
}
