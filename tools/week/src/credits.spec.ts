import { expect, it } from '@jest/globals';
import { creditIn } from './credits.js';

const HEAD = 'schema,participant,currency,line,reference,day,at,net,balance';
const OPENING = 'R2.2,BANK,THB,OPENING,,,2026-11-30T17:00:00.000Z,,-5.00';
const DEBIT = 'R2.2,BANK,THB,WINDOW,W1,2026-11-30,2026-12-01T02:00:00.000Z,-5.00,-10.00';
const CREDIT = 'R2.2,BANK,THB,SETTLED,E1,2026-11-30,2026-12-01T03:00:00.250Z,0.05,-9.95';
const csv = (...rows: string[]) => `${[HEAD, ...rows].join('\n')}\n`;

it('is named by its line, its reference and its instant', () => {
  const at = Date.parse('2026-12-01T03:00:00.250Z');
  expect(creditIn(csv(OPENING, DEBIT, CREDIT))).toEqual({ participant: 'BANK', entry: `SETTLED:E1:${at}` });
});

it('is none where nothing was credited', () => {
  expect(creditIn(csv(OPENING, DEBIT))).toBeUndefined();
  expect(creditIn(csv())).toBeUndefined();
});

it('cannot be read from another table', () => {
  expect(() => creditIn('schema,participant\n')).toThrow('R2 has no line');
});
