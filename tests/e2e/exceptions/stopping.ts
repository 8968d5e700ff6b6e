import { expect, it } from '@jest/globals';
import { newIdempotencyKey } from '@tonle/tool-tonle';
import type { InstallationPayment } from '../../world/installation.js';
import type { InstallationTests } from '../../world/installation-tests.js';

/** The process that holds the callers. */
const HOLDS = { single: 'switch', cluster: 'gateway' } as const;
const CALLERS = [901, 902, 903];
const HELD_S = 30;
/** It has ten seconds, and what looks at it shares the machine; held to its end, a caller would take longer. */
const DRAINED_MS_MAX = 20_000;

interface Shown {
  readonly payments: readonly InstallationPayment[];
}

/** A process that is told to end while callers wait. */
export const stopping: InstallationTests = (given) => {
  it('answers every caller that waits when it is told to end, ends with 0, and goes on at its next start', async () => {
    const world = given();
    const name = HOLDS[world.mode];
    const bank = world.as('KHMEKONG');
    const asked = await Promise.all(
      CALLERS.map(async (payer) => ({
        prepared: await world.prepare('KHMEKONG', `u0000${payer}@mekong`),
        options: { key: newIdempotencyKey(), wait: HELD_S },
      })),
    );
    const before = await processing();
    // It books what it is sent, and says nothing in the time that it has.
    const silent = { network: 'thailand', delayMs: 3_000 };
    await world.control('POST', '/control/faults', [
      { ...silent, operation: 'pacs.008', fault: 'timeout_after' },
      { ...silent, operation: 'pacs.028', fault: 'timeout_before' },
    ]);
    let ids: readonly string[];
    try {
      const answers = Promise.all(asked.map(({ prepared, options }) => world.pay(prepared, options)));
      await world.until('their credits to be under way', async () => {
        const sent = (await processing()).filter(({ step }) => step.startsWith('CREDIT_'));
        return sent.length >= before.length + CALLERS.length ? true : undefined;
      });
      const heard = world.said.length;
      const toldAt = performance.now();
      process.kill(world.running.pidOf(name)!, 'SIGTERM');
      for (const { status, headers, body } of await answers) {
        expect([status, body.state]).toEqual([202, 'processing']);
        expect(headers.get('location')).toBe(`/v1/payments/${body.paymentId}`);
      }
      const ended = await world.until('the process to end', () => {
        const told = world.said.slice(heard).find((text) => text.startsWith(`${name} ended`));
        return Promise.resolve(told);
      });
      expect(ended).toContain('code 0');
      expect(performance.now() - toldAt).toBeLessThan(DRAINED_MS_MAX);
      ids = (await answers).map(({ body }) => body.paymentId);
    } finally {
      await world.control('DELETE', '/control/faults');
    }
    expect(new Set(ids).size).toBe(CALLERS.length);
    for (const paymentId of ids) expect((await world.ended(paymentId)).state).toBe('completed');
    // Who asks again has the same payment.
    const again = await Promise.all(asked.map(({ prepared, options }) => world.pay(prepared, options)));
    expect(again.map(({ body }) => body.paymentId)).toEqual(ids);

    async function processing(): Promise<readonly InstallationPayment[]> {
      return (await bank.get<Shown>('/v1/payments?state=processing&limit=200')).body.payments;
    }
  });
};
