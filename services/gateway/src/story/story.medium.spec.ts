import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approvalCalls, deadLetterCalls, routingCalls, settlementCalls, storyCalls } from '@tonle/contracts';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway with PostgreSQL and HTTP. Routing, fx and settlement answer from here; the adapters do not.

const ops = { participant: 'OPERATOR' };
const READ = `reason=${encodeURIComponent('a payer asks')}`;
let world: GatewayWorld;
let paymentId: string;
const readings: unknown[] = [];

beforeAll(async () => {
  world = await GatewayWorld.start('gateway_story');
  const body = await world.payable();
  const wait = { headers: { prefer: 'wait=10' } };
  paymentId = (await world.pay(body, 'told-1', wait)).json.paymentId;
  await world.pay(body, 'told-1');
  await world.get(`/v1/payments/${paymentId}`);
  const { calls } = world.platform;
  const nothing = { actions: [] };
  // By a clock that is years behind.
  const step = {
    ...{ id: 'step:1', at: '2020-01-01T00:00:00.000Z', kind: 'state' as const, words: 'taken' },
    takes: [`payment.submit:${paymentId}`],
  };
  calls.serve(routingCalls.actions, () => Promise.resolve(nothing));
  calls.serve(settlementCalls.actions, () => Promise.resolve(nothing));
  calls.serve(approvalCalls('settlement').actions, () => Promise.resolve(nothing));
  calls.serve(approvalCalls('routing').actions, () => Promise.resolve(nothing));
  for (const service of ['fx', 'routing', 'settlement'])
    calls.serve(deadLetterCalls(service).actions, () => Promise.resolve(nothing));
  for (const service of ['fx', 'routing', 'settlement'])
    calls.serve(storyCalls(service).facts, (asked) =>
      Promise.resolve({
        facts: service === 'routing' && asked.paymentId === paymentId ? [step] : [],
        cut: service === 'fx',
      }),
    );
  calls.serve(routingCalls.noteReading, (reading) => {
    readings.push(reading);
    return Promise.resolve({ kind: 'done' as const });
  });
});
afterAll(() => world.close());

const storyOf = async (query = '') =>
  (await world.get(`/v1/ops/payments/${paymentId}/story${query}`, ops)).json;

describe('the story of a payment', () => {
  it('has the request as it came, with what its signature was checked with, its repeat, and each answer', async () => {
    await world.until(async () => (await messages()).length === 4);
    const [asked, ...others] = await messages();
    expect(asked).toMatchObject({
      id: 'gateway/request',
      words: expect.stringContaining('KHMEKONG-1 was verified'),
    });
    expect(asked.message.headers).toMatchObject({
      '@method': 'POST',
      '@path': '/v1/payments',
      'idempotency-key': 'told-1',
      'signature-input': expect.stringContaining('keyid="KHMEKONG-1"'),
    });
    expect(others.map(({ kind, message }) => [kind, message.status])).toEqual([
      ['message_out', expect.any(Number)],
      ['message_in', undefined],
      ['message_out', 200],
    ]);
  });

  it('names who is silent and who was cut, and puts what was taken after what was sent, whatever the clocks say', async () => {
    const { entries, incomplete, cut } = await storyOf();
    expect(incomplete).toEqual(['adapter-bakong', 'adapter-thailand']);
    expect(cut).toEqual(['fx']);
    const ids = entries.map(({ id }: { id: string }) => id);
    expect(ids.indexOf('routing/step:1')).toBeGreaterThan(ids.indexOf('gateway/request'));
  });

  it('comes in pages that are the whole together', async () => {
    const whole = (await storyOf()).entries;
    const pages = [];
    for (let next: string | undefined = ''; next !== undefined;) {
      const page: Awaited<ReturnType<typeof storyOf>> = await storyOf(
        `?limit=2${next === '' ? '' : `&cursor=${encodeURIComponent(next)}`}`,
      );
      pages.push(...page.entries);
      next = page.next;
    }
    expect(pages).toEqual(whole);
    const strange = await world.get(`/v1/ops/payments/${paymentId}/story?cursor=x`, ops);
    expect(strange.json).toMatchObject({ code: 'schema_invalid' });
  });

  it('is for operators alone', async () => {
    expect((await world.get(`/v1/ops/payments/${paymentId}/story`)).json.code).toBe('not_permitted');
    expect((await world.get(`/v1/ops/payments/${paymentId}/evidence?${READ}`)).json.code).toBe(
      'not_permitted',
    );
  });

  it('of which the messages are given with a reason alone, which is noted before', async () => {
    expect((await world.get(`/v1/ops/payments/${paymentId}/evidence`, ops)).status).toBe(400);
    expect(readings).toEqual([]);
    const { status, headers } = await world.get(`/v1/ops/payments/${paymentId}/evidence?${READ}`, ops);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/zip']);
    expect(readings).toEqual([
      { paymentId, operator: 'OPERATOR-1', participant: 'OPERATOR', reason: 'a payer asks' },
    ]);
  });

  it('is not that of a payment that nobody knows', async () => {
    const unknown = '01890000-0000-7000-8000-000000000000';
    expect((await world.get(`/v1/ops/payments/${unknown}/story`, ops)).json.code).toBe('unavailable');
  });
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every form
async function messages(): Promise<any[]> {
  return (await storyOf()).entries.filter(({ message }: { message?: object }) => message !== undefined);
}
