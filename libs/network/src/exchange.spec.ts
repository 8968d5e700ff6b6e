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

function ask(origin: string, more: Partial<HttpRequest> = {}) {
  const pool = new Pool(origin, { connections: 1, pipelining: 1, connect: { timeout: 500 } });
  closing.unshift(() => pool.destroy());
  return exchange(pool, {
    method: 'POST',
    path: '/',
    headers: {},
    body: Buffer.from('x'),
    timeoutMs: 300,
    ...more,
  });
}

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
    ['no such host', () => Promise.resolve('http://nowhere.invalid'), { timeoutMs: 5_000 }, 'not_sent'],
    [
      'TLS fails before the request',
      async () => (await rawPartner((socket) => void socket.end('no tls'))).replace('http', 'https'),
      {},
      'not_sent',
    ],
    [
      'TLS never answers',
      async () => (await rawPartner(() => undefined)).replace('http', 'https'),
      {},
      'not_sent',
    ],
    ['too late at the first byte', () => rawPartner(() => undefined), { mayStart: () => false }, 'not_sent'],
    ['silence', () => rawPartner(() => undefined), {}, 'ambiguous'],
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

  it('waiting for a busy connection is not sent', async () => {
    const origin = await rawPartner(() => undefined);
    const pool = new Pool(origin, { connections: 1, pipelining: 1 });
    closing.unshift(() => pool.destroy());
    const request = { method: 'POST' as const, path: '/', headers: {}, body: Buffer.from('x') };
    const [first, second] = await Promise.all([
      exchange(pool, { ...request, timeoutMs: 400 }),
      exchange(pool, { ...request, timeoutMs: 200 }),
    ]);
    expect([first.kind, second.kind]).toEqual(['ambiguous', 'not_sent']);
  });
});
