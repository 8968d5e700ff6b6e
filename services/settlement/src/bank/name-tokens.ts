import type { BankLine } from './bank-line.js';

/** As long as a reference may be. */
const REFERENCE_MAX = 35;

/** The words of a line that may be references: its end-to-end id, and what its text has between blanks and marks. Pure. */
export function nameTokens({
  endToEndId,
  remittance = '',
  bankReference,
}: Pick<BankLine, 'endToEndId' | 'remittance' | 'bankReference'>): readonly string[] {
  const words = remittance.split(/[\s,;/|]+/);
  const named = [endToEndId, bankReference, ...words].filter((word) => word !== undefined && word !== '');
  return [...new Set(named as string[])].filter((word) => word.length <= REFERENCE_MAX);
}
