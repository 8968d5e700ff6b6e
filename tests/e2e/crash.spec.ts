// Whatever is killed, whenever: nothing is lost, nothing is doubled, everything ends, and all books agree.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newIdempotencyKey } from '@tonle/tool-tonle';
import {
  TestInstallation,
  MODES,
  type Mode,
  type QuotedPayment,
  type InstallationPayment,
} from '../world/installation.js';

jest.setTimeout(240_000);

const VICTIMS: Readonly<Record<Mode, readonly string[]>> = {
  single: ['switch', 'postgres', 'sandbox', 'switch'],
  cluster: [
    'routing',
    'adapter-bakong',
    'gateway',
    'kafka',
    'adapter-thailand',
    'postgres',
    'redis',
    'sandbox',
    'fx',
    'settlement',
  ],
};
const PAYMENTS_A_VICTIM = 12;

describe.each(MODES)('crashes on %s', (mode) => {
  let world: TestInstallation;

  beforeAll(async () => {
    world = await TestInstallation.start(mode);
  });

  afterAll(async () => {
    await world?.stop();
  });

  /** A careful caller: the same key again until there is an answer that counts. */
  const submit = (prepared: QuotedPayment): Promise<InstallationPayment> => {
    const key = newIdempotencyKey();
    return world.until('an answer to a submission', async () => {
      const { status, body } = await world.pay(prepared, { key, wait: 0 });
      return status < 300 ? body : undefined;
    });
  };

  it.each(VICTIMS[mode].map((victim, index) => [index + 1, victim] as const))(
    '%d: kill -9 of %s loses and doubles nothing',
    async (_turn, victim) => {
      const prepared: QuotedPayment[] = [];
      for (let index = 0; index < PAYMENTS_A_VICTIM; index += 1) {
        prepared.push(await world.prepare('KHMEKONG', `u00${String(10_000 + index)}@mekong`));
      }
      const submitted = prepared.map((each) => submit(each));
      world.running.kill(victim);
      const ended = await Promise.all(
        (await Promise.all(submitted)).map(({ paymentId }) => world.ended(paymentId)),
      );
      expect(new Set(ended.map(({ paymentId }) => paymentId)).size).toBe(PAYMENTS_A_VICTIM);
      // Ended one way or the other; what failed was undone. The audit below says whether the books agree.
      for (const payment of ended) expect(['completed', 'failed']).toContain(payment.state);
      const clean = await world.until('the audit to be clean', async () => {
        const found = await world.violations();
        return found.length === 0 ? 'clean' : Promise.reject(new Error(found.join('\n')));
      });
      expect(clean).toBe('clean');
    },
  );

  it('agrees with the simulators about every payment', async () => {
    interface Page {
      readonly payments: readonly InstallationPayment[];
      readonly next?: string;
    }
    const payments: InstallationPayment[] = [];
    let cursor = '';
    do {
      const { body } = await world.as('KHMEKONG').get<Page>(`/v1/payments?limit=200${cursor}`);
      payments.push(...body.payments);
      cursor = body.next === undefined ? '' : `&cursor=${body.next}`;
    } while (cursor !== '');
    expect(payments.length).toBe(VICTIMS[mode].length * PAYMENTS_A_VICTIM);
    for (const payment of payments) {
      const response = await fetch(`${world.running.controlUrl}/control/thailand/payments/${payment.uetr}`);
      const theirs = JSON.stringify(await response.json());
      const credited = response.ok && theirs.includes('82000') && !theirs.includes('RJCT');
      expect({ uetr: payment.uetr, credited }).toEqual({
        uetr: payment.uetr,
        credited: payment.state === 'completed',
      });
    }
  });
});
