import type { Clock } from '@tonle/platform';
import { z } from 'zod';
import { readBody } from '../../kit/body.js';
import { json, type HttpCall, type HttpOutcome } from '../../kit/listener.js';
import type { IsoBooks } from '../iso20022/books.js';
import { beijing } from './qrc.js';
import { orderFields } from './upop.js';

/** Marks what is told in the file of disputes, and there alone. */
export const DISPUTE = 'dispute';

const disputeRequest = z.strictObject({
  /** Of a payment by UPOP. */
  queryId: z.string().regex(/^\d{21}$/),
  /** Minor units of the payment's own currency; without it all of it. */
  minor: z
    .string()
    .regex(/^[1-9]\d{0,11}$/)
    .optional(),
  reasonCode: z
    .string()
    .regex(/^\d{4}$/)
    .default('4853'),
});

/** `POST /control/unionpay/dispute`: a card holder disputes a payment, and UnionPay takes the money back from Tonle. */
export async function dispute(call: HttpCall, books: IsoBooks, clock: Clock): Promise<HttpOutcome> {
  const body = readBody(call, disputeRequest);
  if (body.kind === 'refused') return body.reply;
  const { queryId, reasonCode } = body.value;
  const original = books.debit(queryId)?.entry;
  const told = orderFields(original?.told ?? {});
  if (original === undefined || told['txnType'] !== '01') return json(404, { error: 'no such payment' });
  const at = clock.now();
  const { txnAmt = '0', traceNo = '', traceTime = '', accNo = '', settleAmt = '0' } = told;
  const minor = body.value.minor ?? txnAmt;
  const settled = (BigInt(settleAmt) * BigInt(minor)) / BigInt(txnAmt);
  await books.addCredit({
    uetr: `${DISPUTE} ${queryId} ${at}`,
    messageId: `${DISPUTE} ${queryId} ${at}`,
    endToEndId: original.endToEndId,
    account: original.payer,
    currency: 'USD',
    minor: settled.toString(),
    status: 'ACCC',
    acceptedAt: at,
    at,
    told: {
      txnType: DISPUTE,
      traceNo: String(at % 1_000_000).padStart(6, '0'),
      traceTime: beijing(at).slice(4, 14),
      origTraceNo: traceNo,
      origTraceTime: traceTime,
      origTxnAmt: txnAmt,
      txnAmt: minor,
      accNo,
      reasonCode,
    },
  });
  return json(201, { queryId, settled: { currency: 'USD', minor: settled.toString() } });
}
