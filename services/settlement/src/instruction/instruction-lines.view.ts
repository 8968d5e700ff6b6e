import { amount, amountText } from '@tonle/money';
import type { Queryable } from '@tonle/persistence';
import { linesOf } from './instruction.store.js';

/** What an instruction pays, a sentence for each line: what whoever decides about it compares. */
export async function instructionLineWords(
  database: Queryable,
  instructionId: string,
  currency: string,
): Promise<string[]> {
  const lines = await linesOf(database, instructionId);
  return lines.map(
    ({ participant, direction, amountMinor }) =>
      `${participant} ${direction === 'pay_in' ? 'pays in' : 'is paid'} ${amountText(amount(currency, amountMinor))}`,
  );
}
