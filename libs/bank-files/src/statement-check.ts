import { ERRORS_MAX, type BankFileError, type BankFileErrorCode } from './reading.js';
import type { BankFileStatement } from './statement.js';

/**
 * Why statements are not believed, whatever format they came in: opening and movements that do not make the closing balance,
 * ids that are there twice, numbers of an account that leave one out or do not follow on. Pure.
 */
export function checkStatements(statements: readonly BankFileStatement[]): BankFileError[] {
  const accounts = Map.groupBy(statements, ({ account, currency }) => JSON.stringify([account, currency]));
  const errors = [
    ...statements.flatMap(ownFaults),
    ...[...accounts.values()].flatMap((group) => [...idFaults(group), ...chainFaults(group)]),
  ];
  return errors.slice(0, ERRORS_MAX);
}

const fault = (code: BankFileErrorCode, where: string, detail: string): BankFileError => ({
  code,
  where,
  detail,
});
const nameOf = ({ kind, id }: BankFileStatement): string => `${kind} ${id}`;

function ownFaults(statement: BankFileStatement): BankFileError[] {
  const { kind, from, to, openingMinor, closingMinor, lines } = statement;
  const where = nameOf(statement);
  const faults = lines
    .filter(({ amountMinor }) => amountMinor === 0n)
    .map(({ id }) => fault('amount_malformed', `${where}, line ${id}`, 'moves nothing'));
  if (from > to) faults.push(fault('date_malformed', where, `begins on ${from} and ends on ${to}`));
  const moved = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  if (openingMinor !== undefined && closingMinor !== undefined) {
    if (openingMinor + moved === closingMinor) return faults;
    const detail = `opening ${openingMinor} and movements of ${moved} do not make the closing balance of ${closingMinor} (minor units)`;
    return [...faults, fault('balance_differs', where, detail)];
  }
  if (kind === 'notification') return faults;
  const missing = openingMinor === undefined ? 'opening' : 'closing';
  return [...faults, fault('balance_missing', where, `has no ${missing} balance`)];
}

/** A statement is told once, a line once in all statements; a notification may tell what the statement tells again. */
function idFaults(group: readonly BankFileStatement[]): BankFileError[] {
  return (['statement', 'notification'] as const).flatMap((kind) => {
    const seen = new Set<string>();
    const told = new Set<string>();
    return group
      .filter((each) => each.kind === kind)
      .flatMap((statement) => {
        const where = nameOf(statement);
        const again = told.has(statement.id) ? [fault('id_repeated', where, 'is there twice')] : [];
        told.add(statement.id);
        const lines = statement.lines.filter(({ id }) => seen.size === seen.add(id).size);
        return [
          ...again,
          ...lines.map(({ id }) => fault('id_repeated', `${where}, line ${id}`, 'is there twice')),
        ];
      });
  });
}

function chainFaults(group: readonly BankFileStatement[]): BankFileError[] {
  const numbered = group
    .flatMap((each) =>
      each.kind === 'statement' && each.number !== undefined ? [{ each, number: each.number }] : [],
    )
    .sort((a, b) => a.number - b.number);
  return numbered.slice(1).flatMap(({ each, number }, index) => {
    const { each: before, number: last } = numbered[index]!;
    const where = nameOf(each);
    if (number !== last + 1 && number !== last)
      return [fault('sequence_gap', where, `has number ${number}, the one before it ${last}`)];
    if (number === last) return [fault('id_repeated', where, `has number ${number}, as another one has`)];
    if (each.openingMinor === before.closingMinor) return [];
    const detail = `opens with ${each.openingMinor}, number ${last} closed with ${before.closingMinor} (minor units)`;
    return [fault('balance_differs', where, detail)];
  });
}
