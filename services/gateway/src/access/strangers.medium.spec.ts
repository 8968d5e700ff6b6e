import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { GatewayWorld, type SendOptions } from '../testing/gateway-world.js';

// Strangers that name the keys of participants, behind a proxy and beside it. Time stands: nothing is paid off meanwhile.

const AT_ONCE = 60;
const PER_SECOND = 150;
const STRANGER = '203.0.113.9';

let world: GatewayWorld;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_strangers', {
    TONLE_GATEWAY_TRUSTED_PROXIES: '127.0.0.1',
    TONLE_GATEWAY_RATE_PER_SECOND: String(PER_SECOND),
  });
});
afterAll(() => world.close());

const from = (address: string, more: SendOptions = {}) =>
  world.get('/v1/corridors', { ...more, headers: { 'x-forwarded-for': address } });

it('are turned away by address and key, their neighbours and the holder of the key are not', async () => {
  const forged = { sign: { url: '/v1/another' } };
  for (let sent = 0; sent < AT_ONCE; sent += 1)
    expect((await from(STRANGER, forged)).json.code).toBe('signature_invalid');
  const away = await from(STRANGER, forged);
  expect(away.status).toBe(429);
  expect(away.json.code).toBe('signatures_failing');
  expect(away.headers.get('retry-after')).toBe('1');
  expect((await from(`198.51.100.7, ${STRANGER}`)).status).toBe(429);
  expect((await from(STRANGER, { participant: 'KHANGKOR' })).status).toBe(200);
  expect((await from('198.51.100.7')).status).toBe(200);
  world.platform.clock.advance(1_000);
  expect((await from(STRANGER)).status).toBe(200);
});

it('that have recorded a request use up nothing of its sender', async () => {
  const replay = { participant: 'KHANGKOR', sign: { nonce: 'recorded-once' } };
  expect((await from('198.51.100.7', replay)).status).toBe(200);
  for (let sent = 0; sent < AT_ONCE; sent += 1)
    expect((await from('203.0.113.10', replay)).json.code).toBe('signature_replayed');
  expect((await from('203.0.113.10', replay)).json.code).toBe('signatures_failing');
  expect((await from('198.51.100.7', { participant: 'KHANGKOR' })).status).toBe(200);
});

it('a request beyond the rate of its sender may be sent again as it is: its signature is not used up', async () => {
  const participant = 'FXNAGA';
  const created = Math.floor(world.platform.clock.now() / 1_000);
  const ask = () => world.get('/v1/corridors', { participant, sign: { nonce: 'turned-away', created } });
  await Promise.all(Array.from({ length: PER_SECOND }, () => world.get('/v1/corridors', { participant })));
  expect((await ask()).json.code).toBe('rate_limited');
  world.platform.clock.advance(2_000);
  expect((await ask()).status).toBe(200);
  expect((await ask()).json.code).toBe('signature_replayed');
});
