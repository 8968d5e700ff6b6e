import { readFileSync } from 'node:fs';
import {
  amount,
  amountToJson,
  findCurrencyByNumeric,
  parseBookedAmount,
  type AmountJson,
} from '@tonle/money';
import { readQrcAmount, writeQrcAmount } from '@tonle/network-upi';
import { compare, readData, type CaseResult } from './suite.js';

// UnionPay's response codes and amounts, by the tables and encoders of its adapter.

const CODES_FILE = 'partners/error-maps.json';
const AMOUNTS_FILE = 'partners/amounts.json';
const OWN_CODES = {
  unionpayQrc: new URL('../../../services/adapter-unionpay/src/codes.json', import.meta.url),
  unionpayUpop: new URL('../../../services/adapter-unionpay/src/upop/codes.json', import.meta.url),
};

/** What the action of a row is to us. QRC's code 90 refuses for a while: this payment is over. */
const MEANS: Readonly<Record<string, string>> = {
  QUERY_CONFIRM: 'approved',
  MANUAL: 'rejected',
  BACKOFF_RETRY: 'open',
  'unionpayUpop RETRY_LATER': 'open',
  FINAL_OK: 'approved',
  FINAL_FAIL: 'rejected',
  FINAL_FAIL_ALERT: 'rejected',
  RETRY_LATER: 'rejected',
  POLL: 'open',
  RETRY_OR_POLL: 'open',
  POLL_ORIGINAL: 'repeat',
  CHECK_THEN_RESEND: 'not_found',
};

interface CodeRow {
  readonly code: string;
  readonly iso: string | null;
  readonly action: string;
}

interface AmountCase {
  readonly network: string;
  readonly currency: string;
  readonly major: string;
  readonly wire: string;
  readonly basis: string;
}

export function* runUnionPayTables(folder: string): Iterable<CaseResult> {
  const maps = (readData(folder, CODES_FILE) ?? {}) as Readonly<Record<string, readonly CodeRow[]>>;
  for (const [name, file] of Object.entries(OWN_CODES)) {
    const { responses } = JSON.parse(readFileSync(file, 'utf8')) as {
      responses: Readonly<Record<string, { readonly means: string; readonly iso?: string }>>;
    };
    for (const { code, iso, action } of maps[name] ?? []) {
      const { means, iso: ours } = responses[code] ?? {};
      const expected = { means: MEANS[`${name} ${action}`] ?? MEANS[action] ?? action, iso };
      const id = `${name} ${code}`;
      yield { file: CODES_FILE, id, disagreements: compare(CODES_FILE, id, expected, { means, iso: ours }) };
    }
  }
  const { cases = [] } = (readData(folder, AMOUNTS_FILE) ?? {}) as { cases?: readonly AmountCase[] };
  for (const each of cases) if (each.network === 'unionpay-qrc-json') yield runAmount(each);
}

/** Read from the wire it is the amount in major units; written, it is the text, unless that has fewer decimals. */
function runAmount({ currency: numeric, major, wire, basis }: AmountCase): CaseResult {
  const id = `unionpay-qrc-json ${numeric} ${major}`;
  const parsed = parseBookedAmount(findCurrencyByNumeric(numeric)?.code ?? '', major);
  const value: AmountJson | undefined = parsed.kind === 'ok' ? amountToJson(parsed.amount) : undefined;
  const written = value && writeQrcAmount(amount(value.currency, BigInt(value.minor)));
  const isWritten = basis === 'assumed' || wire.includes('.');
  const got = {
    read: readQrcAmount(wire, numeric),
    written: isWritten ? written?.amount : wire,
    numeric: written?.numeric,
  };
  const expected = { read: value, written: wire, numeric };
  return { file: AMOUNTS_FILE, id, disagreements: compare(AMOUNTS_FILE, id, expected, got) };
}
