import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { adapterCalls } from '@tonle/contracts';
import { ServiceUnavailable } from '@tonle/messaging';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway's HTTP and PostgreSQL. Adapters are played by the test.

let world: GatewayWorld;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_partners');
});
afterAll(() => world.close());

it('operators see which networks do not answer, and whose adapter is away', async () => {
  const { calls } = world.platform;
  const failing = { breaker: 'open', failingSince: '2026-11-22T10:00:00.000Z', because: 'timeout' } as const;
  const told = { keyId: 'TH-2', publicKeyPem: 'pem', fingerprint: 'a'.repeat(64), standing: 'new' } as const;
  calls.serve(adapterCalls('adapter-thailand').health, () =>
    Promise.resolve({ lookups: failing, keys: [told] }),
  );
  calls.serve(adapterCalls('adapter-bakong').health, () =>
    Promise.reject(new ServiceUnavailable('adapter-bakong', 'is away')),
  );
  const { status, json } = await world.get('/v1/ops/partners', { participant: 'OPERATOR' });
  expect(status).toBe(200);
  expect(json.partners).toEqual([
    expect.objectContaining({ adapter: 'adapter-bakong', adapterAnswers: false, corridors: ['KH-TH'] }),
    expect.objectContaining({
      adapter: 'adapter-thailand',
      adapterAnswers: true,
      lookups: failing,
      keys: [told],
    }),
  ]);
  expect((await world.get('/v1/ops/partners')).status).toBe(403);
});

it('who asks a network that is silent is told when to ask again', async () => {
  world.lookups.set('0812345678', { kind: 'refused', reason: 'partner_silent', detail: 'lately' });
  const payee = { account: '0812345678', accountType: 'MBNO', country: 'TH' };
  const { status, headers, json } = await world.post('/v1/lookups', payee);
  expect([status, headers.get('retry-after')]).toEqual([504, '5']);
  expect(json).toMatchObject({ code: 'partner_silent', retry: 'later', detail: 'lately' });
});
