import type { Account } from '../model-parts.js';
import type { Statement } from '../model-account.js';
import { checkStatement, closingOf, openingOf, type StatementFault } from './check.js';

export type StatementsCheck =
  | { readonly kind: 'believed'; readonly statements: readonly Statement[] }
  | { readonly kind: 'refused'; readonly faults: readonly StatementFault[] };

/**
 * Joins the pages of statements that came together, leaves out copies of one that is here itself, and checks each by itself
 * and against those before it: sequence numbers without a gap, each beginning where the one before it ended. One fault and
 * none of them is believed. Pure.
 */
export function believe(given: readonly Statement[]): StatementsCheck {
  const statements = joinPages(withoutCopies(given));
  const faults = [
    ...statements.flatMap((each) => checkStatement(each).map((fault) => named(each, fault))),
    ...repeatedFaults(statements),
    ...[...groupsOf(statements, ({ account }) => accountName(account)).values()].flatMap(chainFaults),
  ];
  return faults.length > 0 ? { kind: 'refused', faults } : { kind: 'believed', statements };
}

/** An account's number, whatever its scheme, or its proxy. */
export function accountName({ id, proxy }: Account): string {
  return id ?? proxy?.id ?? '';
}

function named({ statementId }: Statement, { code, detail }: StatementFault): StatementFault {
  return { code, detail: `statement ${statementId}: ${detail}` };
}

function keyOf({ account, statementId }: Statement): string {
  return JSON.stringify([accountName(account), account.currency, statementId]);
}

function withoutCopies(statements: readonly Statement[]): readonly Statement[] {
  const originals = new Set(statements.filter(({ copy }) => copy === undefined).map(keyOf));
  return statements.filter((each) => each.copy === undefined || !originals.has(keyOf(each)));
}

/** Pages of one statement as one; where a page is missing they stay what they are. */
function joinPages(statements: readonly Statement[]): readonly Statement[] {
  return [...groupsOf(statements, keyOf).values()].flatMap((group) => {
    const pages = group
      .flatMap((each) => (each.page === undefined ? [] : [{ each, number: parseInt(each.page.number, 10) }]))
      .sort((a, b) => a.number - b.number);
    const isWhole =
      pages.length === group.length &&
      pages.every(({ each, number }, index) => {
        return number === index + 1 && each.page?.last === (index === pages.length - 1);
      });
    return isWhole && pages.length > 1 ? [joined(pages.map(({ each }) => each))] : group;
  });
}

function joined(pages: readonly Statement[]): Statement {
  const { page: _page, ...first } = pages[0]!;
  return {
    ...Object.assign({}, ...[...pages].reverse()),
    ...first,
    page: { number: '1', last: true },
    balances: pages.flatMap(({ balances }) => balances),
    entries: pages.flatMap(({ entries }) => entries),
  };
}

function repeatedFaults(statements: readonly Statement[]): StatementFault[] {
  return [...groupsOf(statements, keyOf).values()]
    .filter((group) => group.length > 1 && group.some(({ page }) => page === undefined))
    .map(([first, ...others]) =>
      named(first!, { code: 'repeated', detail: `is there ${others.length + 1} times` }),
    );
}

/** Statements of one account in the order of their numbers; those without one, or with the same, are not compared. */
function chainFaults(statements: readonly Statement[]): StatementFault[] {
  const numbered = statements
    .flatMap((each) =>
      each.sequence === undefined ? [] : [{ each, number: BigInt(digitsOf(each.sequence)) }],
    )
    .sort((a, b) => (a.number < b.number ? -1 : 1));
  return numbered.slice(1).flatMap(({ each, number }, index): StatementFault[] => {
    const before = numbered[index]!;
    if (number === before.number) return [];
    if (number !== before.number + 1n) {
      const detail = `is number ${number}, the one before it is ${before.number}`;
      return [named(each, { code: 'sequence_gap', detail })];
    }
    const currency = each.account.currency ?? each.balances[0]?.amount.currency ?? '';
    const [ended, begins] = [
      closingOf(before.each.balances, currency),
      openingOf(each.balances, currency),
    ] as const;
    if (typeof ended !== 'bigint' || typeof begins !== 'bigint' || ended === begins) return [];
    const detail = `begins with ${begins}, the one before it ended with ${ended} (minor units)`;
    return [named(each, { code: 'chain_differs', detail })];
  });
}

/** The schema lets nothing but digits through. */
function digitsOf(sequence: string): string {
  return /^\d+$/.test(sequence) ? sequence : '0';
}

function groupsOf(
  statements: readonly Statement[],
  key: (statement: Statement) => string,
): Map<string, Statement[]> {
  const groups = new Map<string, Statement[]>();
  for (const each of statements) groups.set(key(each), [...(groups.get(key(each)) ?? []), each]);
  return groups;
}
