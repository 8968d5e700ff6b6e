import { understand } from '../iso.js';
import type { ValueProblem } from '../mapping/shape.js';
import { readLocated, type ReadOptions } from '../message.js';
import type { CanonicalMessage, IsoError } from '../model.js';
import type { Statement, StatementEntry } from '../model-account.js';
import type { IsoMessage, IsoTree } from '../schema/tree.js';

/** What is said of one account: a statement, a report or a notification. */
export type EntriesMessage = Extract<CanonicalMessage, { readonly entries: readonly StatementEntry[] }>;

export type StatementsReading =
  | { readonly kind: 'read'; readonly version: string; readonly statements: readonly Statement[] }
  | { readonly kind: 'refused'; readonly errors: readonly IsoError[] };

export type AccountsReading =
  | { readonly kind: 'read'; readonly version: string; readonly messages: readonly EntriesMessage[] }
  | { readonly kind: 'refused'; readonly errors: readonly IsoError[] };

const ERRORS_MAX = 100;

/** Where each message lists its accounts. */
const LISTS: Readonly<Record<string, string>> = {
  BkToCstmrStmt: 'Stmt',
  BkToCstmrAcctRpt: 'Rpt',
  BkToCstmrDbtCdtNtfctn: 'Ntfctn',
};

/**
 * Reads a camt.053 with all its statements: one message may hold several, of one account or of several. Refuses the whole
 * message with every error when one of them cannot be read; never throws for what the bytes hold.
 */
export function readStatements(bytes: Uint8Array, options: ReadOptions = {}): StatementsReading {
  const reading = readAccounts(bytes, options);
  if (reading.kind === 'refused') return reading;
  const { version, messages } = reading;
  const statements = messages.filter(({ kind }) => kind === 'statement') as Statement[];
  return statements.length < messages.length
    ? refused(`${version} is not a statement`)
    : { kind: 'read', version, statements };
}

/** `readStatements` for all messages that hold entries: camt.052, .053 and .054. */
export function readAccounts(bytes: Uint8Array, options: ReadOptions = {}): AccountsReading {
  const { reading, locate } = readLocated(bytes, options);
  if (reading.kind === 'refused') return reading;
  const { version, tree } = reading.message.document;
  const root = Object.keys(tree).find((name) => name in LISTS);
  if (root === undefined) return refused(`${version} has no entries`);
  const all = [(tree[root] as IsoTree)[LISTS[root]!] ?? []].flat() as readonly IsoTree[];
  const messages: EntriesMessage[] = [];
  const wrong: ValueProblem[] = [];
  all.forEach((one, index) => {
    const read = understand(withOnly(reading.message, root, one), options, (problems) => {
      for (const each of problems) wrong.push({ ...each, path: atPlace(each.path, root, index, all.length) });
      return [];
    });
    if (read.kind === 'read' && 'entries' in read.message) messages.push(read.message);
  });
  // Finding their places reads the message again: once, however many statements are wrong.
  return wrong.length > 0
    ? { kind: 'refused', errors: locate(wrong.slice(0, ERRORS_MAX)) }
    : { kind: 'read', version, messages };
}

function withOnly(message: IsoMessage, root: string, one: IsoTree): IsoMessage {
  const { version, tree } = message.document;
  const alone = { ...(tree[root] as IsoTree), [LISTS[root]!]: [one] };
  return { ...message, document: { version, tree: { ...tree, [root]: alone } } };
}

function atPlace(path: string, root: string, index: number, count: number): string {
  const place = `/${root}/${LISTS[root]!}`;
  return count === 1 ? path : path.replace(`${place}[1]`, `${place}[${index + 1}]`);
}

function refused(detail: string): Extract<AccountsReading, { kind: 'refused' }> {
  const error = { code: 'unsupported_message', path: '/Document', line: 1, offset: 0, detail };
  return { kind: 'refused', errors: [error] };
}
