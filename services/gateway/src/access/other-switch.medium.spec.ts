import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { signRequest } from '@tonle/security';
import { request } from 'undici';
import { expectDeclared } from '../testing/declared-answers.testing.js';
import { GatewayWorld } from '../testing/gateway-world.js';

// A participant that sends to two switches: what it signs for one is no request to the other.

let world: GatewayWorld;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_audience', {
    TONLE_GATEWAY_AUTHORITIES: 'api.tonle.example, 127.0.0.1:7400',
  });
});
afterAll(() => world.close());

const PATH = '/v1/corridors';
let nonce = 0;

/** Sends to `host` what is signed for `url`; fetch would write a Host of its own. */
async function send(host: string, url: string) {
  const headers = signRequest({
    method: 'GET',
    url,
    keyId: 'KHMEKONG-1',
    privateKey: world.keys.get('KHMEKONG')!,
    created: Math.floor(world.platform.clock.now() / 1000),
    nonce: `other-switch-${(nonce += 1)}`,
  });
  const answer = await request(world.url + PATH, { headers: { ...headers, host } });
  const text = await answer.body.text();
  const heard = new Headers({ 'content-type': String(answer.headers['content-type']) });
  expectDeclared('GET', PATH, { status: answer.statusCode, headers: heard, text });
  return { status: answer.statusCode, json: JSON.parse(text) as { code?: string } };
}

it('takes what is signed for one of its hosts', async () => {
  expect((await send('api.tonle.example', `https://api.tonle.example${PATH}`)).status).toBe(200);
  expect((await send('127.0.0.1:7400', `http://127.0.0.1:7400${PATH}`)).status).toBe(200);
});

it('refuses what is signed for another switch, and says where it belongs', async () => {
  const answer = await send('api.other.example', `https://api.other.example${PATH}`);
  expect(answer.status).toBe(401);
  expect(answer.json).toMatchObject({
    code: 'signature_misdirected',
    detail: expect.stringMatching(/for the host api\.other\.example .* reached as api\.tonle\.example or/),
    remedy: expect.stringContaining('@authority'),
  });
});

it('refuses it under a host of ours too', async () => {
  const answer = await send('api.tonle.example', `https://api.other.example${PATH}`);
  expect(answer.json.code).toBe('signature_invalid');
});

it('refuses what is signed for no host, and says how to mend it', async () => {
  const answer = await send('api.tonle.example', PATH);
  expect(answer.status).toBe(401);
  expect(answer.json).toMatchObject({
    code: 'signature_invalid',
    detail: expect.stringContaining('does not cover @authority'),
  });
});
