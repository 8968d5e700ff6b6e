import { expect, it } from '@jest/globals';
import { readIso, type Return } from '@tonle/iso20022';
import { amount, type Amount } from '@tonle/money';
import { writeMessage } from './message.js';
import { LAGOON_FILE } from './profile.testing.js';
import { isoProfile } from './profile.js';

const ENDS = { from: { bic: 'TONLKHPP' }, to: { bic: 'LAGOLGLG' } };
const AT = '2026-11-29T10:00:00.000Z';

function written(returnedAmount: Amount, amounts?: string): Buffer {
  const message: Return = {
    kind: 'return',
    messageId: 'R1',
    createdAt: AT,
    returnId: 'R1',
    originalMessageId: 'M1',
    originalMessageName: 'pacs.008.001.08',
    originalUetr: '0b5d3c1e-6f0a-4c6e-9d3b-2f1a0e9c8b7d',
    settlementMethod: 'CLRG',
    returnedAmount,
    settlementDate: '2026-11-29',
    reason: 'MD06',
  };
  const profile = isoProfile.parse({ ...LAGOON_FILE, ...(amounts !== undefined && { amounts }) });
  return writeMessage(message, 'pacs.004.001.09', ENDS, AT, profile);
}

it.each([
  [undefined, 'LAK', 25_000_000n, '250000'],
  ['iso4217', 'LAK', 25_000_000n, '250000.00'],
  ['iso4217', 'THB', 82_050n, '820.50'],
  ['iso4217', 'THB', 82_000n, '820.00'],
  ['iso4217', 'JPY', 1_200n, '1200'],
])('amounts %s: %s of %d minor units is %s, and is read as the same', (amounts, code, minor, text) => {
  const bytes = written(amount(code, minor), amounts);
  expect(bytes.toString()).toContain(`<RtrdIntrBkSttlmAmt Ccy="${code}">${text}</RtrdIntrBkSttlmAmt>`);
  expect(readIso(bytes)).toMatchObject({ kind: 'read', message: { returnedAmount: amount(code, minor) } });
});

it('no other form is known', () => {
  expect(() => written(amount('LAK', 100n), 'minor')).toThrow(/as_paid/);
});
