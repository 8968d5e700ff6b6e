import { z } from 'zod';
import { amountJson } from './amount.js';
import { instant } from './calls-contract.js';
import { legKind } from './messages.js';

// What a network's statement of a day is made of, as its adapter canonises it (decisions 16).

export const statementLine = z.object({
  lineId: z.string(),
  /** Strong keys, as far as the partner gives them. */
  uetr: z.string().optional(),
  endToEndId: z.string().optional(),
  legKey: z.string().optional(),
  partnerRef: z.string().optional(),
  externalRef: z.string().optional(),
  /** The network's own id of a payment that it sent to us. */
  messageId: z.string().optional(),
  amount: amountJson,
  /** The other side of the network's conversion, where it tells it. */
  counter: amountJson.optional(),
  /** What the network takes for it. */
  fee: amountJson.optional(),
  /** Of what gives back a payment: that payment, by the network's name of it. */
  refundOf: z.string().max(140).optional(),
  /** From our side's view of the leg: money to the payee's side is `credit`. */
  leg: legKind.optional(),
  /** On a rail: the accounts that it took the money from and gave it to. */
  fromAccount: z.string().max(140).optional(),
  toAccount: z.string().max(140).optional(),
  status: z.enum(['booked', 'rejected', 'pending']),
  bookedAt: instant,
});
export type StatementLine = z.infer<typeof statementLine>;

/**
 * What a network's statement says of itself: it follows the one before it in number and balance, and the newest content of a number
 * counts. Minor units, signed.
 */
export const statementHead = z.object({
  account: z.string(),
  /** Absent where the network does not number its statements. */
  number: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
  openingMinor: z.string().regex(/^-?\d{1,18}$/),
  closingMinor: z.string().regex(/^-?\d{1,18}$/),
  statementId: z.string().optional(),
  createdAt: instant.optional(),
  /** SHA-256 of what it says of the account, hexadecimal: its balances and lines. */
  digest: z.string().length(64).optional(),
});
export type StatementHead = z.infer<typeof statementHead>;
