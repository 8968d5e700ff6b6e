import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createTcp, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Pool } from 'undici';
import { exchange, type HttpRequest } from './exchange.js';

// Real: sockets on loopback.

const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function listen(server: Server | TcpServer): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => new Promise((done) => server.close(done)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A partner that does the same with every connection's first data. */
async function rawPartner(onData: (socket: Socket) => void): Promise<string> {
  return listen(
    createTcp((socket) => {
      closing.unshift(() => void socket.destroy());
      socket.on('error', () => undefined);
      socket.once('data', () => onData(socket));
    }),
  );
}

/** Answers a connection's first request and is silent ever after. */
const answersOnce = () =>
  rawPartner((socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));

const REQUEST = { method: 'POST' as const, path: '/', headers: {}, body: Buffer.from('x') };
/** Where the partner does something, that ends the exchange; this is for what hangs. */
const LONG_MS = 20_000;

function poolTo(origin: string): Pool {
  const pool = new Pool(origin, { connections: 1, pipelining: 1, connect: { timeout: LONG_MS } });
  closing.unshift(() => pool.destroy());
  return pool;
}

/** A pool whose connection stands: what it is given next is started at once, however busy the machine is. */
async function connectedTo(origin: string): Promise<Pool> {
  const pool = poolTo(origin);
  expect(await exchange(pool, { ...REQUEST, timeoutMs: LONG_MS })).toMatchObject({ kind: 'answered' });
  return pool;
}

const ask = (origin: string, more: Partial<HttpRequest> = {}) =>
  exchange(poolTo(origin), { ...REQUEST, timeoutMs: LONG_MS, ...more });

describe('one exchange', () => {
  it('gives status, headers and bytes', async () => {
    const origin = await listen(
      createHttp((_request, response) => response.writeHead(418, { 'x-a': 'b' }).end('tea')),
    );
    const outcome = await ask(origin);
    expect(outcome).toMatchObject({ kind: 'answered', status: 418, headers: { 'x-a': 'b' } });
    expect(Buffer.from((outcome as { bytes: Uint8Array }).bytes).toString()).toBe('tea');
  });

  it.each<[string, () => Promise<string>, Partial<HttpRequest>, string]>([
    ['TCP refused', () => Promise.resolve('http://127.0.0.1:1'), {}, 'not_sent'],
    ['no such host', () => Promise.resolve('http://nowhere.invalid'), {}, 'not_sent'],
    [
      'TLS fails before the request',
      async () => (await rawPartner((socket) => void socket.end('no tls'))).replace('http', 'https'),
      {},
      'not_sent',
    ],
    [
      'TLS never answers',
      async () => (await rawPartner(() => undefined)).replace('http', 'https'),
      { timeoutMs: 300 },
      'not_sent',
    ],
    ['too late at the first byte', () => rawPartner(() => undefined), { mayStart: () => false }, 'not_sent'],
    ['reset after the write', () => rawPartner((socket) => void socket.resetAndDestroy()), {}, 'ambiguous'],
    ['closed after the write', () => rawPartner((socket) => void socket.destroy()), {}, 'ambiguous'],
    [
      'half an answer',
      () => rawPartner((socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')),
      {},
      'ambiguous',
    ],
    ['no HTTP', () => rawPartner((socket) => void socket.end('hello')), {}, 'ambiguous'],
    [
      'an endless answer',
      () => rawPartner((socket) => void socket.write(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(5_000)}`)),
      { maxBytes: 1_000 },
      'ambiguous',
    ],
  ])('%s', async (_name, partner, more, kind) => {
    expect(await ask(await partner(), more)).toMatchObject({ kind });
  });

  it('silence is ambiguous', async () => {
    const pool = await connectedTo(await answersOnce());
    expect(await exchange(pool, { ...REQUEST, timeoutMs: 100 })).toMatchObject({ kind: 'ambiguous' });
  });

  it('waiting for a busy connection is not sent', async () => {
    const pool = await connectedTo(await answersOnce());
    const [first, second] = await Promise.all([
      exchange(pool, { ...REQUEST, timeoutMs: 400 }),
      exchange(pool, { ...REQUEST, timeoutMs: 200 }),
    ]);
    expect([first.kind, second.kind]).toEqual(['ambiguous', 'not_sent']);
  });
});
