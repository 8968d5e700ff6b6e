import type { ReportLanguage } from './report-table.js';
import { WORDS } from './words.table.js';

const PLACE: Readonly<Record<ReportLanguage, number | undefined>> = {
  en: undefined,
  km: 0,
  th: 1,
  lo: 2,
  zh: 3,
};

/** A label in a language; as it is in English where it was not translated. */
export function wordIn(language: ReportLanguage, text: string): string {
  const place = PLACE[language];
  return place === undefined ? text : (WORDS[text]?.[place] ?? text);
}
