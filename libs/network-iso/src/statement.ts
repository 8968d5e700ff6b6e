import type { StatementLine } from '@tonle/contracts';
import { readIso, type Statement, type StatementEntry } from '@tonle/iso20022';
import { amountToJson } from '@tonle/money';
import type { StatementSource } from '@tonle/network';
import { legKeyOfMessageId, WIRE } from './message.js';
import type { IsoProfile } from './profile.js';

const BYTES_MAX = 64 * 1024 * 1024;
const STATUS: Readonly<Record<string, StatementLine['status']>> = { BOOK: 'booked', PDNG: 'pending' };

/** The camt.053 of a day; undefined when the network gives none. */
export function isoStatement({ statement, timeouts }: IsoProfile): StatementSource | undefined {
  if (statement.kind === 'none') return undefined;
  return {
    kind: 'whole',
    ask: (day) => ({
      wire: WIRE,
      method: 'GET',
      path: statement.path.replaceAll('{day}', encodeURIComponent(day)),
      operation: 'camt.053',
      timeoutMs: timeouts.statementMs,
      maxBytes: BYTES_MAX,
    }),
    read: (reply, day) => {
      if (reply.kind !== 'answered' || reply.status !== 200) throw new Error(`no statement of ${day}`);
      return readStatement(reply.bytes);
    },
  };
}

/** Canonical lines of a day's camt.053. Throws when it cannot be read: no partial truth. */
function readStatement(bytes: Uint8Array): StatementLine[] {
  const reading = readIso(bytes, { maxBytes: BYTES_MAX });
  if (reading.kind === 'refused')
    throw new Error(`the statement cannot be read: ${reading.errors[0]?.detail ?? ''}`);
  if (reading.message.kind !== 'statement') throw new Error(`${reading.version} is no statement`);
  const { message } = reading;
  return message.entries.flatMap((entry, index) => linesOf(entry, message, index));
}

/** Debits of our account there are what was paid out for us: money to the payee's side. */
function linesOf(entry: StatementEntry, statement: Statement, index: number): StatementLine[] {
  const { statementId, createdAt } = statement;
  const reference = entry.servicerReference ?? entry.reference;
  const transactions = entry.transactions.length === 0 ? [{}] : entry.transactions;
  return transactions.map((transaction: StatementEntry['transactions'][number], part): StatementLine => {
    const { instructionId } = transaction;
    return {
      lineId: `${reference ?? `${statementId}-${index}`}${part === 0 ? '' : `-${part}`}`,
      uetr: transaction.uetr,
      endToEndId: transaction.endToEndId,
      legKey: instructionId === undefined ? undefined : legKeyOfMessageId(instructionId),
      partnerRef: reference,
      externalRef: instructionId,
      amount: amountToJson(transaction.amount ?? entry.amount),
      leg: entry.credit ? 'debit' : 'credit',
      status: STATUS[entry.status] ?? 'pending',
      bookedAt: new Date(entry.bookedAt ?? createdAt).toISOString(),
    };
  });
}
