import {
  amount,
  formatAsPaid,
  parseAmount,
  parseBookedAmount,
  plainDecimal,
  type Amount,
  type AmountRefusal,
  type AmountResult,
} from '@tonle/money';
import type { ComplexType, IsoType, SimpleType } from '../schema/compile.js';
import type { IsoAmount, IsoTree, IsoValue } from '../schema/tree.js';
import { readThrough, type Codec, type ValueProblem, type Shape } from './shape.js';

/** Text as it stands. Empty text is written as nothing: no element of ISO 20022 may be empty. */
export const text: Shape<string> = {
  bind: (type) => {
    if (type.kind !== 'simple' || type.attribute !== undefined) return undefined;
    return { read: (value) => value as string, write: (value) => (value === '' ? undefined : value) };
  },
};

/** A truth value: `1` and `true` are both true. */
export const truth: Shape<boolean> = {
  bind: (type) => {
    if (type.kind !== 'simple') return undefined;
    return {
      read: (value) => value === 'true' || value === '1',
      write: (value) => (value ? 'true' : 'false'),
    };
  },
};

/** CRDT or DBIT as "is it a credit". */
export const credit: Shape<boolean> = {
  bind: () => ({ read: (value) => value === 'CRDT', write: (value) => (value ? 'CRDT' : 'DBIT') }),
};

/** A count that fits a JavaScript integer; it is never an amount. */
export const count: Shape<number> = {
  bind: () => ({ read: (value) => parseInt(value as string, 10), write: (value) => value.toString() }),
};

const AMOUNT_CODES: Readonly<Record<AmountRefusal, string>> = {
  unknown_currency: 'unknown_currency',
  malformed_amount: 'amount_malformed',
  too_many_decimals: 'amount_scale',
  amount_not_positive: 'amount_not_positive',
  amount_too_large: 'amount_too_large',
};

const AMOUNT_DETAILS: Readonly<Record<AmountRefusal, string>> = {
  unknown_currency: 'is not a currency that can be paid',
  malformed_amount: 'must be digits with an optional decimal part',
  too_many_decimals: 'has more decimals than can be paid in its currency',
  amount_not_positive: 'must be more than zero',
  amount_too_large: 'has more than 18 digits',
};

type ReadAmount = (currency: string, text: string) => AmountResult;

/** Written as its payers write it: riel and kip whole, baht with two decimals. */
function amountShape(parse: ReadAmount): Shape<Amount> {
  const codec: Codec<Amount> = {
    read: (value, problems) => {
      const { Ccy, v } = value as IsoAmount;
      const result = parse(Ccy, plainDecimal(v));
      if (result.kind === 'ok') return result.amount;
      const shown = result.reason === 'unknown_currency' ? Ccy : `${Ccy} ${v}`;
      problems.push({
        code: AMOUNT_CODES[result.reason],
        path: '',
        detail: `${shown} ${AMOUNT_DETAILS[result.reason]}`,
      });
      return undefined;
    },
    write: (value) => ({ Ccy: value.currency, v: formatAsPaid(value) }),
  };
  return { bind: (type) => (type.kind === 'simple' && type.attribute !== undefined ? codec : undefined) };
}

/** Money to be paid: no part of a riel or a kip. */
export const money = amountShape(parseAmount);

/** Money that may be zero: charges. */
export const moneyOrZero = amountShape((code, written) => {
  const result = parseAmount(code, written);
  const zero = result.kind === 'refused' && result.reason === 'amount_not_positive';
  return zero ? { kind: 'ok', amount: amount(code, 0n) } : result;
});

/** Money that was booked, or that an account holds: all decimals of its currency, and it may be zero. */
export const bookedMoney = amountShape(parseBookedAmount);

function slotType(type: IsoType, name: string): SimpleType | undefined {
  const found = type.kind === 'complex' ? type.slots.get(name)?.alternative.type : undefined;
  return found?.kind === 'simple' ? found : undefined;
}

/** A choice of `Cd` and `Prtry`: a code where the schema takes the text as one, else proprietary text. */
export const codeOrText: Shape<string> = {
  bind: (type) => {
    const code = slotType(type, 'Cd');
    if (type.kind !== 'complex' || (code === undefined && slotType(type, 'Prtry') === undefined))
      return undefined;
    return {
      read: (value) => ((value as IsoTree).Cd ?? (value as IsoTree).Prtry) as string | undefined,
      write: (value) =>
        code?.text.check(value) === undefined && code !== undefined ? { Cd: value } : { Prtry: value },
    };
  },
};

/** `codeOrText` that is always written as proprietary text. */
export const proprietary: Shape<string> = {
  bind: (type) => {
    const codec = codeOrText.bind(type);
    return codec === undefined ? undefined : { ...codec, write: (value) => ({ Prtry: value }) };
  },
};

/** A choice of date and date with time, written by its form. */
export const dateOrTime: Shape<string> = {
  bind: (type: IsoType) => {
    if (type.kind === 'simple') return text.bind(type);
    return {
      read: (value) => ((value as IsoTree).Dt ?? (value as IsoTree).DtTm) as string | undefined,
      write: (value) => (value.includes('T') ? { DtTm: value } : { Dt: value }),
    };
  },
};

/** A repeated element. */
export function list<T>(shape: Shape<T>): Shape<readonly T[]> {
  return {
    bind: (type) => {
      const codec = shape.bind(type);
      if (codec === undefined) return undefined;
      return {
        many: true,
        read: (value, problems) => readList(codec, value, problems),
        write: (values) => writeList(codec, values),
      };
    },
  };
}

function readList<T>(codec: Codec<T>, value: IsoValue, problems: ValueProblem[]): readonly T[] {
  const items = (Array.isArray(value) ? value : [value]) as readonly IsoValue[];
  return items.flatMap((item, index) => {
    const read = readThrough(codec, item, problems, () => `[${index + 1}]`);
    return read === undefined ? [] : [read];
  });
}

function writeList<T>(codec: Codec<T>, values: readonly T[]): IsoValue | undefined {
  const written = values.flatMap((value) => codec.write(value) ?? []);
  return written.length === 0 ? undefined : written;
}

/** Several lines of text as one, by line breaks. */
export const lines: Shape<string> = {
  bind: (type) => {
    const codec = text.bind(type);
    if (codec === undefined) return undefined;
    return {
      many: true,
      read: (value) => (Array.isArray(value) ? value.join('\n') : (value as string)),
      write: (value) => (value === '' ? undefined : value.split('\n')),
    };
  },
};

/** Whether an element must be there in this type. */
export function isRequired(type: ComplexType, name: string): boolean {
  const slot = type.slots.get(name);
  return slot !== undefined && type.particles[slot.particle]!.min > 0;
}
