import { readIso, type IsoError, type Statement } from '@tonle/iso20022';
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

export type StatementFileReading =
  | {
      readonly kind: 'read';
      readonly statement: Statement;
      /** One for each entry of the statement, in its order; absent when iso20022.js cannot read the file. */
      readonly notes?: readonly EntryNote[];
    }
  | { readonly kind: 'refused'; readonly errors: readonly IsoError[] };

const MESSAGE = 'camt.053.001.02';
const FILE_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Reads a camt.053.001.02 file of one statement. Refuses what its schema refuses, another message, and amounts that
 * their currency cannot have. Never throws for what the bytes hold.
 */
export function readStatementFile(bytes: Uint8Array): StatementFileReading {
  const reading = readIso(bytes, { maxBytes: FILE_BYTES_MAX });
  if (reading.kind === 'refused') return { kind: 'refused', errors: reading.errors };
  const { version, message } = reading;
  if (message.kind !== 'statement' || version !== MESSAGE)
    return { kind: 'refused', errors: [otherMessage(version)] };
  const notes = notesOf(bytes, message);
  return { kind: 'read', statement: message, ...(notes !== undefined && { notes }) };
}

function otherMessage(version: string): IsoError {
  return {
    code: 'unsupported_message',
    path: '/Document',
    line: 1,
    offset: 0,
    detail: `${version} is no ${MESSAGE}`,
  };
}

type LibraryEntry = CashManagementEndOfDayReport['entries'][number];

/** The library throws on valid files, too (agents without BIC, statements without servicer): then there are no notes. */
function notesOf(bytes: Uint8Array, statement: Statement): EntryNote[] | undefined {
  let entries: readonly LibraryEntry[];
  try {
    entries = CashManagementEndOfDayReport.fromXML(Buffer.from(bytes).toString()).entries;
  } catch {
    return undefined;
  }
  // Notes must not stand beside the wrong entry.
  const inStep = entries.every(
    (entry, index) => (entry.creditDebitIndicator === 'credit') === statement.entries[index]?.credit,
  );
  return inStep && entries.length === statement.entries.length ? entries.map(noteOf) : undefined;
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
