import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, HttpCode, Module, Post, Req } from '@nestjs/common';
import { GathererFull, ServiceUnavailable } from '@tonle/messaging';
import { createTestDatabase } from '@tonle/persistence';
import type { TestDatabase } from '@tonle/persistence';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { assembleHttpApp } from './http-app.js';
import { Endpoint, RequestHeader } from './endpoint.js';
import type { HttpApp } from './http-app.js';
import { Problem } from './problem.js';
import { xmlBody } from './schema-pipe.js';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';

// Real: Nest on Fastify behind a socket, PostgreSQL for readiness.

const order = z.object({ amount: z.object({ minor: z.string().regex(/^\d+$/) }) });

@Controller('/v1')
class OrderController {
  @Post('/orders')
  @HttpCode(202)
  order(@Body({ schema: order }) body: z.infer<typeof order>, @Req() request: FastifyRequest): object {
    return { minor: body.amount.minor, raw: request.rawBody?.toString('utf8') };
  }

  @Post('/messages')
  message(@Body() body: Buffer): object {
    return { bytes: body.length, raw: Buffer.isBuffer(body) };
  }

  @Post('/strict')
  strict(@Body({ schema: z.strictObject({}) }) body: object): object {
    return body;
  }

  @Post('/xml')
  @Endpoint({
    operationId: 'measure',
    summary: 'How long?',
    answers: { 201: { description: 'Length', schema: z.number() } },
  })
  xml(@Body({ schema: xmlBody }) body: Buffer): number {
    return body.length;
  }

  @Get('/wait')
  wait(
    @RequestHeader(
      'Seconds',
      z
        .string()
        .regex(/^\d$/)
        .transform((text) => Number.parseInt(text, 10)),
      'key_missing',
    )
    seconds: number,
  ): object {
    return { seconds };
  }

  @Get('/address')
  address(@Req() { ip }: FastifyRequest): object {
    return { ip };
  }

  @Get('/orders/:id')
  show(): never {
    throw new Problem('no_quote_available', 'because', [{ path: '/x', message: 'y' }], { candidates: [1] });
  }

  @Get('/broken')
  broken(): never {
    throw new Error('secret detail');
  }

  @Get('/full')
  full(): never {
    throw new GathererFull();
  }

  @Get('/away')
  away(): never {
    throw new ServiceUnavailable('fx', 'fx.quotes');
  }
}

@Module({ controllers: [OrderController] })
class OrderModule {}

let test: TestDatabase;
let platform: TestPlatform;
let http: HttpApp;
let url: string;
beforeAll(async () => {
  test = await createTestDatabase('http_app');
  platform = createTestPlatform('gateway', test.database);
  http = await assembleHttpApp(OrderModule, platform, {
    xml: true,
    forms: true,
    bodyLimit: 200,
    requestMs: 1_000,
  });
  await http.app.init();
  url = await http.listen(0);
});
afterAll(async () => {
  await http.close();
  await test.drop();
});

const post = (path: string, body: string | Uint8Array, type = 'application/json') =>
  fetch(url + path, { method: 'POST', body: body as string, headers: { 'content-type': type } });

describe('bodies', () => {
  it('checks JSON by its schema and keeps the bytes', async () => {
    const answer = await post('/v1/orders', '{ "amount": {"minor":"5", "more": 1} }');
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ minor: '5', raw: '{ "amount": {"minor":"5", "more": 1} }' });
  });

  it.each([
    'application/xml',
    'text/xml; charset=utf-8',
    'application/pacs.008.001.08+xml',
    'application/pacs+xml',
    'application/x-www-form-urlencoded;charset=UTF-8',
  ])('hands %s on as bytes', async (type) => {
    expect(await (await post('/v1/messages', '<a/>', type)).json()).toEqual({ bytes: 4, raw: true });
  });
});

describe('content types', () => {
  it.each([
    'application/json; charset=latin1',
    'application/xml; charset=utf-16',
    'application/json; charset',
  ])('refuses %s in a sentence', async (type) => {
    const answer = await post('/v1/orders', '{ "amount": {"minor":"5"} }', type);
    expect([answer.status, await answer.json()]).toEqual([
      415,
      expect.objectContaining({ detail: expect.stringMatching(/^(The charset of )?Content-Type .*\.$/) }),
    ]);
  });

  it('says what is read here of a type that is not', async () => {
    expect(await (await post('/v1/orders', 'a,b', 'text/csv')).json()).toMatchObject({
      code: 'unsupported_media_type',
      detail: expect.stringContaining('application/json'),
    });
  });
});

describe('schemas', () => {
  it('names fields that are not known, at most twenty, by their JSON pointers', async () => {
    const fields = Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`/${n}`, 1]));
    const answer = await post('/v1/strict', JSON.stringify(fields));
    const { errors } = (await answer.json()) as { errors: object[] };
    expect(errors).toHaveLength(20);
    expect(errors[7]).toEqual({ path: '/~17', message: 'Unknown field.' });
  });

  it('tells apart the two kinds of body', async () => {
    const xml = await post('/v1/xml', '<a/>', 'application/xml');
    expect([xml.status, await xml.json()]).toEqual([201, 4]);
    expect(await (await post('/v1/xml', '{}')).json()).toMatchObject({
      code: 'unsupported_media_type',
      detail: 'Send application/xml here.',
    });
    expect(await (await post('/v1/strict', '<a/>', 'application/xml')).json()).toMatchObject({
      code: 'unsupported_media_type',
      detail: 'Send application/json here.',
    });
  });

  it('checks and makes headers', async () => {
    const wait = async (headers: Record<string, string>) =>
      (await fetch(`${url}/v1/wait`, { headers })).json();
    expect(await wait({ seconds: '5' })).toEqual({ seconds: 5 });
    expect(await wait({ seconds: 'x' })).toMatchObject({
      code: 'schema_invalid',
      errors: [{ path: 'Seconds' }],
      detail: 'The header Seconds cannot be used as it is.',
    });
    expect(await wait({})).toMatchObject({ code: 'key_missing' });
  });
});

describe('problems', () => {
  it.each([
    ['a malformed body', () => post('/v1/orders', '{"a":'), 400, 'malformed_json'],
    [
      'bytes that are not UTF-8',
      () => post('/v1/orders', new Uint8Array([0x22, 0xff, 0x22])),
      400,
      'malformed_json',
    ],
    ['a wrong field', () => post('/v1/orders', '{"amount":{"minor":"5.0"}}'), 400, 'schema_invalid'],
    ['no body', () => fetch(`${url}/v1/orders`, { method: 'POST' }), 400, 'schema_invalid'],
    ['a large body', () => post('/v1/orders', 'x'.repeat(201)), 413, 'body_too_large'],
    ['an unread type', () => post('/v1/orders', 'x', 'text/csv'), 415, 'unsupported_media_type'],
    ['a path that cannot be decoded', () => fetch(`${url}/v1/orders/%ff`), 400, 'schema_invalid'],
    ['an unknown path', () => fetch(`${url}/v1/nothing`), 404, 'path_unknown'],
    [
      'a wrong method',
      () => fetch(`${url}/v1/orders/7?x=1`, { method: 'DELETE' }),
      405,
      'method_not_allowed',
    ],
    ['a batch that is full', () => fetch(`${url}/v1/full`), 503, 'overloaded'],
    ['a service that is away', () => fetch(`${url}/v1/away`), 503, 'unavailable'],
    ['a fault of ours', () => fetch(`${url}/v1/broken`), 500, 'internal_error'],
  ])('answers %s', async (_what, ask, status, code) => {
    const answer = await ask();
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(JSON.parse(text)).toMatchObject({
      status,
      code,
      type: `urn:tonle:problem:${code}`,
      title: expect.any(String),
      remedy: expect.any(String),
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(answer.status).toBe(status);
    expect(text).not.toMatch(/secret|\.ts|node_modules/);
  });

  it('names the field, the allowed methods, and when to come back', async () => {
    expect(await (await post('/v1/orders', '{"amount":{}}')).json()).toMatchObject({
      errors: [{ path: '/amount/minor', message: expect.any(String) }],
    });
    expect((await fetch(`${url}/v1/orders/7`, { method: 'PUT' })).headers.get('allow')).toBe('GET, HEAD');
    expect((await fetch(`${url}/v1/away`)).headers.get('retry-after')).toBe('1');
  });

  it('carries detail, errors, further members and the trace of the caller', async () => {
    const traceId = 'c'.repeat(32);
    const answer = await fetch(`${url}/v1/orders/7`, {
      headers: { traceparent: `00-${traceId}-${'d'.repeat(16)}-01` },
    });
    expect(await answer.json()).toMatchObject({
      code: 'no_quote_available',
      detail: 'because',
      errors: [{ path: '/x', message: 'y' }],
      candidates: [1],
      traceId,
    });
  });
});

describe('browsers', () => {
  it.each(['/v1/orders/7', '/v1/nothing', '/health/live', '/metrics'])(
    'neither frame %s, nor guess what it is, nor keep it',
    async (path) => {
      const { headers } = await fetch(url + path);
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
    },
  );
});

describe('a caller that takes more than its part', () => {
  const heard = (text: string): Promise<string> =>
    new Promise((done, fail) => {
      const chunks: Buffer[] = [];
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('error', fail);
      socket.on('close', () => done(Buffer.concat(chunks).toString('latin1')));
      socket.write(text);
    });

  it('by sending its body slowly is cut off', async () => {
    const head = 'POST /v1/orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    expect(await heard(`${head}content-length: 100\r\n\r\n{`)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('by asking on and on over one connection is told so, and the connection ends', async () => {
    const answers = await heard('GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(200));
    expect(answers.match(/HTTP\/1\.1 200 /g)).toHaveLength(32);
    expect(answers.match(/HTTP\/1\.1 503 /g)).toHaveLength(1);
  });
});

describe('a caller that hangs up', () => {
  it('in the middle of its body is no error of ours', async () => {
    const lines: unknown[] = [];
    const { log } = platform.telemetry;
    for (const level of ['warn', 'error', 'fatal'] as const)
      log[level] = (line: unknown) => void lines.push(line);
    const gone = new Promise<void>((done) =>
      http.server.server.once('request', (request) => request.once('close', () => done())),
    );
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const head =
      'POST /v1/orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n';
    socket.write(`${head}{`);
    await new Promise((done) => http.server.server.once('request', done));
    socket.destroy();
    await gone;
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect(lines).toEqual([]);
    await fetch(`${url}/v1/broken`);
    expect(lines).toHaveLength(1);
  });
});

describe('where a request comes from', () => {
  const forwarded = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' };
  const addressAt = async (base: string): Promise<unknown> =>
    (await fetch(`${base}/v1/address`, { headers: forwarded })).json();

  it('is not what just anybody says', async () => {
    expect(await addressAt(url)).toEqual({ ip: '127.0.0.1' });
  });

  it.each([
    [['10.0.0.7', '127.0.0.0/8'], '203.0.113.9'],
    [['127.0.0.1', '203.0.113.0/24'], '198.51.100.1'],
    [['10.0.0.7'], '127.0.0.1'],
  ])('is what a listed proxy says: %j', async (trustedProxies, ip) => {
    const behind = await assembleHttpApp(OrderModule, createTestPlatform('gateway', test.database), {
      trustedProxies,
    });
    await behind.app.init();
    expect(await addressAt(await behind.listen(0))).toEqual({ ip });
    await behind.close();
  });
});

describe('operation', () => {
  it('tells life, readiness and metrics', async () => {
    expect(await (await fetch(`${url}/health/live`)).json()).toEqual({ status: 'ok', service: 'gateway' });
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('process_cpu_seconds_total');
  });

  it('says which port is taken', async () => {
    const second = await assembleHttpApp(OrderModule, createTestPlatform('gateway', test.database));
    const port = Number(new URL(url).port);
    await expect(second.listen(port)).rejects.toThrow(
      `gateway: port ${port} on 127.0.0.1 is taken by another program`,
    );
    await second.close();
  });
});
