import { describe, expect, it } from '@jest/globals';
import { uuidV7 } from '@tonle/contracts';
import fc from 'fast-check';
import { textExtensions, textOfExtensions } from './extensions.js';
import { correlationIdOf, isCorrelationId } from './ids.js';
import { idPath, partyPath, readPath } from './paths.js';

const PAYMENT = '019ac000-0000-7000-8000-000000000001';

describe('the id of a thing of a payment', () => {
  it('is one of the API, and has all of the payment\u2019s but its version', () => {
    const random = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(random, fc.constantFrom('quote', 'transaction', 'transfer'), (bytes, thing) => {
        const id = uuidV7(1_795_000_000_000, () => Uint8Array.from(bytes));
        const given = correlationIdOf(id, thing);
        expect(isCorrelationId(given)).toBe(true);
        expect(`${given.slice(0, 14)}7${given.slice(15)}`).toBe(id);
      }),
    );
  });

  it('is another one for each thing', () => {
    expect(correlationIdOf(PAYMENT, 'transfer')).toBe('019ac000-0000-4000-8000-000000000001');
    expect(correlationIdOf(PAYMENT, 'quote')).not.toBe(correlationIdOf(PAYMENT, 'transaction'));
  });

  it.each([PAYMENT, '', 'x'.repeat(36), PAYMENT.toUpperCase()])('%s is none', (text) => {
    expect(isCorrelationId(text)).toBe(false);
  });
});

describe('a path', () => {
  it.each([
    ['/parties/MSISDN/250788123456', 'parties', false, ['MSISDN', '250788123456']],
    ['/parties/ALIAS/a%40b%2Fc/x', 'parties', false, ['ALIAS', 'a@b/c', 'x']],
    ['/parties/MSISDN/250788123456/error', 'parties', true, ['MSISDN', '250788123456']],
    ['/quotes', 'quotes', false, []],
    ['/quotes/q1', 'quotes', false, ['q1']],
    ['/transfers/t1/error', 'transfers', true, ['t1']],
  ])('%s is read', (path, resource, isError, parts) => {
    expect(readPath(path)).toEqual({ resource, isError, parts });
  });

  it('is written as it is read', () => {
    const [id, type] = [fc.stringMatching(/^[^\u0000-\u001f\u007f-\u009f]{1,30}$/), 'ALIAS' as const];
    fc.assert(
      fc.property(
        id.filter((text) => text.isWellFormed() && text !== 'error'),
        (text) => {
          expect(readPath(partyPath({ type, id: text }))?.parts).toEqual([type, text]);
        },
      ),
    );
    expect(partyPath({ type: 'BUSINESS', id: '1', subId: 'till' })).toBe('/parties/BUSINESS/1/till');
    expect(idPath('quotes', 'q1')).toBe('/quotes/q1');
    expect(idPath('transfers', 't1', true)).toBe('/transfers/t1/error');
  });

  it.each([
    '',
    '/',
    '/participants/MSISDN/1',
    '/parties',
    '/parties/MSISDN',
    '/parties/MSISDN/',
    '/parties/A/b/c/d',
    '/transfers/',
    '/transfers/a/b',
    '/parties/MSISDN/%',
    '/parties/MSISDN/a%00b',
    '/transfers/a%0Ab',
    'transfers/a',
  ])('%j is none', (path) => {
    expect(readPath(path)).toBeUndefined();
  });
});

describe('a text in extensions', () => {
  it('is split where a value ends, and joined again', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 700, unit: 'grapheme' }), (text) => {
        const extension = textExtensions('khqr', text);
        fc.pre(extension !== undefined);
        expect(extension.every(({ value }) => [...value].length <= 128)).toBe(true);
        expect(textOfExtensions('khqr', { extension: [{ key: 'a', value: 'b' }, ...extension] })).toBe(text);
      }),
    );
  });

  it('is none when it is empty, too long, or another', () => {
    expect(textExtensions('khqr', '')).toBeUndefined();
    expect(textExtensions('khqr', 'x'.repeat(16 * 128))).toHaveLength(16);
    expect(textExtensions('khqr', 'x'.repeat(16 * 128 + 1))).toBeUndefined();
    expect(textOfExtensions('khqr', undefined)).toBeUndefined();
    expect(textOfExtensions('khqr', { extension: [{ key: 'khqr-2', value: 'b' }] })).toBeUndefined();
  });
});
