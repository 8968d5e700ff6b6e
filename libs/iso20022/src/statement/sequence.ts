import { minorText } from '@tonle/money';
import type { Page } from '../model-account.js';
import type { Account } from '../model-parts.js';
import { closingOf, faultsOf, openingOf, totalFaults, type StatementFault } from './check.js';
import type { EntriesMessage } from './read.js';
import { EntryTally } from './tally.js';

export type StatementsCheck<M extends EntriesMessage> =
  | { readonly kind: 'believed'; readonly statements: readonly M[] }
  | { readonly kind: 'refused'; readonly faults: readonly StatementFault[] };

/** What is said of an account, and what its entries add up to. */
interface Counted<M extends EntriesMessage> {
  readonly message: M;
  readonly tally: EntryTally;
}

/**
 * Joins the pages of statements that came together, leaves out copies of one that is here itself, and checks each by itself
 * and against those before it: sequence numbers without a gap, each beginning where the one before it ended. One fault and
 * none of them is believed. `tallies`: of entries that were counted as they came and are no longer here. Pure.
 */
export function believe<M extends EntriesMessage>(
  given: readonly M[],
  tallies: readonly EntryTally[] = given.map(({ entries }) => new EntryTally().addAll(entries)),
): StatementsCheck<M> {
  const counted = given.map((message, index) => ({ message, tally: tallies[index]! }));
  const originals = new Set(withoutCopies(given));
  const joined = joinPages(counted.filter(({ message }) => originals.has(message)));
  const statements = joined.map(({ message }) => message);
  const faults = [
    ...joined.flatMap(({ message, tally }) => faultsOf(message, tally).map((fault) => named(message, fault))),
    ...repeatedFaults(statements),
    ...[...groupsOf(statements, ({ account }) => accountOf(account)).values()].flatMap(chainFaults),
  ];
  return faults.length > 0 ? { kind: 'refused', faults } : { kind: 'believed', statements };
}

/** An account's number, whatever its scheme, or its proxy. */
export function accountName({ id, proxy }: Account): string {
  return id ?? proxy?.id ?? '';
}

/** An account may be kept in several currencies, each with statements of its own. */
function accountOf(account: Account): string {
  return JSON.stringify([accountName(account), account.currency]);
}

/** Those that are not a copy of another one here. */
export function withoutCopies<M extends EntriesMessage>(messages: readonly M[]): readonly M[] {
  const originals = new Set(messages.filter(({ copy }) => copy === undefined).map(keyOf));
  return messages.filter((each) => each.copy === undefined || !originals.has(keyOf(each)));
}

const NAMES: Readonly<Record<EntriesMessage['kind'], string>> = {
  statement: 'statement',
  account_report: 'report',
  notification: 'notification',
};

function named(message: EntriesMessage, { code, detail }: StatementFault): StatementFault {
  return { code, detail: `${NAMES[message.kind]} ${idOf(message)}: ${detail}` };
}

function idOf(message: EntriesMessage): string {
  if (message.kind === 'statement') return message.statementId;
  return message.kind === 'notification' ? message.notificationId : message.reportId;
}

function keyOf(message: EntriesMessage): string {
  return JSON.stringify([accountOf(message.account), idOf(message)]);
}

/** Pages of one statement as one; where a page is missing they stay what they are. */
function joinPages<M extends EntriesMessage>(counted: readonly Counted<M>[]): readonly Counted<M>[] {
  return [...groupsOf(counted, ({ message }) => keyOf(message)).values()].flatMap((group) => {
    const pages = group
      .flatMap((each) => {
        const { page } = each.message;
        return page === undefined ? [] : [{ each, page, number: parseInt(page.number, 10) }];
      })
      .sort((a, b) => a.number - b.number);
    const isComplete =
      pages.length === group.length &&
      pages.every(({ page, number }, index) => {
        return number === index + 1 && page.last === (index === pages.length - 1);
      });
    return isComplete && pages.length > 1 ? [joined(pages.map(({ each }) => each))] : group;
  });
}

function joined<M extends EntriesMessage>(pages: readonly Counted<M>[]): Counted<M> {
  const messages = pages.map(({ message }) => message);
  const { page: _page, ...first } = messages[0]!;
  // Totals may be of each page, or of all.
  const ofPages = pages.every(({ message, tally }) => totalFaults(message, tally).length === 0);
  const message = {
    ...Object.assign({}, ...[...messages].reverse()),
    ...first,
    ...(ofPages && NO_TOTALS),
    page: { number: '1', last: true },
    ...(first.kind !== 'notification' && { balances: balancesOfPages(messages) }),
    entries: messages.flatMap(({ entries }) => entries),
  } as M;
  return { message, tally: pages.reduce((sum, { tally }) => sum.plus(tally), new EntryTally()) };
}

const NO_TOTALS = {
  entryCount: undefined,
  entrySum: undefined,
  creditCount: undefined,
  creditSum: undefined,
  debitCount: undefined,
  debitSum: undefined,
  netSum: undefined,
  netCredit: undefined,
};

/** Those of all pages, less those in which one page ends and the next begins. */
function balancesOfPages(pages: readonly EntriesMessage[]): Balances {
  const within = new Set<Balances[number]>();
  pages.slice(1).forEach((page, index) => {
    const before = balancesOf(pages[index]!);
    for (const begins of balancesOf(page)) {
      const { currency } = begins.amount;
      if (openingOf([begins], currency) === 'balance_missing') continue;
      const ends = before.filter((each) => closingOf([each], currency) === openingOf([begins], currency));
      if (ends.length > 0) for (const each of [begins, ...ends]) within.add(each);
    }
  });
  return pages.flatMap(balancesOf).filter((each) => !within.has(each));
}

function repeatedFaults(messages: readonly EntriesMessage[]): StatementFault[] {
  return [...groupsOf(messages, keyOf).values()]
    .filter((group) => group.length > 1 && group.some(({ page }) => isWhole(page)))
    .map(([first, ...others]) =>
      named(first!, { code: 'repeated', detail: `is there ${others.length + 1} times` }),
    );
}

/** Nothing of the statement is on another page. */
function isWhole(page: Page | undefined): boolean {
  return page === undefined || (page.last && Number.parseInt(page.number, 10) === 1);
}

/** All balances of a statement, as one text that can be compared. */
function moneyOf(message: EntriesMessage): string {
  const told = balancesOf(message).map(({ type, credit, amount }) =>
    [type, credit, amount.minor, amount.currency].join(' '),
  );
  return told.sort().join();
}

/** Statements of one account in the order of their numbers; those without one are not compared. */
function chainFaults(messages: readonly EntriesMessage[]): StatementFault[] {
  const numbered = messages
    .flatMap((each) =>
      each.sequence === undefined ? [] : [{ each, number: BigInt(digitsOf(each.sequence)) }],
    )
    .sort((a, b) => (a.number < b.number ? -1 : 1));
  return numbered.slice(1).flatMap(({ each, number }, index): StatementFault[] => {
    const before = numbered[index]!;
    if (number === before.number) {
      // The same twice, and pages, are told apart elsewhere; reports of a day may share a number, and one day two ids.
      if (each.kind !== 'statement' || idOf(each) === idOf(before.each)) return [];
      if (moneyOf(each) === moneyOf(before.each)) return [];
      return [
        named(each, { code: 'repeated', detail: `is number ${number}, and so is ${idOf(before.each)}` }),
      ];
    }
    if (number !== before.number + 1n) {
      const detail = `is number ${number}, the one before it is ${before.number}`;
      return [named(each, { code: 'sequence_gap', detail })];
    }
    const currency = each.account.currency ?? balancesOf(each)[0]?.amount.currency ?? '';
    const [ended, begins] = [
      closingOf(balancesOf(before.each), currency),
      openingOf(balancesOf(each), currency),
    ] as const;
    if (typeof ended !== 'bigint' || typeof begins !== 'bigint' || ended === begins) return [];
    const detail = `begins with ${minorText(begins, currency)}, the one before it ended with ${minorText(ended, currency)}`;
    return [named(each, { code: 'chain_differs', detail })];
  });
}

type Balances = Parameters<typeof openingOf>[0];

function balancesOf(message: EntriesMessage): Balances {
  return ('balances' in message ? message.balances : undefined) ?? [];
}

/** The schema lets nothing but digits through. */
function digitsOf(sequence: string): string {
  return /^\d+$/.test(sequence) ? sequence : '0';
}

function groupsOf<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of items) groups.set(key(each), [...(groups.get(key(each)) ?? []), each]);
  return groups;
}
