import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform } from '@tonle/platform';
import { until } from '../../../tests/world/until.js';
import { assembleHttpApp, type HttpApp, type HttpAppOptions } from './http-app.js';

// Real: Nest on Fastify behind a socket. A request is held in the controller until the test lets it go.

let entered: () => void;
let release: () => void;
let inside: Promise<void>;
let gate: Promise<void>;
beforeEach(() => {
  inside = new Promise((done) => (entered = done));
  gate = new Promise((done) => (release = done));
});

@Controller()
class HeldController {
  @Get('/held')
  async held(): Promise<object> {
    entered();
    await gate;
    return { paid: true };
  }
}

@Module({ controllers: [HeldController] })
class HeldModule {}

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('http_connections');
});
afterAll(() => test.drop());

const ASK = 'GET /held HTTP/1.1\r\nhost: x\r\n\r\n';

interface Opened {
  readonly http: HttpApp;
  readonly socket: Socket;
  readonly answers: Promise<string>;
  readonly closing: Promise<void>;
}

async function open(more: HttpAppOptions = {}): Promise<Opened> {
  const platform = createTestPlatform('gateway', test.database);
  const http = await assembleHttpApp(HeldModule, platform, more);
  const closing = new Promise<void>((done) => http.server.addHook('preClose', async () => done()));
  await http.app.init();
  const socket = connect(Number.parseInt(new URL(await http.listen(0)).port, 10), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const answers = new Promise<string>((done) => {
    socket.on('error', () => undefined);
    socket.on('close', () => done(Buffer.concat(chunks).toString()));
  });
  return { http, socket, answers, closing };
}

describe('what cannot be read', () => {
  it('is answered in a problem document, also when it comes too slowly', async () => {
    const { http, socket, answers } = await open({ requestMs: 200 });
    socket.write('GET /held HTTP/1.1\r\nhost: x\r\n');
    expect(await answers).toMatch(/^HTTP\/1\.1 408 [\s\S]*problem\+json[\s\S]*"request_too_slow"/);
    await http.close();
  });

  it('is not answered while the request before it waits: that one would take the refusal for its own', async () => {
    const { http, socket, answers } = await open();
    socket.write(ASK);
    await inside;
    socket.write('no HTTP\r\n\r\n');
    expect(await answers).toBe('');
    release();
    await http.close();
  });
});

describe('a listener that holds as many requests as it may', () => {
  it('refuses one more, of whichever connection, and takes it when another has its answer', async () => {
    const { http, socket, answers } = await open({ waitingMax: 1 });
    socket.write(ASK);
    await inside;
    const url = `http://127.0.0.1:${socket.remotePort}/held`;
    const refused = await fetch(url);
    expect([refused.status, (await refused.json()) as object]).toMatchObject([503, { code: 'overloaded' }]);
    release();
    await until('a place', async () => (await fetch(url)).status === 200);
    await http.close();
    expect(await answers).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('a listener that closes', () => {
  it('hangs up with the answer that a kept connection waits for: its caller could hold it open', async () => {
    const { http, socket, answers, closing } = await open();
    socket.write(ASK);
    await inside;
    const closed = http.close();
    await closing;
    release();
    await closed;
    expect(await answers).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\nconnection: close\r\n[\s\S]*"paid":true/i);
  });

  it('answers what it has taken, and refuses what comes after on the same connection', async () => {
    const { http, socket, answers, closing } = await open();
    socket.write(ASK);
    await inside;
    const closed = http.close();
    await closing;
    const second = once(http.server.server, 'request');
    socket.write(ASK);
    await second;
    release();
    await closed;
    expect(await answers).toMatch(
      /^HTTP\/1\.1 200 [\s\S]*"paid":true[\s\S]*HTTP\/1\.1 503 [\s\S]*"unavailable"/,
    );
  });
});
