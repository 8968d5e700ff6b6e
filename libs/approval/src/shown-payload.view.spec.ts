import { expect, it } from '@jest/globals';
import { shownPayload } from './shown-payload.view.js';

it.each<[string, Record<string, unknown>, Record<string, unknown>, string?]>([
  [
    'a cap',
    { participant: 'KHMEKONG', currency: 'USD', capMinor: '123456' },
    { participant: 'KHMEKONG', currency: 'USD', cap: '1234.56 USD' },
  ],
  [
    'what was booked',
    { leg: 'credit', amount: { currency: 'KHR', minor: '4000' } },
    { leg: 'credit', amount: { currency: 'KHR', amount: '40 KHR' } },
  ],
  ['a part of an item, in the currency of the request', { minor: '-250' }, { amount: '-2.50 THB' }, 'THB'],
  [
    'what is listed, each in its own currency',
    { tolerances: [{ currency: 'JPY', itemMinor: '5', dayMinor: '50' }, 'none'], fees: null },
    { tolerances: [{ currency: 'JPY', item: '5 JPY', day: '50 JPY' }, 'none'], fees: null },
    'USD',
  ],
  [
    'what names no currency, as it is',
    { totalMinor: '5', minor: 'many' },
    { totalMinor: '5', minor: 'many' },
  ],
  ['a currency that nobody has, as it is', { currency: 'XQQ', minor: '5' }, { currency: 'XQQ', minor: '5' }],
])('people read %s', (_what, payload, shown, ...[currency]) => {
  expect(shownPayload(payload, currency)).toEqual(shown);
});
