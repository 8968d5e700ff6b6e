import type { BankFileStatement } from '@tonle/bank-files';
import { isBankingDate, type CalendarBody } from '@tonle/directory';
import { minorText } from '@tonle/money';
import { AccountSoFar } from './account-so-far.js';
import { bankLineOf, type BankLine, type BankFault, type BankFaultCode } from './bank-line.js';
import type { SchemeAccount } from './settlement-bank.js';

/** Of an account what its statements are judged by. */
type JudgedAccount = Pick<SchemeAccount, 'bank' | 'currency' | 'account' | 'calendar'>;

/** A statement that was taken. */
export interface TakenStatement {
  readonly statementId: string;
  /** The bank's id of it. */
  readonly bankId: string;
  readonly number?: number;
  readonly from: string;
  readonly to: string;
  readonly openingMinor: bigint;
  readonly closingMinor: bigint;
}

/** A line that was told, by a statement or so far by notifications alone. */
export interface ToldLine extends BankLine {
  readonly statementId?: string;
}

/** What is known of the account as a file of it comes. */
export interface KnownAccount {
  /** The day by the bank's clock. */
  readonly today: string;
  /** In the order of their days, from the one before the file's first on; those that were replaced are left out. */
  readonly statements: readonly TakenStatement[];
  /** Lines whose ids are in the file, and those notified that no statement has. */
  readonly lines: readonly ToldLine[];
}

/** A statement of a file that may be taken. */
export interface StatementToTake {
  readonly statement: BankFileStatement;
  /** Those that are not known yet. */
  readonly lines: readonly BankLine[];
  /** Those that were notified before. */
  readonly notified: readonly string[];
  readonly replaces?: string;
}

export type StatementVerdict =
  | { readonly kind: 'taken'; readonly statements: readonly StatementToTake[] }
  | { readonly kind: 'refused'; readonly faults: readonly BankFault[] };

/**
 * May the statements of a file be taken? All of them or none (record 36): each ties, follows the one before without a gap, and tells
 * each line once. A bank books a mistake back by a line of its own, so what was told once stays. Pure.
 */
export function decideStatements(
  account: JudgedAccount,
  statements: readonly BankFileStatement[],
  known: KnownAccount,
): StatementVerdict {
  const taken: StatementToTake[] = [];
  const faults: BankFault[] = [];
  const so = new AccountSoFar(known);
  for (const statement of statements) {
    const found = atMost(FAULTS_MAX - faults.length, judge(account, statement, so));
    faults.push(...found);
    if (faults.length === FAULTS_MAX) break;
    if (found.length > 0) continue;
    const toTake = takeOf(account, statement, so);
    taken.push(toTake);
    so.take(toTake);
  }
  if (faults.length === 0) faults.push(...atMost(FAULTS_MAX, judgeChain(account, so, known)));
  return faults.length > 0 ? { kind: 'refused', faults } : { kind: 'taken', statements: taken };
}

/** So many are told; a file with more is no better. */
const FAULTS_MAX = 100;

function atMost(max: number, found: Iterable<BankFault>): BankFault[] {
  const some: BankFault[] = [];
  for (const each of found) if (some.push(each) >= max) break;
  return some;
}

type Faults = Generator<BankFault, void>;
const fault = (code: BankFaultCode, detail: string): BankFault => ({ code, detail });

function* judge(account: JudgedAccount, statement: BankFileStatement, known: AccountSoFar): Faults {
  if (statement.account !== account.account || statement.currency !== account.currency) {
    const ours = `the scheme's is ${account.account} in ${account.currency}`;
    yield fault('account_differs', `it is of account ${statement.account} in ${statement.currency}; ${ours}`);
    return;
  }
  yield* judgeAhead(statement, known);
  yield* judgeLines(account, statement, known);
  if (statement.kind === 'notification') return;
  yield* judgeTotals(statement);
  const replaced = replacedBy(statement, known);
  if (statement.replaces !== undefined && replaced === undefined)
    yield fault('replaces_unknown', `it replaces ${statement.replaces}, which was not taken`);
  else if (replaced === undefined) yield* judgePlace(account, statement, known);
  else if (statement.from !== replaced.from || statement.to !== replaced.to)
    yield fault(
      'day_repeated',
      `it replaces a statement of ${replaced.from} to ${replaced.to}, and is of other days`,
    );
  yield* judgeGone(account, statement, replaced, known);
}

/** What is of a day that has not come is a mistake, and would stand in the way of all that follows. */
function* judgeAhead({ kind, id, to, lines }: BankFileStatement, { today }: AccountSoFar): Faults {
  // Nothing follows a notification, which may be said to be until midnight: of the next day.
  if (kind === 'notification') return;
  if (to > today) yield fault('day_ahead', `${id} is of ${to}, and it is ${today} at the bank`);
  for (const { id: lineId, bookedAt } of lines)
    if (bookedAt !== undefined && bookedAt.slice(0, 10) > today)
      yield fault('day_ahead', `line ${lineId} was booked on ${bookedAt}, and it is ${today} at the bank`);
}

function* judgeTotals({ id, currency, openingMinor, closingMinor, lines }: BankFileStatement): Faults {
  const text = (minor: bigint) => minorText(minor, currency);
  if (openingMinor === undefined || closingMinor === undefined) {
    yield fault('balance_missing', `statement ${id} has no opening or no closing balance`);
    return;
  }
  const moved = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  if (openingMinor + moved !== closingMinor)
    yield fault(
      'totals_differ',
      `opening ${text(openingMinor)} and movements ${text(moved)} make ${text(openingMinor + moved)}, not ${text(closingMinor)}`,
    );
}

/** It follows the newest one. */
function* judgePlace(
  { calendar }: JudgedAccount,
  statement: BankFileStatement,
  { statements }: AccountSoFar,
): Faults {
  const last = statements.at(-1);
  if (last === undefined) return;
  if (statement.from <= last.to) {
    yield fault(
      'day_repeated',
      `${statement.from} is before the end of statement ${last.bankId}, ${last.to}; a correction says which it replaces`,
    );
    return;
  }
  if (statement.number !== undefined && last.number !== undefined) yield* judgeNumber(statement, last);
  else yield* judgeDays(statement, last, calendar);
}

/** Without numbers each banking day has its statement. */
function* judgeDays({ from }: BankFileStatement, last: TakenStatement, calendar: CalendarBody): Faults {
  for (let day = dayAfter(last.to); day < from; day = dayAfter(day))
    if (isBankingDate(day, calendar))
      yield fault('number_gap', `the statement of ${day} is not here, and those of the bank have no numbers`);
}

function* judgeNumber({ number = 0, from }: BankFileStatement, last: TakenStatement): Faults {
  const before = last.number ?? 0;
  // Some banks begin anew each year.
  const isNewYear = number === 1 && from.slice(0, 4) !== last.to.slice(0, 4);
  if (number === before + 1 || isNewYear) return;
  if (number <= before) yield fault('number_repeated', `its number is ${number}, the last was ${before}`);
  else
    yield fault('number_gap', `its number is ${number}, the last was ${before}: fetch those between first`);
}

/** Each opens as the one before it closed: also those around a correction. */
function* judgeChain(
  { currency }: JudgedAccount,
  { statements }: AccountSoFar,
  before: KnownAccount,
): Faults {
  const isNew = (each: TakenStatement | undefined) => each !== undefined && !before.statements.includes(each);
  for (const [index, statement] of statements.entries()) {
    const last = statements[index - 1];
    if (last === undefined || last.closingMinor === statement.openingMinor) continue;
    const [closes, opens] = [last.closingMinor, statement.openingMinor].map((minor) =>
      minorText(minor, currency),
    );
    const words = `statement ${last.bankId} closes with ${closes}, ${statement.bankId} opens with ${opens}`;
    if (isNew(statement)) yield fault('opening_differs', words);
    else if (isNew(last)) yield fault('closing_differs', `${words}: corrections of both belong in one file`);
  }
}

function* judgeLines(
  account: Pick<SchemeAccount, 'bank' | 'currency'>,
  statement: BankFileStatement,
  known: AccountSoFar,
): Faults {
  const replaced = replacedBy(statement, known)?.statementId;
  const seen = new Set<string>();
  for (const each of statement.lines) {
    const line = bankLineOf(account, each, statement.to);
    const before = known.line(line.lineId);
    if (seen.has(line.lineId)) yield fault('line_repeated', `line ${each.id} is in it twice`);
    seen.add(line.lineId);
    if (before === undefined) continue;
    if (!isSame(before, line))
      yield fault(
        'line_changed',
        `line ${each.id} was told as ${wordsOf(before)}, and is ${wordsOf(line)} now`,
      );
    const isOther = before.statementId !== undefined && before.statementId !== replaced;
    if (isOther && statement.kind === 'statement')
      yield fault('line_repeated', `line ${each.id} is in an earlier statement`);
  }
}

/** What was told of these days, by notifications or the statement that it replaces, has to be in it. */
function* judgeGone(
  account: Pick<SchemeAccount, 'bank' | 'currency'>,
  statement: BankFileStatement,
  replaced: TakenStatement | undefined,
  known: AccountSoFar,
): Faults {
  const here = new Set(statement.lines.map((line) => bankLineOf(account, line, statement.to).lineId));
  const gone = (line: ToldLine) =>
    fault('line_gone', `line ${line.lineId} of ${line.day}, ${wordsOf(line)}, was told and is not in it`);
  for (const line of known.told(undefined))
    if (line.day <= statement.to && !here.has(line.lineId)) yield gone(line);
  if (replaced === undefined) return;
  for (const line of known.told(replaced.statementId)) if (!here.has(line.lineId)) yield gone(line);
}

function replacedBy(
  { replaces }: BankFileStatement,
  { statements }: AccountSoFar,
): TakenStatement | undefined {
  return replaces === undefined ? undefined : statements.find(({ bankId }) => bankId === replaces);
}

function takeOf(
  account: Pick<SchemeAccount, 'bank' | 'currency'>,
  statement: BankFileStatement,
  known: AccountSoFar,
): StatementToTake {
  const lines = statement.lines.map((line) => bankLineOf(account, line, statement.to));
  const replaced = replacedBy(statement, known);
  const isTold = ({ lineId }: BankLine) => known.line(lineId) !== undefined;
  return {
    statement,
    lines: lines.filter((line) => !isTold(line)),
    notified: lines.filter(isTold).map(({ lineId }) => lineId),
    ...(replaced !== undefined && { replaces: replaced.statementId }),
  };
}

function isSame(one: BankLine, other: BankLine): boolean {
  return (
    one.amountMinor === other.amountMinor &&
    one.valueDate === other.valueDate &&
    one.endToEndId === other.endToEndId
  );
}

const wordsOf = ({ amountMinor, currency, valueDate, endToEndId }: BankLine): string =>
  `${minorText(amountMinor, currency)} of ${valueDate} for ${endToEndId ?? 'no reference'}`;

const dayAfter = (day: string): string => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
