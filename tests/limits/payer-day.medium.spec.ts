// The limit of a payer's day, from the door to routing: every service, simulators, PostgreSQL.
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { inOneDay } from '../world/days.js';
import { TracedSwitch } from '../world/traced-switch.js';

// A bound for what hangs: a busy machine needs a minute to start the whole switch.
jest.setTimeout(300_000);

/** One payment of 820.00 baht takes about 100,000 riel. */
const LIMITS = { KHR: '15000000' };

/** The payers' network begins its day at midnight in Phnom Penh. */
const PHNOM_PENH_MINUTES = 420;

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
  const outcomes = await inOneDay(PHNOM_PENH_MINUTES, async (attempt) => {
    const payer = `u000${2 * attempt + 1000}`;
    const another = `u000${2 * attempt + 1001}`;
    return [
      await pay(`${payer}@mekong`),
      await pay(`${payer.toUpperCase()}@mekong`),
      await pay(`${payer}@MEKONG`),
      await pay(`${another}@mekong`),
    ];
  });
  expect(outcomes).toEqual(['completed', 'limit_per_day', 'limit_per_day', 'completed']);
});
