import { refusedField, type Refusal } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import { futureDay } from '../http/filter.decide.js';

/** What no statement, line or item can match: an empty page for a misspelt name would read as "all is well". */
export function unmatchableBank(
  { bank, currency, day }: { readonly bank?: string; readonly currency?: string; readonly day?: string },
  directory: Directory,
  nowMs: number,
): Refusal | undefined {
  const banks = directory.participants().filter((each) => each.bank !== undefined);
  if (bank !== undefined && directory.participantIncludingEnded(bank)?.bank === undefined)
    return wrong('/bank', `Known banks: ${banks.map(({ participantId }) => participantId).join(', ')}.`);
  const held = banks
    .filter(({ participantId }) => bank === undefined || bank === participantId)
    .flatMap((each) => Object.keys(each.bank!.accounts));
  if (currency !== undefined && !held.includes(currency))
    return wrong('/currency', `Accounts are in ${[...new Set(held)].sort().join(', ')}.`);
  return futureDay(day, '/day', directory.networks(), nowMs);
}

const wrong = (path: string, message: string): Refusal => refusedField('schema_invalid', path, message);
