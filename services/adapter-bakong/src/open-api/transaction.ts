import { amountToJson, parseAmount, type AmountJson } from '@tonle/money';
import { plainText } from '@tonle/network';
import { API_CODES, type ApiMeaning } from '../core/core.table.js';

/** One movement as the Open API shows it. */
export interface RailTransaction {
  readonly hash: string;
  readonly from: string;
  readonly to: string;
  readonly amount: AmountJson;
  readonly externalRef?: string;
  /** Epoch ms. */
  readonly createdAt: number;
}

export type ApiAnswer =
  | { readonly kind: 'data'; readonly data: unknown }
  | ({ readonly responseMessage: string } & ApiMeaning)
  | { readonly kind: 'unreadable'; readonly because: string };

/** A JSON number as it was written: amounts never become floats. */
export class DecimalText {
  constructor(readonly text: string) {}
}

const AMOUNT_NAMES: ReadonlySet<string> = new Set(['amount', 'total']);

/** Reads JSON, keeping the text of amounts. Undefined when it is not JSON. */
export function parseKeepingAmounts(text: string): unknown {
  type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
  const keep: Reviver = (key, value, context) =>
    typeof value === 'number' && AMOUNT_NAMES.has(key)
      ? new DecimalText(context.source ?? String(value))
      : value;
  try {
    return (JSON.parse as (text: string, reviver: Reviver) => unknown)(text, keep);
  } catch {
    return undefined;
  }
}

/** Reads the envelope: data, an error code of the table, or nothing that may be trusted. */
export function readEnvelope(status: number, bytes: Uint8Array): ApiAnswer {
  if (status === 401) return { kind: 'renew_token', responseMessage: 'HTTP 401' };
  const body = asRecord(parseKeepingAmounts(Buffer.from(bytes).toString('utf8')));
  if (body === undefined || status >= 500) return { kind: 'unreadable', because: `HTTP ${status}` };
  const { responseCode, errorCode, responseMessage } = body;
  if (responseCode === 0) return { kind: 'data', data: body['data'] };
  const meaning = typeof errorCode === 'number' ? API_CODES[errorCode] : undefined;
  if (responseCode !== 1 || meaning === undefined)
    return { kind: 'unreadable', because: `code ${String(errorCode)}` };
  return {
    ...meaning,
    responseMessage: typeof responseMessage === 'string' ? plainText(responseMessage, 200) : '',
  };
}

const HASH = /^[0-9a-f]{64}$/;

/** Reads one transaction; undefined when a field that matters is missing or malformed. */
export function readTransaction(data: unknown): RailTransaction | undefined {
  const fields = asRecord(data);
  if (fields === undefined) return undefined;
  const { hash, fromAccountId, toAccountId, currency, amount, externalRef, createdDateMs } = fields;
  if (typeof hash !== 'string' || !HASH.test(hash) || typeof currency !== 'string') return undefined;
  if (
    typeof fromAccountId !== 'string' ||
    typeof toAccountId !== 'string' ||
    typeof createdDateMs !== 'number'
  )
    return undefined;
  const written = amount instanceof DecimalText ? amount.text : typeof amount === 'string' ? amount : '';
  const parsed = parseAmount(currency, written);
  if (parsed.kind === 'refused') return undefined;
  return {
    hash,
    from: fromAccountId.toLowerCase(),
    to: toAccountId.toLowerCase(),
    amount: amountToJson(parsed.amount),
    ...(typeof externalRef === 'string' && { externalRef }),
    createdAt: createdDateMs,
  };
}

/** An object that is neither null nor a list. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
