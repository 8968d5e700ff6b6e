import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { z } from 'zod';
import { identify, identityOf, isAnswerOf, sealAnswer } from './call-identity.js';
import { CallBroken, CallFailed, ServiceUnavailable } from './calls.js';
import type { ServiceCalls } from './calls.js';
import { DatabaseUnavailable } from '@tonle/persistence';
import { DirectCalls } from './direct-calls.js';
import { Gatherer } from './gatherer.js';
import { HttpCalls } from './http-calls.js';
import { keysOf, TEST_KEYS } from './service-keys.testing.js';
import { ServiceKeys } from './service-keys.js';

const contract = {
  service: 'fx',
  name: 'fx.double',
  request: z.object({ numbers: z.array(z.string()), note: z.string().default('none') }),
  response: z.object({ doubled: z.array(z.string()), note: z.string() }),
  timeoutMs: 20_000,
};
type Answer = z.infer<typeof contract.response>;

let http: Server;
let url: string;
let served: HttpCalls;
/** What somebody on the way makes of the headers of an answer. */
let tamper = (headers: Readonly<Record<string, string>>) => headers;
beforeAll(async () => {
  http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on(
      'end',
      () =>
        void served
          .handle(request.url ?? '', request.headers, Buffer.concat(chunks))
          .then(({ status, headers, body }) => response.writeHead(status, tamper(headers)).end(body)),
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

const httpWay = (asking = keysOf('routing'), serving = keysOf('fx')) => {
  served = new HttpCalls({ keys: serving, urlOf: () => undefined, now: () => 1_000_000 });
  return new HttpCalls({ keys: asking, urlOf: () => url, now: () => 1_000_500 });
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
    serves.serve(contract, () => Promise.reject(new DatabaseUnavailable('down', false)));
    await expect(asks.call(contract, { numbers: [], note: '' })).rejects.toThrow(ServiceUnavailable);
    await expect(asks.call(contract, { numbers: [], note: '' })).rejects.not.toThrow(CallFailed);
    serves.serve(contract, () => new Promise<Answer>(() => undefined));
    const impatient = { ...contract, timeoutMs: 100 };
    await expect(asks.call(impatient, { numbers: [], note: '' })).rejects.toThrow(ServiceUnavailable);
  });

  it('says failed when the handler breaks at what it was asked with: who gathers asks for the others alone', async () => {
    serves.serve(contract, ({ numbers }) =>
      numbers.includes('13')
        ? Promise.reject(new Error('cannot double 13'))
        : Promise.resolve({ doubled: numbers.map((n) => n + n), note: '' }),
    );
    await expect(asks.call(contract, { numbers: ['13'], note: '' })).rejects.toThrow(CallFailed);
    const ask = async (numbers: readonly string[]) =>
      (await asks.call(contract, { numbers: [...numbers], note: '' })).doubled;
    const gatherer = new Gatherer<string, string>(ask, { batchMax: 100, lingerMs: 0 });
    const answers = await Promise.allSettled(Array.from({ length: 40 }, (_, n) => gatherer.add(String(n))));
    const failed = answers.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []));
    expect(failed).toEqual([13]);
  });

  it('says broken when a side does not keep the contract', async () => {
    serves.serve(contract, () => Promise.resolve({ doubled: 5 } as unknown as Answer));
    await expect(asks.call(contract, { numbers: [], note: '' })).rejects.toThrow(CallBroken);
    await expect(asks.call(contract, { numbers: 'x' } as never)).rejects.toThrow(CallBroken);
  });
});

describe('calls by HTTP', () => {
  const other = [{ id: 'a', secret: 'ab'.repeat(32) }];
  const ask = (calls: HttpCalls) => calls.call(contract, { numbers: [], note: '' });
  const unsealed = (status: number) => ({
    name: 'ServiceUnavailable',
    cause: { message: expect.stringContaining(`HTTP ${status} without the seal of fx`) },
  });

  it('refuses who has not the key of the caller that it claims to be, which may pass', async () => {
    const stranger = httpWay(new ServiceKeys('routing', { ...TEST_KEYS, routing: other }));
    const handler = jest.fn(() => Promise.resolve({ doubled: [], note: '' }));
    served.serve(contract, handler);
    await expect(ask(stranger)).rejects.toMatchObject(unsealed(401));
    expect(handler).not.toHaveBeenCalled();
  });

  it.each([
    ['another service', () => httpWay(keysOf('routing'), keysOf('gateway'))],
    ['a stranger', () => httpWay(keysOf('routing'), new ServiceKeys('fx', { ...TEST_KEYS, fx: other }))],
  ])('believes no answer of %s at the address of the one that was asked', async (_who, way) => {
    const calls = way();
    served.serve(contract, () => Promise.resolve({ doubled: ['forged'], note: '' }));
    await expect(ask(calls)).rejects.toMatchObject(unsealed(200));
  });

  it('believes no answer whose seal was taken off', async () => {
    const calls = httpWay();
    served.serve(contract, () => Promise.resolve({ doubled: [], note: '' }));
    tamper = ({ 'content-type': type }) => ({ 'content-type': type! });
    await expect(ask(calls)).rejects.toMatchObject(unsealed(200));
    tamper = (headers) => headers;
    await expect(ask(calls)).resolves.toEqual({ doubled: [], note: '' });
  });

  it('says unavailable when the port is closed or the service has no address', async () => {
    const nowhere = new HttpCalls({
      keys: keysOf('routing'),
      urlOf: (name) => (name === 'fx' ? 'http://127.0.0.1:1' : undefined),
      now: () => 0,
    });
    await expect(nowhere.call(contract, { numbers: [], note: '' })).rejects.toThrow(ServiceUnavailable);
    await expect(nowhere.call({ ...contract, service: 'b' }, { numbers: [], note: '' })).rejects.toThrow(
      ServiceUnavailable,
    );
  });

  it('binds caller, time, path and body to the identity', () => {
    const now = 1_795_000_000_000;
    const identity = identify(keysOf('routing'), now, '/p', 'body');
    const fx = keysOf('fx');
    expect(identityOf(fx, identity, now + 59_000, '/p', 'body')).toEqual(identity);
    expect(identityOf(fx, identity, now + 61_000, '/p', 'body')).toBeUndefined();
    expect(identityOf(fx, identity, now, '/q', 'body')).toBeUndefined();
    expect(identityOf(fx, identity, now, '/p', 'Body')).toBeUndefined();
    expect(identityOf(fx, { ...identity, caller: 'gateway' }, now, '/p', 'body')).toBeUndefined();
    expect(identityOf(fx, { ...identity, time: String(now + 1) }, now, '/p', 'body')).toBeUndefined();
    expect(identityOf(fx, { ...identity, seal: '' }, now, '/p', 'body')).toBeUndefined();
    expect(identityOf(fx, {}, now, '/p', 'body')).toBeUndefined();
  });

  it('binds an answer to its call, status and body', () => {
    const call = identify(keysOf('routing'), 1, '/p', 'body');
    const seal = sealAnswer(keysOf('fx'), call, 200, 'yes');
    const holds = (more: object, asked = call, service = 'fx') =>
      isAnswerOf(keysOf('routing'), service, asked, { status: 200, body: 'yes', seal, ...more });
    expect(holds({})).toBe(true);
    expect(holds({ body: 'no' })).toBe(false);
    expect(holds({ status: 503 })).toBe(false);
    expect(holds({ seal: undefined })).toBe(false);
    expect(holds({}, call, 'gateway')).toBe(false);
    expect(holds({}, identify(keysOf('routing'), 2, '/p', 'body'))).toBe(false);
  });
});
