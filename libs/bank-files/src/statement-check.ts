import { minorText } from '@tonle/money';
import { isDay, shown } from './field-value.js';
import { ERRORS_MAX, type BankFileError, type BankFileErrorCode } from './reading.js';
import type { BankFileLine, BankFileStatement } from './statement.js';

/** Longer than any bank's: what is longer is no reference, or no text that somebody wrote. */
const REFERENCE_MAX = 140;
const TEXT_MAX = 10_000;

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
  const { kind, currency, from, to, openingMinor, closingMinor, lines } = statement;
  const where = nameOf(statement);
  const faults = lines
    .filter(({ amountMinor }) => amountMinor === 0n)
    .map(({ id }) => fault('amount_malformed', `${where}, line ${id}`, 'moves nothing'));
  const days = [from, to, ...lines.flatMap(({ valueDate, bookedAt }) => [valueDate, bookedAt?.slice(0, 10)])];
  const strange = days.find((day) => day !== undefined && !isDay(day));
  if (strange !== undefined) faults.push(fault('date_malformed', where, `${shown(strange)} is no day`));
  faults.push(...lines.flatMap((line) => textFaults(line, where)));
  if (from > to) faults.push(fault('date_malformed', where, `begins on ${from} and ends on ${to}`));
  const moved = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  if (openingMinor !== undefined && closingMinor !== undefined) {
    if (openingMinor + moved === closingMinor) return faults;
    const [opening, movements, closing] = [openingMinor, moved, closingMinor].map((minor) =>
      minorText(minor, currency),
    );
    const detail = `opening ${opening} and movements of ${movements} do not make the closing balance of ${closing}`;
    return [...faults, fault('balance_differs', where, detail)];
  }
  if (kind === 'notification') return faults;
  const missing = openingMinor === undefined ? 'opening' : 'closing';
  return [...faults, fault('balance_missing', where, `has no ${missing} balance`)];
}

/** Every word of a line is looked for among references, and kept. */
function textFaults(line: BankFileLine, where: string): BankFileError[] {
  const { id, endToEndId, uetr, bankReference, remittance, counterparty } = line;
  const isLong = [
    ...[id, endToEndId, uetr, bankReference].map((text) => (text?.length ?? 0) > REFERENCE_MAX),
    ...[remittance, counterparty].map((text) => (text?.length ?? 0) > TEXT_MAX),
  ];
  if (!isLong.includes(true)) return [];
  const detail = `has a reference of more than ${REFERENCE_MAX} characters, or a text of more than ${TEXT_MAX}`;
  return [fault('malformed', `${where}, line ${shown(id)}`, detail)];
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
    const text = (minor?: bigint) => (minor === undefined ? 'nothing' : minorText(minor, each.currency));
    const detail = `opens with ${text(each.openingMinor)}, number ${last} closed with ${text(before.closingMinor)}`;
    return [fault('balance_differs', where, detail)];
  });
}
