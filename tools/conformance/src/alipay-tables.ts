import { RESULTS } from '@tonle/adapter-alipay';
import { amountToJson, parseAmount } from '@tonle/money';
import { amountTrouble, wireAmount } from '@tonle/network-aplus';
import { compare, readData, type CaseResult } from './suite.js';

// Tables of Alipay+: how an amount looks on its wire, and what its codes mean.

const NETWORK = 'alipayplus';
const AMOUNTS = 'partners/amounts.json';
const ERRORS = 'partners/error-maps.json';

interface AmountCase {
  readonly network: string;
  readonly currency: string;
  readonly major: string;
  readonly wire?: string;
  readonly error?: string;
}
interface ErrorRow {
  readonly code: string;
  readonly status: string;
  readonly iso: string | null;
}

/** What a refusal of ours is in the data: a currency that cannot be paid has three names there. */
const ERROR_NAMES: Readonly<Record<string, readonly string[]>> = {
  unknown_currency: ['INVALID_CURRENCY', 'UNKNOWN_CURRENCY', 'UNSUPPORTED_MINOR_UNIT'],
  malformed_amount: ['INVALID_AMOUNT_FORMAT'],
  too_many_decimals: ['EXCESS_PRECISION'],
  amount_not_positive: ['AMOUNT_NOT_POSITIVE'],
};

/** Every case of Alipay+ in the tables of amounts and errors. */
export function* runAlipayTables(folder: string): Iterable<CaseResult> {
  const { cases = [], edgeCases = [] } = (readData(folder, AMOUNTS) ?? {}) as Record<string, AmountCase[]>;
  for (const each of [...cases, ...edgeCases].filter(({ network }) => network === NETWORK)) {
    const id = `${each.currency} ${each.major}`;
    const got = wireOf(each);
    const expected = each.error === undefined ? { wire: each.wire } : { error: each.error };
    yield { file: AMOUNTS, id, disagreements: compare(AMOUNTS, id, expected, got) };
  }
  const { [NETWORK]: rows = [] } = (readData(folder, ERRORS) ?? {}) as Record<string, ErrorRow[]>;
  for (const { code, status, iso } of rows) {
    const got = {
      status: RESULTS.statusOf(code),
      iso: RESULTS.codes.results[code]?.iso ?? null,
      known: code in RESULTS.codes.results,
    };
    yield {
      file: ERRORS,
      id: code,
      disagreements: compare(ERRORS, code, { status, iso, known: true }, got),
    };
  }
}

function wireOf({ currency, major, error }: AmountCase): { wire?: string; error?: string } {
  const parsed = parseAmount(currency, major);
  if (parsed.kind === 'refused') {
    const names = ERROR_NAMES[parsed.reason] ?? [parsed.reason];
    return { error: names.find((name) => name === error) ?? names[0]! };
  }
  const amount = amountToJson(parsed.amount);
  const trouble = amountTrouble(amount);
  return trouble === undefined ? { wire: wireAmount(amount).value } : { error: trouble };
}
