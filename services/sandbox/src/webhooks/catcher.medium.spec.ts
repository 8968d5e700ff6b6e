import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { control, runSandbox, type TestSandbox } from '../testing/running-sandbox.js';

// Real: the sandbox's processes, ports and sockets. Written here by hand: what Standard Webhooks says of a signature.

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const KEY = `whpk_${publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')}`;
const BODY = '{"type": "payment.completed"}';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await runSandbox({ webhooksPort: 0 });
});
afterAll(() => sandbox.close());
afterEach(async () => {
  await control(sandbox, 'DELETE', 'faults');
  await control(sandbox, 'DELETE', 'webhooks');
});

const signed = (id: string, body: string, at = Math.floor(Date.now() / 1000)) => ({
  'content-type': 'application/json',
  'webhook-id': id,
  'webhook-timestamp': String(at),
  'webhook-signature': `v1,c2VjcmV0 v1a,${sign(null, Buffer.from(`${id}.${at}.${body}`), privateKey).toString('base64')}`,
});

const post = (name: string, headers: Record<string, string>, body = BODY) =>
  request(`${sandbox.running.addresses['webhooks']}/hooks/${name}`, { method: 'POST', headers, body });
const statusOf = async (name: string, headers: Record<string, string>, body = BODY): Promise<number> => {
  const answer = await post(name, headers, body);
  await answer.body.dump();
  return answer.statusCode;
};
const shown = async (name: string) => (await control(sandbox, 'GET', `webhooks/${name}`)).body;
const fault = (more: object) =>
  control(sandbox, 'POST', 'faults', { network: 'webhooks', operation: 'hook', count: 1, ...more });

describe('the webhook catcher', () => {
  it('keeps what came, each time, and checks its signature', async () => {
    await control(sandbox, 'POST', 'webhooks/mekong', { keys: [KEY] });
    expect(await statusOf('mekong', signed('evt_1', BODY))).toBe(200);
    expect(await statusOf('mekong', signed('evt_1', '{}'), '{}')).toBe(200);
    expect(await statusOf('mekong', { ...signed('evt_1', BODY), 'webhook-id': 'evt_2' })).toBe(200);
    expect(await statusOf('mekong', signed('evt_3', BODY, 1_700_000_000))).toBe(200);
    expect(await shown('mekong')).toMatchObject({
      name: 'mekong',
      deliveries: 4,
      messages: 3,
      shown: [
        {
          id: 'evt_1',
          taken: true,
          event: { type: 'payment.completed' },
          base64: Buffer.from(BODY).toString('base64'),
          attempts: [
            { signature: 'valid', same: true, answered: 200, headers: { 'webhook-id': 'evt_1' } },
            { signature: 'valid', same: false, answered: 200 },
          ],
        },
        { id: 'evt_2', attempts: [{ signature: 'no signature is one of the keys' }] },
        { id: 'evt_3', attempts: [{ signature: 'webhook-timestamp is more than 300 s away' }] },
      ],
    });
  });

  it('answers as it is told to, once', async () => {
    for (const code of ['500', '410', '302']) {
      await fault({ fault: 'reject', code });
      const answer = await post('mekong', signed(`evt_${code}`, BODY));
      expect(answer.statusCode).toBe(Number(code));
      await answer.body.dump();
    }
    await fault({ fault: 'reset' });
    await expect(statusOf('mekong', signed('evt_reset', BODY))).rejects.toThrow();
    await fault({ fault: 'timeout_before', delayMs: 1 });
    await expect(statusOf('mekong', signed('evt_silence', BODY))).rejects.toThrow();
    expect(await statusOf('mekong', signed('evt_silence', BODY))).toBe(200);
    const { shown: messages } = (await shown('mekong')) as {
      shown: { id: string; taken: boolean; attempts: { answered: unknown }[] }[];
    };
    expect(
      messages.map(({ id, taken, attempts }) => [id, taken, attempts.map((each) => each.answered)]),
    ).toEqual([
      ['evt_500', false, [500]],
      ['evt_410', false, [410]],
      ['evt_302', false, [302]],
      ['evt_reset', false, ['reset']],
      ['evt_silence', true, ['reset', 200]],
    ]);
  });

  it('strikes one hook of several, and sends the one who asks too much an answer without end', async () => {
    await fault({ fault: 'huge_answer', match: { account: 'angkor' } });
    expect(await statusOf('mekong', signed('evt_1', BODY))).toBe(200);
    const answer = await post('angkor', signed('evt_1', BODY));
    let bytes = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > 1 << 20) break;
    }
    expect(bytes).toBeGreaterThan(1 << 20);
  });

  it('shows a page to people, and nothing to a page of others', async () => {
    await statusOf('mekong', signed('evt_1', BODY));
    const url = `${sandbox.running.addresses['webhooks']}/hooks/mekong`;
    expect(await (await fetch(url)).text()).toMatch(/ {2}200 {2}unchecked {2}evt_1 {2}\{"type"/);
    expect((await request(url, { headers: { host: 'evil.example' } })).statusCode).toBe(421);
  });

  it.each([
    ['a key of another kind', 'POST', 'webhooks/mekong', { keys: ['whsec_AAAA'] }, 422],
    ['a name that is no name', 'POST', 'webhooks/%2F', { keys: [] }, 404],
    ['a limit of nothing', 'GET', 'webhooks/mekong?limit=0', undefined, 422],
  ] as const)('refuses %s', async (_what, method, path, body, status) => {
    expect((await control(sandbox, method, path, body)).status).toBe(status);
  });
});
