import type { PartnerQuote } from '@tonle/contracts';
import { currency, findCurrency, type AmountJson } from '@tonle/money';
import { asRecord, meaningOfCode, type Reply, type WireReply, type WireRequest } from '@tonle/network';
import { z } from 'zod';
import { CODES, statusOf } from './codes.js';

// JSON as Alipay+ speaks it: every scalar is a text, amounts are in the smallest unit of its wire.

const JSON_TYPE = 'application/json; charset=UTF-8';
const BASE = '/aps/api/v1/payments/';
const DIGITS_MAX = 16;
const DIGITS = /^[1-9]\d{0,15}$/;
/** Two decimals on the wire, and whole units only: of rupiah by its rules, of riel and kip by ours. */
const WHOLE: Readonly<Record<string, bigint>> = { IDR: 100n };

export const text = z.string().min(1);
/** Absent and null are the same; an empty text is neither. */
export const absent = <T extends z.ZodType>(schema: T) =>
  z
    .union([schema, z.null()])
    .optional()
    .transform((value) => value ?? undefined);

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
export const amountOfWire = z
  .object({
    currency: z.string().refine((code) => findCurrency(code) !== undefined),
    value: z.string().regex(DIGITS),
  })
  .transform(({ currency: code, value }): AmountJson => ({ currency: code, minor: value }))
  .refine((amount) => amountTrouble(amount) === undefined);

const PAIR = /^([A-Z]{3})\/([A-Z]{3})$/;
const instant = z.iso.datetime({ offset: true });

/** A quote of theirs: units of the second currency of the pair for `quoteUnit` units of the first. */
export const quoteOfWire = z
  .object({
    quoteId: text.max(64),
    quoteCurrencyPair: z.string().regex(PAIR),
    quotePrice: z.string().regex(/^\d{1,12}(\.\d{1,11})?$/),
    quoteStartTime: absent(instant),
    quoteExpiryTime: absent(instant),
    quoteUnit: absent(z.string().regex(/^[1-9]\d{0,5}$/)),
  })
  .transform(({ quoteId, quoteCurrencyPair, quotePrice, ...more }): PartnerQuote => {
    const [, unitCurrency, quotedCurrency] = PAIR.exec(quoteCurrencyPair) as unknown as [
      string,
      string,
      string,
    ];
    const { quoteUnit: unit, quoteStartTime: startsAt, quoteExpiryTime: expiresAt } = more;
    return {
      quoteId,
      unitCurrency,
      quotedCurrency,
      rate: quotePrice,
      ...(unit !== undefined && { unit }),
      ...(startsAt !== undefined && { startsAt }),
      ...(expiresAt !== undefined && { expiresAt }),
    };
  });

/** A time as the wire has it, to the second. */
export function wireTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** An answer of ours: errors too are told in it, with HTTP status 200. */
export function answer(body: object): Reply {
  return { status: 200, contentType: JSON_TYPE, body: JSON.stringify(body) };
}

/** A call of Alipay+; of an object its members without those that are undefined. */
export function call(operation: string, body: object | Uint8Array, name = operation): WireRequest {
  return {
    wire: 'api',
    method: 'POST',
    path: `${BASE}${operation}`,
    contentType: JSON_TYPE,
    body: body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body)),
    operation: name,
  };
}

/** JSON of an object; undefined for anything else. */
export function readJson(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    return asRecord(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return undefined;
  }
}

type Meaning = (typeof CODES.results)[string];
/** `open`: it said nothing that counts. */
type Outcome =
  | (Meaning & {
      readonly kind: 'result';
      readonly code: string;
      readonly words: string;
      readonly body: Readonly<Record<string, unknown>>;
    })
  | { readonly kind: 'open'; readonly because: string; readonly unmapped?: string };

/** The `result` of an answer: about the call, never about a payment. Total; what contradicts itself is open. */
export function readResult(reply: WireReply): Outcome | Exclude<WireReply, { kind: 'answered' }> {
  if (reply.kind !== 'answered') return reply;
  const body = readJson(reply.bytes);
  const result = asRecord(body?.['result']);
  const { resultCode: code, resultStatus: status, resultMessage } = result ?? {};
  if (body === undefined || typeof code !== 'string' || reply.status >= 500)
    return { kind: 'open', because: `HTTP ${reply.status} without a result` };
  const meaning = meaningOfCode(CODES.results, code);
  const shown = /^[A-Z_]{1,64}$/.test(code) ? code : 'in words';
  if (meaning === undefined) return { kind: 'open', because: `result ${shown}`, unmapped: `result ${shown}` };
  if (status !== statusOf(code))
    return { kind: 'open', because: `result ${code} with status ${String(status).slice(0, 8)}` };
  const words = typeof resultMessage === 'string' ? resultMessage : code;
  return { ...meaning, kind: 'result', code, words, body };
}
