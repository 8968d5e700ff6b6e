import { readIso, type Statement } from '@tonle/iso20022';
import { amountToJson } from '@tonle/money';
import type { StatementPage, StatementRequest } from '@tonle/network';
import type { StatementLine } from '@tonle/contracts';
import { legKeyOfMessageId } from './credit/message-id.js';

export const STATEMENT_BYTES_MAX = 64 * 1024 * 1024;

/** Canonical lines of a day's camt.053. Throws when it cannot be read: no partial truth. */
export function readStatement(bytes: Uint8Array): StatementLine[] {
  const reading = readIso(bytes, { maxBytes: STATEMENT_BYTES_MAX });
  if (reading.kind === 'refused')
    throw new Error(`the statement cannot be read: ${reading.errors[0]?.detail ?? ''}`);
  if (reading.message.kind !== 'statement') throw new Error(`${reading.version} is no statement`);
  const { message } = reading;
  return message.entries.flatMap((entry, index) => linesOf(entry, message, index));
}

const STATUS: Readonly<Record<string, StatementLine['status']>> = { BOOK: 'booked', PDNG: 'pending' };

/** Debits of our account there are what was paid out for us: money to the payee's side. */
function linesOf(
  entry: Statement['entries'][number],
  { statementId, createdAt }: Statement,
  index: number,
): StatementLine[] {
  const transactions = entry.transactions.length === 0 ? [{}] : entry.transactions;
  return transactions.map(
    (transaction: Statement['entries'][number]['transactions'][number], part): StatementLine => {
      const reference = entry.servicerReference ?? entry.reference;
      const legKey =
        transaction.instructionId === undefined ? undefined : legKeyOfMessageId(transaction.instructionId);
      return {
        lineId: `${reference ?? `${statementId}-${index}`}${part === 0 ? '' : `-${part}`}`,
        uetr: transaction.uetr,
        endToEndId: transaction.endToEndId,
        legKey,
        partnerRef: reference,
        externalRef: transaction.instructionId,
        amount: amountToJson(transaction.amount ?? entry.amount),
        leg: entry.credit ? 'debit' : 'credit',
        status: STATUS[entry.status] ?? 'pending',
        bookedAt: new Date(entry.bookedAt ?? createdAt).toISOString(),
      };
    },
  );
}

/** One page of a day's lines; the cursor is the index of the next line. */
export function pageOf(lines: readonly StatementLine[], request: StatementRequest): StatementPage {
  const from = request.cursor === undefined ? 0 : Number.parseInt(request.cursor, 10);
  const page = lines.slice(from, from + request.pageMax);
  const next = from + page.length;
  if (next < lines.length) return { lines: page, nextCursor: next.toString() };
  const sum = lines.reduce((total, { amount }) => total + BigInt(amount.minor), 0n);
  return { lines: page, totals: { count: lines.length, amountMinor: sum.toString() } };
}
