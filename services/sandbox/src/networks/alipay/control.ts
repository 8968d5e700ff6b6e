import { randomBytes } from 'node:crypto';
import { amount as amountOf, formatPayable, formatRate, rateBetween } from '@tonle/money';
import type { Clock } from '@tonle/platform';
import { z } from 'zod';
import { eitherAmount, readBody, readEither } from '../../kit/body.js';
import type { Pause } from '../../kit/faulty.js';
import { json, type HttpCall, type HttpOutcome } from '../../kit/listener.js';
import type { AlipayBooks } from './books.js';
import type { PushSide, PushStep } from './payer.js';
import type { RefundDesk, ReturnOutcome } from './refunds.js';
import { orderCode, walletUser, wireOf, type WireAmount } from './rules.js';
import type { AlipayScheme } from './scheme.js';
import type { TillSide } from './till.js';
import type { KeyVersionWire } from '../../kit/key-version-wire.js';

const NONCE_BYTES = 5;
const CALL_MS = 10_000;
const RATE_DECIMALS = 8;
const tenths = (ms: number): number => Math.round(ms * 10) / 10;

/** What `POST /control/alipay/pay` takes. */
const payRequest = z.strictObject({
  qrText: z.string().min(1).max(512),
  /** Of the merchant's currency; needed when the code carries none. */
  amount: eitherAmount.optional(),
  /** A user by number: which wallet that is follows from it. */
  user: z.number().int().min(0).max(9_999_999_999).default(1),
  waitMs: z.number().int().min(0).max(600_000).default(90_000),
});

/** One payment of a wallet's user with its steps, answered when it ended or when the wait is over. */
export async function payOnce(
  call: HttpCall,
  side: PushSide,
  scheme: AlipayScheme,
  clock: Clock,
): Promise<HttpOutcome> {
  const body = readBody(call, payRequest);
  if (body.kind === 'refused') return body.reply;
  const { qrText, waitMs } = body.value;
  const user = walletUser(body.value.user, scheme);
  const steps: PushStep[] = [];
  const started = performance.now();
  const step = (name: string, detail?: string): void => {
    const at = new Date(clock.now()).toISOString();
    const ms = tenths(performance.now() - started);
    steps.push({ step: name, at, ms, ...(detail !== undefined && { detail }) });
  };
  step('scanned', qrText.slice(0, 60));
  const decoded = await side.decode(qrText, user);
  if (decoded.kind === 'refused')
    return json(422, { error: 'the switch refused the code', answer: decoded.body, steps });
  const { code } = decoded;
  step('decoded', `${code.merchantName} ${code.account}`);
  const given = body.value.amount === undefined ? undefined : readEither(body.value.amount);
  const amount =
    code.amount ??
    (given === undefined ? undefined : { currency: given.currency, value: given.minor.toString() });
  if (amount === undefined)
    return json(422, { error: 'the code carries no amount', issues: ['amount: give one'], steps });
  const outcome = await side.pay(code, amount, user, waitMs, step);
  const { settlement, latencyMs, ...told } = outcome;
  return json(200, {
    ...told,
    reference: outcome.paymentId,
    latencyMs: tenths(latencyMs),
    source: settlement === undefined ? undefined : shown(settlement),
    target: shown(amount),
    rate: settlement === undefined ? undefined : rateOf(settlement, amount),
    payer: { account: user.customerId, name: user.brand },
    payee: { name: code.merchantName, account: code.account },
    steps,
  });
}

function shown({ currency, value }: WireAmount): { currency: string; amount: string; minor: string } {
  return { currency, amount: formatPayable(amountOf(currency, BigInt(value))), minor: value };
}

/** What Tonle paid out for a unit of what it gets, for people. */
function rateOf(settled: WireAmount, paid: WireAmount): string {
  const exact = ({ currency, value }: WireAmount) => amountOf(currency, BigInt(value));
  return formatRate(rateBetween(exact(settled), exact(paid), RATE_DECIMALS));
}

const qrRequest = z.strictObject({
  /** 8 digits; those that begin with 9 have no contract any more. */
  merchant: z
    .string()
    .regex(/^\d{8}$/)
    .default('00000001'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('CNY'),
  /** Decimal text in major units; without it the code is an entry code, which names no amount. */
  amount: z.string().optional(),
  expired: z.boolean().default(false),
  expiresInSeconds: z.number().int().min(1).max(86_400).default(600),
});

/** The code of a new order of a merchant abroad. */
export function sampleCode(call: HttpCall, scheme: AlipayScheme, clock: Clock): HttpOutcome {
  const body = readBody(call, qrRequest);
  if (body.kind === 'refused') return body.reply;
  const { merchant, currency, amount, expired, expiresInSeconds } = body.value;
  const priced = amount === undefined ? ({ currency, value: '' } as const) : wireOf(currency, amount);
  if (priced === undefined || !Object.hasOwn(scheme.perDollar, currency))
    return json(422, { error: 'no such code can be made', issues: ['amount: not payable in this currency'] });
  const expiresMs = clock.now() + (expired ? -1000 : expiresInSeconds * 1000);
  const nonce = BigInt(`0x${randomBytes(NONCE_BYTES).toString('hex')}`).toString(36);
  return json(200, { qrText: orderCode({ merchant, payTo: priced, expiresMs, nonce }) });
}

const scanRequest = z.strictObject({
  /** What Tonle's payer shows. */
  code: z.string().min(1).max(128),
  merchant: z
    .string()
    .regex(/^\d{8}$/)
    .default('00000001'),
  /** In the merchant's currency. */
  amount: eitherAmount,
  /** The same id is the same payment; absent: a new one. */
  paymentRequestId: z.string().min(1).max(64).optional(),
  waitMs: z.number().int().min(0).max(600_000).default(30_000),
});

/** The till of a merchant abroad scans a payer's code: its end, or that it is open when the wait is over. */
export async function scanOnce(call: HttpCall, till: TillSide, pause: Pause): Promise<HttpOutcome> {
  const body = readBody(call, scanRequest);
  if (body.kind === 'refused') return body.reply;
  const { code, merchant, waitMs } = body.value;
  const given = readEither(body.value.amount);
  if (given === undefined) return json(422, { error: 'the till has no such amount', issues: ['amount'] });
  const paymentRequestId =
    body.value.paymentRequestId ?? `TILL${randomBytes(NONCE_BYTES * 2).toString('hex')}`;
  const steps: string[] = [];
  const wanted = {
    paymentRequestId,
    code,
    merchant,
    payTo: { currency: given.currency, value: given.minor.toString() },
  };
  const scanned = till.scan(wanted, (step, detail = '') => steps.push(`${step} ${detail}`.trim()));
  const open = pause(waitMs).then(() => ({ paymentRequestId, state: 'open' }));
  return json(200, { ...(await Promise.race([scanned, open])), steps });
}

const callRequest = z.strictObject({
  operation: z.enum([
    'inquiryPayment',
    'cancelPayment',
    'inquiryPushPayment',
    'userInitiatedPay',
    'pushPayment',
    'pay',
    'refund',
  ]),
  body: z.record(z.string(), z.unknown()),
});

/** One call of Tonle as Alipay+ makes it, signed: its answer is shown. A cancelled order is closed here too. */
export async function callTonle(
  call: HttpCall,
  wire: KeyVersionWire,
  books: AlipayBooks,
  clock: Clock,
): Promise<HttpOutcome> {
  const read = readBody(call, callRequest);
  if (read.kind === 'refused') return read.reply;
  const { operation, body } = read.value;
  const { paymentRequestId } = body;
  if (operation === 'cancelPayment' && typeof paymentRequestId === 'string')
    await books.write({ kind: 'closed', paymentRequestId, at: clock.now() });
  const answer = await wire.post(`/alipayplus/v1/${operation}`, body, CALL_MS);
  return json(answer.kind === 'answered' ? 200 : 502, answer);
}

const refundRequest = z.strictObject({
  paymentRequestId: z.string().min(1).max(64),
  /** In the currency that the order is settled in; absent: all that is left. */
  amount: eitherAmount.optional(),
  /** The same id is the same refund; absent: a new one. */
  refundRequestId: z.string().min(1).max(64).optional(),
  waitMs: z.number().int().min(0).max(600_000).default(30_000),
});

/** A merchant abroad gives back what it was paid for an order, or a part of it: told to Tonle until it has an end. */
export async function refundOrder(call: HttpCall, desk: RefundDesk, pause: Pause): Promise<HttpOutcome> {
  const body = readBody(call, refundRequest);
  if (body.kind === 'refused') return body.reply;
  const { paymentRequestId, amount, waitMs } = body.value;
  const given = amount === undefined ? undefined : readEither(amount);
  const wanted = given && { currency: given.currency, value: given.minor.toString() };
  const refundRequestId = body.value.refundRequestId ?? `RF${randomBytes(NONCE_BYTES * 2).toString('hex')}`;
  const refund = await desk.give(paymentRequestId, wanted, refundRequestId);
  if (refund === undefined) return json(422, { error: 'there is not so much of a paid order to give back' });
  return returned(refundRequestId, (answers) => desk.tellUntilEnded(refund, answers), waitMs, pause);
}

const cancelRequest = refundRequest.pick({ paymentRequestId: true, waitMs: true });

/** A merchant abroad wants an order no more, paid or not. */
export async function cancelOrder(call: HttpCall, desk: RefundDesk, pause: Pause): Promise<HttpOutcome> {
  const body = readBody(call, cancelRequest);
  if (body.kind === 'refused') return body.reply;
  const { paymentRequestId, waitMs } = body.value;
  return returned(paymentRequestId, (answers) => desk.cancel(paymentRequestId, answers), waitMs, pause);
}

/** Its end, or that it is open when the wait is over: it is told further then. */
async function returned(
  id: string,
  tell: (answers: string[]) => Promise<ReturnOutcome>,
  waitMs: number,
  pause: Pause,
): Promise<HttpOutcome> {
  const answers: string[] = [];
  const open = pause(waitMs).then((): ReturnOutcome => ({ id, state: 'open', answers }));
  return json(200, await Promise.race([tell(answers), open]));
}

/** A push or a paid order by its id, with what was given back of it; or a refund. */
export function payment(books: AlipayBooks, id: string): HttpOutcome {
  const [push, paid, refund, drawn] = [books.push(id), books.paid(id), books.refund(id), books.drawing(id)];
  if (push === undefined && paid === undefined && refund === undefined && drawn === undefined)
    return json(404, { error: 'there is no such payment in the books' });
  const refunds = books.refundsOf(id);
  return json(200, {
    ...(push !== undefined && { push }),
    ...(paid !== undefined && { paid }),
    ...(refund !== undefined && { refund }),
    ...(drawn !== undefined && { drawn, isClosed: books.isClosed(id) }),
    ...(refunds.length > 0 && { refunds }),
  });
}
