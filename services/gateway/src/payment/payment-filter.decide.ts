import {
  PAYMENT_STATES,
  publicState,
  REASONS,
  refusedField,
  type AmountBetween,
  type Refusal,
} from '@tonle/contracts';
import { parseBookedAmount } from '@tonle/money';
import { unknownCurrency } from '../http/filter.decide.js';
import type { ListPayments } from './payment.schema.js';

type Bounds = Pick<ListPayments, 'currency' | 'amountMin' | 'amountMax'>;
type AmountRead = { readonly kind: 'ok'; readonly amount: AmountBetween | undefined } | Refusal;

/**
 * What a list is asked for in money and time, or what is wrong with it: a filter that nothing can match would read as
 * "there is nothing". `currencies` are those that are served.
 */
export function amountFilter(asked: Bounds, currencies: readonly string[]): AmountRead {
  const { currency, amountMin, amountMax } = asked;
  const named = amountMin === undefined ? '/amountMax' : '/amountMin';
  if (currency === undefined)
    return amountMin === undefined && amountMax === undefined
      ? { kind: 'ok', amount: undefined }
      : wrong(named, 'Say in which currency: `currency`.');
  const unknown = unknownCurrency(currency, '/currency', currencies);
  if (unknown !== undefined) return unknown;
  const [least, most] = [
    minorOf(currency, amountMin, '/amountMin'),
    minorOf(currency, amountMax, '/amountMax'),
  ];
  if (least.kind === 'refused') return least;
  if (most.kind === 'refused') return most;
  const [min, max] = [least.minor, most.minor];
  if (min !== undefined && max !== undefined && min > max)
    return wrong('/amountMax', 'Must not be less than `amountMin`.');
  return {
    kind: 'ok',
    amount: {
      currency,
      ...(min === undefined ? {} : { minMinor: min.toString() }),
      ...(max === undefined ? {} : { maxMinor: max.toString() }),
    },
  };
}

/** The states of routing that a public one stands for; null: nothing was told yet. */
export function statesOf(state: NonNullable<ListPayments['state']>): (string | null)[] {
  const states: (string | null)[] = PAYMENT_STATES.filter((each) => publicState(each) === state);
  return state === 'processing' ? [...states, null] : states;
}

function minorOf(
  currency: string,
  text: string | undefined,
  path: string,
): { readonly kind: 'ok'; readonly minor: bigint | undefined } | Refusal {
  if (text === undefined) return { kind: 'ok', minor: undefined };
  const read = parseBookedAmount(currency, text);
  return read.kind === 'ok'
    ? { kind: 'ok', minor: read.amount.minor }
    : wrong(path, `${JSON.stringify(text)} cannot be read: ${REASONS[read.reason].title}.`);
}

const wrong = (path: string, message: string): Refusal => refusedField('schema_invalid', path, message);
