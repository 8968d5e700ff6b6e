import {
  believe,
  bookedLines,
  closingOf,
  openingOf,
  readAccounts,
  referenceOf,
  signedOf,
  writeIso,
  accountName,
  type BookedLine,
  type EntriesMessage,
  type StatementEntry,
  type StatementFaultCode,
} from '@tonle/iso20022';
import { amount, magnitude } from '@tonle/money';
import {
  refusedFile,
  type BankFileError,
  type BankFileErrorCode,
  type BankFileRefusal,
  type BankFileWriting,
} from '../reading.js';
import type { BankFileLine, BankFileStatement } from '../statement.js';
import { FILE_OPTIONS, fromIsoErrors } from './iso-file.js';

/** Which versions are written; every version that there is a table for is read. */
const WRITTEN = { statement: 'camt.053.001.08', notification: 'camt.054.001.08' } as const;
const KINDS = { 'camt.053': 'statement', 'camt.054': 'notification' } as const;
/** Begins what a statement says of itself when it corrects another one. */
const REPLACES = 'REPLACES ';

const CODES: Readonly<Record<StatementFaultCode, BankFileErrorCode>> = {
  copy: 'copy',
  page_missing: 'page_missing',
  balance_missing: 'balance_missing',
  balance_ambiguous: 'balance_differs',
  balance_differs: 'balance_differs',
  count_differs: 'count_differs',
  sum_differs: 'sum_differs',
  batch_differs: 'sum_differs',
  currency_differs: 'currency_differs',
  repeated: 'id_repeated',
  sequence_gap: 'sequence_gap',
  chain_differs: 'balance_differs',
};

/** Statements or notifications of a camt.053 or camt.054 of any version, believed by libs/iso20022. */
export function readCamt(
  bytes: Uint8Array,
  format: keyof typeof KINDS,
): { readonly kind: 'rows'; readonly statements: readonly BankFileStatement[] } | BankFileRefusal {
  const reading = readAccounts(bytes, FILE_OPTIONS);
  if (reading.kind === 'refused') return fromIsoErrors(reading.errors);
  if (reading.messages.some(({ kind }) => kind !== KINDS[format]))
    return refusedFile('wrong_kind', '/Document', `is ${reading.version}, not a ${format}`);
  const check = believe(reading.messages);
  if (check.kind === 'refused') {
    const errors = check.faults.map(({ code, detail }) => {
      return { code: CODES[code], where: '/Document', detail: `${detail} (${code})` };
    });
    return { kind: 'refused', errors };
  }
  const errors: BankFileError[] = [];
  const statements = check.statements.map((message) => statementOf(message, errors));
  return errors.length > 0 ? { kind: 'refused', errors } : { kind: 'rows', statements };
}

function statementOf(message: EntriesMessage, errors: BankFileError[]): BankFileStatement {
  const { account, information, sequence, entries } = message;
  const id = idOf(message);
  const balances = ('balances' in message ? message.balances : undefined) ?? [];
  const currency = account.currency ?? balances[0]?.amount.currency ?? entries[0]?.amount.currency ?? '';
  if (currency === '' || accountName(account) === '')
    errors.push({ code: 'malformed', where: id, detail: 'names no account, or no currency of it' });
  const opening = openingOf(balances, currency);
  const closing = closingOf(balances, currency);
  const replaces =
    information?.startsWith(REPLACES) === true ? information.slice(REPLACES.length).trim() : '';
  const period = periodOf(message);
  const booked = entries.filter(({ status }) => status === 'BOOK');
  return {
    kind: message.kind === 'statement' ? 'statement' : 'notification',
    id,
    account: accountName(account),
    currency,
    ...(sequence !== undefined && /^\d{1,9}$/.test(sequence) && { number: parseInt(sequence, 10) }),
    ...period,
    ...(typeof opening === 'bigint' && { openingMinor: opening }),
    ...(typeof closing === 'bigint' && { closingMinor: closing }),
    ...(replaces !== '' && { replaces }),
    lines: booked.flatMap((entry, index) => linesOf(entry, `${id}-${index + 1}`, period.to)),
  };
}

function idOf(message: EntriesMessage): string {
  if (message.kind === 'statement') return message.statementId;
  return message.kind === 'notification' ? message.notificationId : message.reportId;
}

/** By its balances, by what it says of itself, or by the days of its entries. */
function periodOf(message: EntriesMessage): { readonly from: string; readonly to: string } {
  const balances = ('balances' in message ? message.balances : undefined) ?? [];
  const booked = message.entries.flatMap(({ bookedAt }) => bookedAt?.slice(0, 10) ?? []).sort();
  const closes = balances.find(({ type }) => type === 'CLBD')?.date;
  const to = (closes ?? message.to ?? booked.at(-1) ?? message.createdAt).slice(0, 10);
  const from = (message.from ?? booked[0] ?? to).slice(0, 10);
  return { from: from < to ? from : to, to };
}

/**
 * Every movement of an entry is a line: of one alone the id is the bank's for the entry, of several it is numbered. An entry without
 * dates of its own is of its statement's day.
 */
function linesOf(entry: StatementEntry, place: string, day: string): BankFileLine[] {
  const valueDate = (entry.valueDate ?? entry.bookedAt ?? day).slice(0, 10);
  const lines = bookedLines(entry);
  const base = referenceOf(entry.servicerReference) ?? referenceOf(entry.reference) ?? place;
  return lines.map((line, index) => {
    const own = referenceOf(line.transaction.servicerReference);
    const id = lines.length === 1 ? base : (own ?? `${base}/${index + 1}`);
    return lineOf(line, id, valueDate);
  });
}

function lineOf(line: BookedLine, id: string, valueDate: string): BankFileLine {
  const { entry, transaction } = line;
  const texts = {
    endToEndId: referenceOf(transaction.endToEndId),
    uetr: transaction.uetr,
    remittance: transaction.remittance ?? transaction.creditorReference ?? entry.additionalInformation,
    counterparty: line.credit ? transaction.debtorName : transaction.creditorName,
    bankReference: [entry.reference, transaction.servicerReference, transaction.transactionId].find(
      (each) => each !== undefined && each !== id,
    ),
  };
  return {
    id,
    amountMinor: signedOf(line),
    ...(entry.bookedAt !== undefined && { bookedAt: entry.bookedAt }),
    valueDate,
    ...(line.reversal && { reversal: true }),
    ...(Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)) as object),
  };
}

/** One message for each statement: a camt.053 or camt.054 of 2019. A file holds one. */
export function writeCamt(statements: readonly BankFileStatement[]): BankFileWriting {
  const [statement, ...more] = statements;
  if (statement === undefined || more.length > 0)
    return refusedFile('unwritable', 'file', 'a camt message is written for one statement');
  const { kind, openingMinor, closingMinor } = statement;
  if (kind === 'statement' && (openingMinor === undefined || closingMinor === undefined))
    return refusedFile('unwritable', statement.id, 'a camt.053 needs its balances');
  try {
    return { kind: 'written', bytes: Buffer.from(writeIso(messageOf(statement), WRITTEN[kind])) };
  } catch (error) {
    return refusedFile('unwritable', statement.id, error instanceof Error ? error.message : String(error));
  }
}

function messageOf(statement: BankFileStatement): EntriesMessage {
  const { id, account, currency, number, from, to, openingMinor, closingMinor, replaces, lines } = statement;
  const common = {
    messageId: id,
    createdAt: `${to}T23:59:59Z`,
    account: { id: account, currency },
    ...(number !== undefined && { sequence: number.toString() }),
    from: `${from}T00:00:00Z`,
    to: `${to}T23:59:59Z`,
    entryCount: lines.length,
    ...(replaces !== undefined && { information: `${REPLACES}${replaces}` }),
    entries: lines.map((line) => entryOf(line, currency)),
  };
  if (statement.kind === 'notification') return { kind: 'notification', notificationId: id, ...common };
  const balances = [
    { type: 'OPBD', date: from, minor: openingMinor! },
    { type: 'CLBD', date: to, minor: closingMinor! },
  ].map(({ type, date, minor }) => {
    const value = amount(currency, magnitude(minor));
    return { type, amount: value, credit: minor >= 0n, date };
  });
  return { kind: 'statement', statementId: id, balances, ...common };
}

function entryOf(line: BankFileLine, currency: string): StatementEntry {
  const credit = line.amountMinor > 0n;
  const { endToEndId, uetr, remittance, counterparty, bankReference, bookedAt, valueDate } = line;
  return {
    ...(bankReference !== undefined && { reference: bankReference }),
    amount: amount(currency, credit ? line.amountMinor : -line.amountMinor),
    credit,
    ...(line.reversal === true && { reversal: true }),
    status: 'BOOK',
    ...(bookedAt !== undefined && { bookedAt }),
    valueDate,
    servicerReference: line.id,
    transactions: [
      {
        ...(endToEndId !== undefined && { endToEndId }),
        ...(uetr !== undefined && { uetr }),
        ...(remittance !== undefined && { remittance }),
        ...(counterparty !== undefined &&
          (credit ? { debtorName: counterparty } : { creditorName: counterparty })),
      },
    ],
  };
}
