import { understand } from '../iso.js';
import { readLocated, type ReadOptions } from '../message.js';
import type { IsoError } from '../model.js';
import type { Statement } from '../model-account.js';
import type { IsoMessage, IsoTree } from '../schema/tree.js';

export type StatementsReading =
  | { readonly kind: 'read'; readonly version: string; readonly statements: readonly Statement[] }
  | { readonly kind: 'refused'; readonly errors: readonly IsoError[] };

const ROOT = 'BkToCstmrStmt';

/**
 * Reads a camt.053 with all its statements: one message may hold several, of one account or of several. Refuses the whole
 * message with every error when one of them cannot be read; never throws for what the bytes hold.
 */
export function readStatements(bytes: Uint8Array, options: ReadOptions = {}): StatementsReading {
  const { reading, locate } = readLocated(bytes, options);
  if (reading.kind === 'refused') return reading;
  const { message } = reading;
  const listed = (message.document.tree[ROOT] as IsoTree | undefined)?.['Stmt'];
  if (listed === undefined)
    return refused('unsupported_message', `${message.document.version} is not a statement`);
  const all = (Array.isArray(listed) ? listed : [listed]) as readonly IsoTree[];
  const statements: Statement[] = [];
  const errors: IsoError[] = [];
  all.forEach((one, index) => {
    const read = understand(withOnly(message, one), options, (problems) =>
      locate(problems.map((problem) => ({ ...problem, path: atPlace(problem.path, index, all.length) }))),
    );
    if (read.kind === 'refused') errors.push(...read.errors);
    else if (read.message.kind === 'statement') statements.push(read.message);
  });
  if (errors.length > 0) return { kind: 'refused', errors };
  return { kind: 'read', version: message.document.version, statements };
}

function withOnly(message: IsoMessage, statement: IsoTree): IsoMessage {
  const { version, tree } = message.document;
  const root = { ...(tree[ROOT] as IsoTree), Stmt: [statement] };
  return { ...message, document: { version, tree: { ...tree, [ROOT]: root } } };
}

function atPlace(path: string, index: number, count: number): string {
  return count === 1 ? path : path.replace(`/${ROOT}/Stmt[1]`, `/${ROOT}/Stmt[${index + 1}]`);
}

function refused(code: string, detail: string): StatementsReading {
  return { kind: 'refused', errors: [{ code, path: '/Document', line: 1, offset: 0, detail }] };
}
