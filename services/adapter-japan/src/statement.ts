import type { StatementLine } from '@tonle/contracts';
import {
  idOfWire,
  instantOfWire,
  minorOfWire,
  tiedDay,
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
  const { openingBalance: openingMinor, closingBalance: closingMinor, entries, ...told } = read.data;
  if (told.day !== day) throw new Error(`statement ${told.statementId} is of ${told.day}, not of ${day}`);
  const { statementId, account, createdAt, count } = told;
  const head = { statementId, account, createdAt, count, openingMinor, closingMinor };
  return tiedDay({ ...head, currency: CURRENCY, lines: entries.map(lineOf) });
}

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
