import type { ReportLanguage } from './report-table.js';
import { WORDS } from './words.table.js';

const PLACE: Readonly<Record<ReportLanguage, number | undefined>> = {
  en: undefined,
  km: 0,
  th: 1,
  lo: 2,
  vi: 3,
  zh: 4,
};

/** A label in a language; as it is in English where it was not translated, which a test of the definitions finds. */
export function wordIn(language: ReportLanguage, text: string): string {
  const place = PLACE[language];
  return place === undefined ? text : (WORDS.get(text)?.[place] ?? text);
}

/** Is there a label in every language? */
export const isTranslated = (text: string): boolean => WORDS.has(text);
