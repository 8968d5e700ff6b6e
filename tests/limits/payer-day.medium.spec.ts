// The limit of a payer's day, from the door to routing: every service, simulators, PostgreSQL.
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { TracedSwitch } from '../world/traced-switch.js';

jest.setTimeout(60_000);

/** One payment of 820.00 baht takes about 100,000 riel. */
const LIMITS = { KHR: '15000000' };

let whole: TracedSwitch;
beforeAll(async () => {
  whole = await TracedSwitch.start('payer_day', '0', ({ entries }) => {
    for (const { kind, body } of entries)
      if (kind === 'corridor')
        Object.assign(body as object, { limits: { perPayment: LIMITS, perDebtorDay: LIMITS } });
  });
});
afterAll(() => whole?.close());

it('is one for an account, in whatever letter case its bank writes it', async () => {
  const pay = async (account: string) => {
    const { state, code, problem } = await whole.payOutbound({}, account);
    return problem?.code ?? code ?? state;
  };
  expect(await pay('u0000123@mekong')).toBe('completed');
  expect(await pay('U0000123@mekong')).toBe('limit_per_day');
  expect(await pay('u0000123@MEKONG')).toBe('limit_per_day');
  expect(await pay('u0000124@mekong')).toBe('completed');
});
