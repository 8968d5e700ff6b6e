import { believe, readStatements, type IsoError, type Statement, type StatementEntry } from '@tonle/iso20022';
import { CashManagementEndOfDayReport } from 'iso20022.js';

// Statement files of participant banks, camt.053.001.02: ours are the amounts, dates and references, by our tables;
// from iso20022.js comes what banks write about an entry besides.

/** What the bank says about an entry in words and codes of its own. Texts only, for people; nothing is decided by them. */
export interface EntryNote {
  readonly additionalInformation?: string;
  /** Domain, family and sub-family, e.g. `PMNT/RCDT/ESCT`, or the bank's own code. */
  readonly bankCode?: string;
  readonly debtorName?: string;
  readonly creditorName?: string;
}

/** A statement of the file, with what the bank says besides. */
export interface BankStatement {
  readonly statement: Statement;
  /** One for each entry of the statement, in its order; absent when iso20022.js cannot read the file. */
  readonly notes?: readonly EntryNote[];
}

export type StatementFileReading =
  | { readonly kind: 'read'; readonly statements: readonly BankStatement[] }
  | { readonly kind: 'refused'; readonly errors: readonly IsoError[] };

const MESSAGE = 'camt.053.001.02';
const FILE_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Reads a camt.053.001.02 file with all its statements. Refuses what its schema refuses, another message, amounts that
 * their currency cannot have, and statements that do not tie (decisions 30). Never throws for what the bytes hold.
 */
export function readStatementFile(bytes: Uint8Array): StatementFileReading {
  const reading = readStatements(bytes, { maxBytes: FILE_BYTES_MAX });
  if (reading.kind === 'refused') return { kind: 'refused', errors: reading.errors };
  if (reading.version !== MESSAGE)
    return refused({ code: 'unsupported_message', detail: `${reading.version} is not ${MESSAGE}` });
  const check = believe(reading.statements);
  if (check.kind === 'refused') return refused(...check.faults);
  const notes = notesOf(
    bytes,
    reading.statements.flatMap(({ entries }) => entries),
  );
  // Notes stand beside the entries of the file, joined or not.
  const known = notes !== undefined && check.statements.length === reading.statements.length;
  let at = 0;
  const statements = check.statements.map((statement): BankStatement => {
    const from = at;
    at += statement.entries.length;
    return { statement, ...(known && { notes: notes.slice(from, at) }) };
  });
  return { kind: 'read', statements };
}

function refused(...faults: readonly Pick<IsoError, 'code' | 'detail'>[]): StatementFileReading {
  const errors = faults.map(({ code, detail }) => ({ code, path: '/Document', line: 1, offset: 0, detail }));
  return { kind: 'refused', errors };
}

type LibraryEntry = CashManagementEndOfDayReport['entries'][number];

/** The library throws on valid files, too (agents without BIC, statements without servicer): then there are no notes. */
function notesOf(bytes: Uint8Array, read: readonly StatementEntry[]): EntryNote[] | undefined {
  let entries: readonly LibraryEntry[];
  try {
    entries = CashManagementEndOfDayReport.fromXML(Buffer.from(bytes).toString()).entries;
  } catch {
    return undefined;
  }
  // Notes must not stand beside the wrong entry.
  const inStep = entries.every(
    (entry, index) => (entry.creditDebitIndicator === 'credit') === read[index]?.credit,
  );
  return inStep && entries.length === read.length ? entries.map(noteOf) : undefined;
}

function noteOf({ additionalInformation, bankTransactionCode, transactions }: LibraryEntry): EntryNote {
  const { domainCode, domainFamilyCode, domainSubFamilyCode, proprietaryCode } = bankTransactionCode;
  const domain = [domainCode, domainFamilyCode, domainSubFamilyCode]
    .filter((code) => code !== undefined)
    .join('/');
  const [first] = transactions.length === 1 ? transactions : [];
  return {
    ...text('additionalInformation', additionalInformation),
    ...text('bankCode', domain === '' ? proprietaryCode : domain),
    ...text('debtorName', first?.debtor?.name),
    ...text('creditorName', first?.creditor?.name),
  };
}

/** What looked like a number has become one and lost its leading zeros: rather nothing than that. */
function text<K extends keyof EntryNote>(key: K, value: unknown): Pick<EntryNote, K> | object {
  return typeof value === 'string' && value !== '' ? { [key]: value } : {};
}
