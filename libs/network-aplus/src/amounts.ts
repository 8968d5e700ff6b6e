import { currency, type AmountJson } from '@tonle/money';
import { minorOfWire } from '@tonle/network';

const DIGITS_MAX = 16;
/** Two decimals on the wire, and whole units only: of rupiah by its rules, of riel and kip by ours. */
const WHOLE: Readonly<Record<string, bigint>> = { IDR: 100n };

interface WireAmount {
  readonly currency: string;
  readonly value: string;
}

const stepOf = (code: string): bigint => WHOLE[code] ?? currency(code).payableStep;

type AmountTrouble = 'AMOUNT_NOT_POSITIVE' | 'RULE_VIOLATION' | 'VALUE_TOO_LONG';

/** Why an amount cannot be written; undefined when it can. Minor units are those of ISO 4217, as on this wire. */
export function amountTrouble({ currency: code, minor }: AmountJson): AmountTrouble | undefined {
  const units = BigInt(minor);
  if (units <= 0n) return 'AMOUNT_NOT_POSITIVE';
  if (units % stepOf(code) !== 0n) return 'RULE_VIOLATION';
  return units.toString().length > DIGITS_MAX ? 'VALUE_TOO_LONG' : undefined;
}

/** As it stands on the wire. Throws RangeError for what cannot. */
export function wireAmount(amount: AmountJson): WireAmount {
  const trouble = amountTrouble(amount);
  if (trouble !== undefined) throw new RangeError(`${amount.currency} ${amount.minor}: ${trouble}`);
  return { currency: amount.currency, value: BigInt(amount.minor).toString() };
}

/** An amount of the wire, in minor units; a JSON number is none, and neither is a part of a riel. */
export const amountOfWire = minorOfWire.refine((amount) => amountTrouble(amount) === undefined);
