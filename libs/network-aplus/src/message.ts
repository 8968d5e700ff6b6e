import { hash } from 'node:crypto';
import type { PartnerQuote } from '@tonle/contracts';
import { asRecord, type Reply, type Unreadable, type WireRequest } from '@tonle/network';
import { z } from 'zod';

// JSON as Alipay+ speaks it: every scalar is a text, amounts are in the smallest unit of its wire.

const JSON_TYPE = 'application/json; charset=UTF-8';
const BASE = '/aps/api/v1/payments/';
const END_TO_END_MAX = 35;

export const text = z.string().min(1);
/** An id of either side. No id has a control character, and no column takes a NUL. */
export const idOfWire = text.max(64).regex(/^\P{Cc}+$/u);
export const instantOfWire = z.iso.datetime({ offset: true });
/** Absent and null are the same; an empty text is neither. */
export const absent = <T extends z.ZodType>(schema: T) =>
  z
    .union([schema, z.null()])
    .optional()
    .transform((value) => value ?? undefined);

const PAIR = /^([A-Z]{3})\/([A-Z]{3})$/;

/** A quote of theirs: units of the second currency of the pair for `quoteUnit` units of the first. */
export const quoteOfWire = z
  .object({
    quoteId: idOfWire,
    quoteCurrencyPair: z.string().regex(PAIR),
    quotePrice: z.string().regex(/^\d{1,12}(\.\d{1,11})?$/),
    quoteStartTime: absent(instantOfWire),
    quoteExpiryTime: absent(instantOfWire),
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

/** A call of theirs by its schema. */
export function readCall<T>(schema: z.ZodType<T>, { bytes }: { readonly bytes: Uint8Array }) {
  return schema.safeParse(readJson(bytes));
}

/** An id of theirs as it travels on. */
export function endToEndIdOf(id: string): string {
  return id.length <= END_TO_END_MAX ? id : hash('sha256', id, 'hex').slice(0, 32);
}

/** Our id of a payment or refund: that of its leg, in the letters of the wire. */
export function wireIdOf(legKey: string): string {
  return legKey.replaceAll(/[^0-9A-Za-z]/g, '').slice(0, 64);
}

/** A call of theirs that has another form than its schema: where, and why. */
export function unreadable(error: z.ZodError | undefined): Unreadable {
  const errors = (error?.issues ?? []).map(({ code, path, message }) => ({
    code,
    path: `/${path.join('/')}`,
    line: 1,
    detail: message,
  }));
  return { kind: 'unreadable', reason: 'schema_invalid', errors };
}
