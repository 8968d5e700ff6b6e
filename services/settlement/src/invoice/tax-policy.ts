import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Digits of a percentage after its point. */
const PERCENT_DIGITS = 4;

const month = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, 'must be a month, such as 2026-11');

const rule = z
  .strictObject({
    name: z.string().min(1).max(40),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, 'must be two capital letters')
      .optional(),
    counterparty: z.string().min(1).max(64).optional(),
    percent: z
      .string()
      .regex(/^(?:100(?:\.0{1,4})?|\d{1,2}(?:\.\d{1,4})?)$/, 'must be 0 to 100, with four decimals at most'),
    from: month,
  })
  .refine(({ country, counterparty }) => (country === undefined) !== (counterparty === undefined), {
    message: 'must name a country or a counterparty, and not both',
  });

const file = z.strictObject({ taxes: z.array(rule).max(10_000) });

/** What is levied on the services of a month. */
export interface TaxRule {
  readonly name: string;
  /** One of the two. */
  readonly country?: string;
  readonly counterparty?: string;
  readonly percent: string;
  /** The first month that it is for; until one of the same country or counterparty takes its place. */
  readonly from: string;
}

/** A tax as an invoice states it. */
export interface InvoiceTax {
  readonly name: string;
  readonly percent: string;
}

/** Which tax is on what a counterparty owes for services; those of its own go before those of its country. */
export class TaxPolicy {
  constructor(private readonly rules: readonly TaxRule[]) {}

  /** Undefined: none. */
  taxOf(
    { id, country }: { readonly id: string; readonly country: string | undefined },
    ofMonth: string,
  ): InvoiceTax | undefined {
    const last = (isFor: (rule: TaxRule) => boolean) =>
      this.rules
        .filter((each) => each.from <= ofMonth && isFor(each))
        .reduce<TaxRule | undefined>(
          (best, each) => (best === undefined || each.from > best.from ? each : best),
          undefined,
        );
    const found =
      last(({ counterparty }) => counterparty === id) ??
      (country === undefined ? undefined : last((each) => each.country === country));
    return found === undefined ? undefined : { name: found.name, percent: found.percent };
  }
}

/** Parts of a million, exactly. */
export function millionthsOf(percent: string): bigint {
  const [whole = '0', fraction = ''] = percent.split('.');
  return BigInt(whole + fraction.padEnd(PERCENT_DIGITS, '0'));
}

/** Reads a file of taxes. Throws an error that says what is wrong where. */
export function readTaxPolicy(path: string): TaxPolicy {
  const read = file.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!read.success)
    throw new Error(
      read.error.issues
        .map(({ path: at, message }) => `${at.join('.') || 'the file'}: ${message}`)
        .join('; '),
    );
  const names = read.data.taxes.map(
    ({ country, counterparty, from }) => `${country ?? counterparty} from ${from}`,
  );
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw new Error(`taxes: there are two for ${twice}`);
  return new TaxPolicy(
    read.data.taxes.map(({ country, counterparty, ...rest }) => ({
      ...rest,
      ...(country !== undefined && { country }),
      ...(counterparty !== undefined && { counterparty }),
    })),
  );
}
