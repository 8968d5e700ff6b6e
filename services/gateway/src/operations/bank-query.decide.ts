import { refusedField, type Refusal } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import { futureDay } from '../http/filter.decide.js';

/** What no statement, line or item can match: an empty page for a misspelt name would read as "all is well". */
export function unmatchableBank(
  { bank, currency, day }: { readonly bank?: string; readonly currency?: string; readonly day?: string },
  directory: Directory,
  nowMs: number,
): Refusal | undefined {
  const unknown = unknownBank(bank, directory);
  if (unknown !== undefined) return unknown;
  const held = banksOf(directory)
    .filter(({ participantId }) => bank === undefined || bank === participantId)
    .flatMap((each) => Object.keys(each.bank!.accounts));
  if (currency !== undefined && !held.includes(currency))
    return wrong('/currency', `Accounts are in ${[...new Set(held)].sort().join(', ')}.`);
  return futureDay(day, '/day', directory.networks(), nowMs);
}

/** Somebody who never was a settlement bank. */
export function unknownBank(bank: string | undefined, directory: Directory): Refusal | undefined {
  if (bank === undefined || directory.participantIncludingEnded(bank)?.bank !== undefined) return undefined;
  const known = banksOf(directory).map(({ participantId }) => participantId);
  return wrong('/bank', `Known banks: ${known.join(', ')}.`);
}

const banksOf = (directory: Directory) => directory.participants().filter((each) => each.bank !== undefined);

const wrong = (path: string, message: string): Refusal => refusedField('schema_invalid', path, message);
