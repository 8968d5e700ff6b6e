import { hash } from 'node:crypto';
import type { StatementLine } from '@tonle/contracts';
import {
  idOfWire,
  instantOfWire,
  minorOfWire,
  wireText,
  type StatementDay,
  type StatementSource,
  type WireReply,
} from '@tonle/network';
import { z } from 'zod';
import { call, readAnswer } from './message.js';

const BYTES_MAX = 64 * 1024 * 1024;
const STATEMENT_MS = 30_000;
const CURRENCY = 'JPY';
const balance = z.string().regex(/^-?(?:0|[1-9]\d{0,17})$/);

/** `PAID_OUT`: to a merchant for us; `COLLECTED`: from a user of a wallet, for us. */
const entry = z.object({
  entryId: idOfWire,
  kind: z.enum(['PAID_OUT', 'COLLECTED']),
  requestId: idOfWire,
  paymentId: idOfWire,
  amount: minorOfWire,
  bookedAt: instantOfWire,
});
const statement = z.object({
  statementId: idOfWire,
  account: wireText.max(64),
  day: wireText,
  createdAt: instantOfWire,
  /** What they owe us for all days before, and with this one; below zero we owe them. */
  openingBalance: balance,
  closingBalance: balance,
  count: z.string().regex(/^\d{1,9}$/),
  entries: z.array(entry),
});

/** The whole day at once, in Japan's time. Throws when it cannot be read, is of another day or does not tie: no partial truth. */
export const japanStatement: StatementSource = {
  kind: 'whole',
  utcOffsetMinutes: 540,
  ask: (day) => ({
    ...call('statement', `/statements/${day}`),
    timeoutMs: STATEMENT_MS,
    maxBytes: BYTES_MAX,
  }),
  read: readDay,
};

function readDay(reply: WireReply, day: string): StatementDay {
  const answer = readAnswer(reply);
  if (answer.kind !== 'data') throw new Error(`no statement of ${day}: ${answer.kind}`);
  const read = statement.safeParse(answer.body['statement']);
  if (!read.success)
    throw new Error(`the statement of ${day} cannot be read: ${read.error.issues[0]?.path.join('/')}`);
  const { statementId, account, createdAt, openingBalance, closingBalance, count, entries } = read.data;
  if (read.data.day !== day)
    throw new Error(`statement ${statementId} is of ${read.data.day}, not of ${day}`);
  const other = entries.find(({ amount }) => amount.currency !== CURRENCY);
  if (other !== undefined) throw new Error(`entry ${other.entryId} is in ${other.amount.currency}`);
  if (BigInt(count) !== BigInt(entries.length))
    throw new Error(`statement ${statementId} has ${entries.length} entries and tells ${count}`);
  if (new Set(entries.map(({ entryId }) => entryId)).size !== entries.length)
    throw new Error(`statement ${statementId} has an entry twice`);
  const net = entries.reduce((sum, { kind, amount }) => sum + signOf(kind) * BigInt(amount.minor), 0n);
  if (BigInt(openingBalance) + net !== BigInt(closingBalance))
    throw new Error(`statement ${statementId}: ${openingBalance} and ${net} are not ${closingBalance}`);
  const lines = entries.map(lineOf);
  const head = {
    account,
    currency: CURRENCY,
    openingMinor: openingBalance,
    closingMinor: closingBalance,
    statementId,
    createdAt: new Date(createdAt).toISOString(),
    digest: hash('sha256', JSON.stringify([openingBalance, closingBalance, lines])),
  };
  return { lines, heads: [head] };
}

const signOf = (kind: z.infer<typeof entry>['kind']): bigint => (kind === 'COLLECTED' ? 1n : -1n);

/** What was paid out goes by our id, what was collected by theirs: the sender's `requestId` both times. */
function lineOf({
  entryId,
  kind,
  requestId,
  paymentId,
  amount,
  bookedAt,
}: z.infer<typeof entry>): StatementLine {
  const ours = kind === 'PAID_OUT';
  return {
    lineId: entryId,
    leg: ours ? 'credit' : 'debit',
    ...(ours
      ? { externalRef: requestId, partnerRef: paymentId }
      : { messageId: requestId, partnerRef: requestId }),
    amount,
    status: 'booked',
    bookedAt: new Date(bookedAt).toISOString(),
  };
}
