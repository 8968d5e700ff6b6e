import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { eitherAmount, readBody, readEither } from '../../kit/body.js';
import type { Pause } from '../../kit/faulty.js';
import { json, type HttpCall, type HttpOutcome } from '../../kit/listener.js';
import type { DoorClient } from './door-client.js';
import { inDollars } from './merchants.js';
import type { UnionPayTill } from './till.js';

const CALL_MS = 12_000;
const msgID = z.string().min(17).max(49);

/** What `POST /control/unionpay/scan` takes. */
const scanRequest = z.strictObject({
  /** What Tonle's payer shows. */
  code: z.string().min(1).max(512),
  merchant: z
    .string()
    .regex(/^[A-Za-z0-9]{1,15}$/)
    .default('500034470110001'),
  /** In the merchant's currency. */
  amount: eitherAmount,
  /** The till gives up, and cancels, after so long. */
  patienceMs: z.number().int().min(0).max(120_000).default(20_000),
  waitMs: z.number().int().min(0).max(600_000).default(60_000),
});

/** The till of a merchant abroad scans a payer's code: its end, or that it is open when the wait is over. */
export async function scanOnce(
  call: HttpCall,
  till: UnionPayTill,
  door: DoorClient,
  pause: Pause,
): Promise<HttpOutcome> {
  const body = readBody(call, scanRequest);
  if (body.kind === 'refused') return body.reply;
  const { code, merchant, patienceMs, waitMs } = body.value;
  const price = readEither(body.value.amount);
  const settled = price === undefined ? undefined : inDollars(price);
  if (price === undefined || settled === undefined || settled.minor <= 0n)
    return json(422, { error: 'the till has no such amount', issues: ['amount'] });
  const reference = door.newId(randomUUID());
  const steps: string[] = [];
  const scanned = till.scan({ msgID: reference, code, merchant, price, patienceMs }, (step, detail = '') =>
    steps.push(`${step} ${detail}`.trim()),
  );
  const open = pause(waitMs).then(() => ({ reference, state: 'open' }));
  return json(200, { ...(await Promise.race([scanned, open])), steps });
}

const PATHS = {
  ADDITIONAL_PROCESSING: '/unionpay/additionalprocessing',
  DEBIT_TRANSACTION: '/unionpay/debittransaction',
  CANCELLATION: '/unionpay/cancellation',
  REFUND: '/unionpay/refund',
  TRX_RESULT_INQUIRY: '/unionpay/trxresultinquiry',
} as const;
const callRequest = z.strictObject({
  type: z.enum([
    'ADDITIONAL_PROCESSING',
    'DEBIT_TRANSACTION',
    'CANCELLATION',
    'REFUND',
    'TRX_RESULT_INQUIRY',
  ]),
  /** Absent: a new one. */
  msgID: msgID.optional(),
  trxInfo: z.record(z.string(), z.unknown()),
});

/** One message to Tonle as UnionPay sends it, signed: its answer is shown, and booked nowhere. */
export async function callTonle(call: HttpCall, door: DoorClient): Promise<HttpOutcome> {
  const body = readBody(call, callRequest);
  if (body.kind === 'refused') return body.reply;
  const { type, msgID: id = door.newId(randomUUID()), trxInfo } = body.value;
  return json(200, await door.call({ path: PATHS[type], type, ms: CALL_MS }, id, trxInfo));
}
