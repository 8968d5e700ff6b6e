import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpCalls, ServiceKeys, ServiceUnavailable } from '@tonle/messaging';
import { createTestDatabase } from '@tonle/persistence';
import type { TestDatabase } from '@tonle/persistence';
import { z } from 'zod';
import { until } from '../../../tests/world/until.js';
import { ANSWER_HEADERS } from './http-guard.js';
import { startInternalServer } from './internal-server.js';
import type { InternalServer } from './internal-server.js';
import type { Lack } from './part-watch.js';
import { createTestPlatform } from './test-platform.js';

// Real: the internal listener, calls by HTTP through a socket, PostgreSQL.

const contract = {
  service: 'fx',
  name: 'fx.quotes-by-id',
  request: z.object({ ids: z.array(z.string()) }),
  response: z.object({ count: z.number() }),
  timeoutMs: 20_000,
};
const list = { fx: [{ id: 'a', secret: '0f'.repeat(32) }], routing: [{ id: 'a', secret: 'f0'.repeat(32) }] };
const keysOf = (service: string) => new ServiceKeys(service, list);
const now = () => 1_795_000_000_000;

const start = (more: { readonly requestMs?: number } = {}): Promise<InternalServer> =>
  startInternalServer(createTestPlatform('fx', test.database), serving, {
    port: 0,
    host: '127.0.0.1',
    isReady: () => ready,
    impaired: () => impaired,
    ...more,
  });

let test: TestDatabase;
let server: InternalServer;
let ready = false;
let impaired: Lack[] = [];
const serving = new HttpCalls({ keys: keysOf('fx'), urlOf: () => undefined, now });
beforeAll(async () => {
  test = await createTestDatabase('internal');
  server = await start();
});
afterAll(async () => {
  await server.close();
  await test.drop();
});

describe('the internal listener', () => {
  it('serves signed calls, large batches too', async () => {
    serving.serve(contract, ({ ids }) => Promise.resolve({ count: ids.length }));
    const calls = new HttpCalls({ keys: keysOf('routing'), urlOf: () => server.url, now });
    const ids = Array.from(
      { length: 20_000 },
      (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    );
    await expect(calls.call(contract, { ids })).resolves.toEqual({ count: 20_000 });
    await expect(calls.call({ ...contract, name: 'fx.other' }, { ids })).rejects.toThrow(ServiceUnavailable);
    await calls.close();
  });

  it('closes once a call in hand has its answer, though its caller keeps the connection', async () => {
    let entered: () => void;
    let release: () => void;
    const inside = new Promise<void>((done) => (entered = done));
    const gate = new Promise<void>((done) => (release = done));
    const held = { ...contract, name: 'fx.held' };
    serving.serve(held, async ({ ids }) => {
      entered();
      await gate;
      return { count: ids.length };
    });
    const closes = await start();
    const calls = new HttpCalls({ keys: keysOf('routing'), urlOf: () => closes.url, now });
    const answer = calls.call(held, { ids: ['a'] });
    await inside;
    const closed = closes.close();
    const isDeaf = () =>
      fetch(`${closes.url}/health/live`).then(
        () => false,
        () => true,
      );
    await until('a listener that takes nobody', isDeaf);
    release!();
    expect(await answer).toEqual({ count: 1 });
    await closed;
    await calls.close();
  });

  it('turns strangers away', async () => {
    const answer = await fetch(`${server.url}/internal/calls/fx.quotes-by-id`, {
      method: 'POST',
      body: '{"ids":[]}',
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(401);
  });

  it('is ready when the service has started', async () => {
    expect(await (await fetch(`${server.url}/health/ready`)).json()).toMatchObject({
      status: 'unavailable',
      missing: ['start'],
    });
    ready = true;
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${server.url}/metrics`)).status).toBe(200);
    impaired = [{ part: 'lookups of bakong', says: 'bakong does not answer them' }];
    const answer = await fetch(`${server.url}/health/ready`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      status: 'ok',
      missing: [],
      impaired: ['lookups of bakong'],
      troubles: [{ ...impaired[0], since: expect.stringMatching(/Z$/) }],
    });
  });

  it('cuts off whoever sends its body slowly', async () => {
    const impatient = await start({ requestMs: 200 });
    const heard = await new Promise<string>((done, fail) => {
      const chunks: Buffer[] = [];
      const socket = connect(Number(new URL(impatient.url).port), '127.0.0.1');
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('error', fail);
      socket.on('close', () => done(Buffer.concat(chunks).toString('latin1')));
      const head =
        'POST /internal/calls/fx.quotes-by-id HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
      socket.write(`${head}content-length: 100\r\n\r\n{`);
    });
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
    await impatient.close();
  });

  it.each(['/health/live', '/metrics', '/internal/calls/nothing'])(
    'says to browsers how %s is to be read',
    async (path) => {
      const { headers } = await fetch(server.url + path);
      expect(Object.fromEntries(headers)).toMatchObject(ANSWER_HEADERS);
    },
  );
});
