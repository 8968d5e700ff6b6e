import { expect, it } from '@jest/globals';
import type { LegCommand } from '@tonle/contracts';
import type { Return } from '@tonle/iso20022';
import { amount } from '@tonle/money';
import { messageIdOf } from './message.js';
import { readReturn } from './return.js';

const UETR = '0b5d3c1e-6f0a-4c6e-9d3b-2f1a0e9c8b7d';
const COMMAND = { legKey: '0193b0a0-0000-7000-8000-000000000001:C', uetr: UETR } as LegCommand;
const RETURN: Return = {
  kind: 'return',
  messageId: 'LA1',
  createdAt: '2026-11-29T10:00:00.000Z',
  originalMessageId: messageIdOf(COMMAND.legKey),
  originalUetr: UETR,
  returnedAmount: amount('LAK', 25_000_000n),
};

it.each<[string, Partial<Return>, object]>([
  ['nothing more', {}, { kind: 'conflicting', reasonText: 'returned 250000 LAK' }],
  [
    'its reason and words',
    { reason: 'AC06', reasonText: ['The account', 'is blocked.'] },
    { kind: 'conflicting', reasonText: 'returned 250000 LAK: AC06 The account is blocked.' },
  ],
  ['no UETR', { originalUetr: undefined }, { kind: 'conflicting' }],
  ['another UETR', { originalUetr: UETR.replace('0b', '0c') }, { kind: 'ambiguous' }],
  ['another message', { originalMessageId: 'X' }, { kind: 'ambiguous' }],
])('a return with %s', (_, more, expected) => {
  expect(readReturn({ ...RETURN, ...more }, COMMAND)).toMatchObject(expected);
});
