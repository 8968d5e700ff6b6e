import { carriedText } from '@tonle/contracts';
import { formatPayable, type Amount } from '@tonle/money';
import { z } from 'zod';
import type { Clock } from '@tonle/platform';
import { eitherAmount, readBody, readEither } from '../../kit/body.js';
import { json, type HttpCall, type HttpOutcome } from '../../kit/listener.js';
import type { PayeeRules } from './payees.js';
import type { PayStep, TellPayStep } from './delivery.js';
import type { PayerSide } from './payer.js';

/** What `POST /control/<network>/pay` takes. */
const payRequest = z.strictObject({
  qrText: z.string().min(1).max(512).optional(),
  /** An account of ours in place of a code; it needs an amount. */
  account: z.string().min(1).max(140).optional(),
  amount: eitherAmount.optional(),
  /** One of the network's accounts; default a fixed one. */
  payer: carriedText.min(1).max(34).optional(),
  payerName: carriedText.min(1).max(140).optional(),
  waitMs: z.number().int().min(0).max(600_000).default(90_000),
});
const DEFAULT_PAYER = 1;

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

/** One inbound payment with its steps, answered when it ended or when the wait is over. */
export async function payOnce(
  call: HttpCall,
  side: Pick<PayerSide, 'prepare' | 'pay'>,
  payees: Pick<PayeeRules, 'payer'>,
  clock: Clock,
): Promise<HttpOutcome> {
  const body = readBody(call, payRequest);
  if (body.kind === 'refused') return body.reply;
  const { qrText = '', account, waitMs } = body.value;
  if ((qrText === '') === (account === undefined))
    return json(422, { error: 'the body does not fit', issues: ['either qrText or account'] });
  const amount = body.value.amount === undefined ? undefined : readEither(body.value.amount);
  if (body.value.amount !== undefined && amount === undefined)
    return json(422, { error: 'the body does not fit', issues: ['amount: not payable'] });
  const known = payees.payer(DEFAULT_PAYER);
  const payer = { account: body.value.payer ?? known.account, name: body.value.payerName ?? known.name };
  const { steps, step } = stepsOf(clock);
  step(account === undefined ? 'scanned' : 'named', (account ?? qrText).slice(0, 60));
  const order = {
    qrText,
    ...(account !== undefined && { account }),
    payer,
    ...(amount === undefined ? {} : { amount }),
  };
  const preparation = await side.prepare(order, step);
  if (preparation.kind === 'refused') {
    const { status, body: answer } = preparation;
    return json(status, { error: 'the switch refused the code or the quote', answer, steps });
  }
  const { quote, payee } = preparation.payment;
  const outcome = await side.pay(preparation.payment, waitMs, step);
  const shown = { ...quote, source: shownAmount(quote.source), target: shownAmount(quote.target) };
  return json(200, { ...outcome, latencyMs: tenths(outcome.latencyMs), ...shown, payer, payee, steps });
}

/** A time line, and what adds to it. */
export function stepsOf(clock: Clock): { steps: PayStep[]; step: TellPayStep } {
  const started = performance.now();
  const steps: PayStep[] = [];
  const step: TellPayStep = (name, detail) => {
    const at = new Date(clock.now()).toISOString();
    const ms = tenths(performance.now() - started);
    steps.push({ step: name, at, ms, ...(detail === undefined ? {} : { detail }) });
  };
  return { steps, step };
}

function shownAmount(value: Amount): { currency: string; amount: string; minor: string } {
  return { currency: value.currency, amount: formatPayable(value), minor: value.minor.toString() };
}
