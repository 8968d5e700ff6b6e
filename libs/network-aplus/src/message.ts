import type { PartnerQuote } from '@tonle/contracts';
import { absent, idOfWire, instantOfWire, type Reply, type WireRequest } from '@tonle/network';
import { z } from 'zod';

// JSON as Alipay+ speaks it: every scalar is a text, amounts are in the smallest unit of its wire.

const JSON_TYPE = 'application/json; charset=UTF-8';
const BASE = '/aps/api/v1/payments/';

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

/** Our id of a payment or refund: that of its leg, in the letters of the wire. */
export function wireIdOf(legKey: string): string {
  return legKey.replaceAll(/[^0-9A-Za-z]/g, '').slice(0, 64);
}
