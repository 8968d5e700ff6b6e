import { expect, it } from '@jest/globals';
import type { CommandContext } from './command-context.js';
import type { GatewayClient } from './gateway-client.js';
import { runPaymentCode } from './payment-code.js';

// The gateway is made up.

const CODE = {
  paymentCodeId: '0199a0b0-0000-7000-8000-000000000002',
  corridor: 'KH-AP',
  code: '281234567890123456',
  barcode: '6212345678901234567',
  most: { currency: 'KHR', amount: '200000.00' },
  expiresAt: '2026-11-22T10:01:00.000Z',
};

it('tonle payment-code asks for the payer that signs, and shows the code first', async () => {
  const asked: unknown[] = [];
  const said: string[] = [];
  const ask = (...given: unknown[]) => {
    asked.push(given);
    return Promise.resolve(CODE);
  };
  const context = {
    output: { json: false, out: (text: string) => said.push(text), err: () => undefined },
    participant: 'KHMEKONG',
    gateway: () => ({ ask }) as unknown as GatewayClient,
  } as unknown as CommandContext;
  const options = { corridor: 'KH-AP', most: '200,000 KHR', name: 'Sok Dara' };
  expect(await runPaymentCode(context, options)).toBe(0);
  const debtor = { name: 'Sok Dara', account: 'u0000001@mekong' };
  const body = { corridor: 'KH-AP', debtor, most: { currency: 'KHR', amount: '200000' } };
  expect(asked).toEqual([['POST', '/v1/payment-codes', { body }]]);
  expect(said.join('\n').split('\n')[0]).toBe(CODE.code);
  expect(said.join('\n')).toContain('200,000 KHR');
  expect(said.join('\n')).toContain(CODE.barcode);
});
