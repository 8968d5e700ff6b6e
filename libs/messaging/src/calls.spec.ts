import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { callerOf, identify } from './call-identity.js';
import { CallBroken, ServiceUnavailable } from './calls.js';
import type { ServiceCalls } from './calls.js';
import { DirectCalls } from './direct-calls.js';
import { HttpCalls } from './http-calls.js';

const contract = {
  service: 'fx',
  name: 'fx.double',
  request: z.object({ numbers: z.array(z.string()), note: z.string().default('none') }),
  response: z.object({ doubled: z.array(z.string()), note: z.string() }),
  timeoutMs: 300,
};
type Answer = z.infer<typeof contract.response>;
const SECRET = 'a secret of some length';

let http: Server;
let url: string;
let served: HttpCalls;
beforeAll(async () => {
  http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on(
      'end',
      () =>
        void served
          .handle(request.url ?? '', request.headers, Buffer.concat(chunks))
          .then(({ status, body }) => response.writeHead(status).end(body)),
    );
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterAll(
  () =>
    new Promise<void>((done) => {
      http.closeAllConnections();
      http.close(() => done());
    }),
);

const httpWay = (secret = SECRET) => {
  served = new HttpCalls({ service: 'fx', urlOf: () => undefined, secret: SECRET, now: () => 1_000_000 });
  return new HttpCalls({ service: 'routing', urlOf: () => url, secret, now: () => 1_000_500 });
};

describe.each([
  [
    'direct',
    () => {
      const calls = new DirectCalls();
      return { asks: calls as ServiceCalls, serves: calls as ServiceCalls };
    },
  ],
  [
    'HTTP',
    () => {
      const asks = httpWay();
      return { asks: asks as ServiceCalls, serves: served as ServiceCalls };
    },
  ],
])('calls %s', (_name, make) => {
  let asks: ServiceCalls;
  let serves: ServiceCalls;
  beforeEach(() => {
    ({ asks, serves } = make());
  });

  it('asks and answers, with the defaults of the schema', async () => {
    serves.serve(contract, ({ numbers, note }) =>
      Promise.resolve({ doubled: numbers.map((n) => n + n), note }),
    );
    await expect(asks.call(contract, { numbers: ['1', 'ក'] } as never)).resolves.toEqual({
      doubled: ['11', 'កក'],
      note: 'none',
    });
  });

  it('says unavailable when nobody serves it, when the handler fails, when the answer is late', async () => {
    await expect(asks.call(contract, { numbers: [], note: '' })).rejects.toThrow(ServiceUnavailable);
    serves.serve(contract, () => Promise.reject(new Error('database down')));
    await expect(asks.call(contract, { numbers: [], note: '' })).rejects.toThrow(ServiceUnavailable);
    serves.serve(contract, () => new Promise<Answer>(() => undefined));
    await expect(asks.call(contract, { numbers: [], note: '' })).rejects.toThrow(ServiceUnavailable);
  });

  it('says broken when a side does not keep the contract', async () => {
    serves.serve(contract, () => Promise.resolve({ doubled: 5 } as unknown as Answer));
    await expect(asks.call(contract, { numbers: [], note: '' })).rejects.toThrow(CallBroken);
    await expect(asks.call(contract, { numbers: 'x' } as never)).rejects.toThrow(CallBroken);
  });
});

describe('calls by HTTP', () => {
  it('refuses who does not know the secret, which may pass', async () => {
    const stranger = httpWay('another secret, also long');
    served.serve(contract, () => Promise.resolve({ doubled: [], note: '' }));
    await expect(stranger.call(contract, { numbers: [], note: '' })).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      cause: new Error('HTTP 401: {"error":"the caller is not known"}'),
    });
  });

  it('says unavailable when the port is closed or the service has no address', async () => {
    const nowhere = new HttpCalls({
      service: 'a',
      urlOf: (name) => (name === 'fx' ? 'http://127.0.0.1:1' : undefined),
      secret: SECRET,
      now: () => 0,
    });
    await expect(nowhere.call(contract, { numbers: [], note: '' })).rejects.toThrow(ServiceUnavailable);
    await expect(nowhere.call({ ...contract, service: 'b' }, { numbers: [], note: '' })).rejects.toThrow(
      ServiceUnavailable,
    );
  });

  it('binds caller, time, path and body to the identity', () => {
    const now = 1_795_000_000_000;
    const identity = identify(SECRET, 'routing', now, '/p', 'body');
    const body = Buffer.from('body');
    expect(callerOf(SECRET, identity, now + 59_000, '/p', body)).toBe('routing');
    expect(callerOf(SECRET, identity, now + 61_000, '/p', body)).toBeUndefined();
    expect(callerOf(SECRET, identity, now, '/q', body)).toBeUndefined();
    expect(callerOf(SECRET, identity, now, '/p', Buffer.from('Body'))).toBeUndefined();
    expect(callerOf(SECRET, { ...identity, caller: 'gateway' }, now, '/p', body)).toBeUndefined();
    expect(callerOf(SECRET, { ...identity, time: String(now + 1) }, now, '/p', body)).toBeUndefined();
    expect(callerOf(SECRET, { ...identity, signature: '' }, now, '/p', body)).toBeUndefined();
    expect(callerOf(SECRET, {}, now, '/p', body)).toBeUndefined();
  });
});
