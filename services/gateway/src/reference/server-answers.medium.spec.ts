// What is answered before any controller: by Node, by Fastify and by what stands in front of the routes. Real: the gateway
// on its listener, and bytes that no client library would send.
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectDeclared, type AnswerToCheck } from '../testing/declared-answers.testing.js';
import { GatewayWorld } from '../testing/gateway-world.js';

let world: GatewayWorld;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_server_answers');
});
afterAll(() => world.close());

function heard(bytes: string): Promise<string> {
  return new Promise((done, fail) => {
    const { port, hostname } = new URL(world.url);
    const chunks: Buffer[] = [];
    const socket = connect(Number.parseInt(port, 10), hostname);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', fail);
    socket.on('close', () => done(Buffer.concat(chunks).toString()));
    socket.write(bytes);
  });
}

async function answerTo(bytes: string): Promise<AnswerToCheck> {
  const [head = '', text = ''] = (await heard(bytes)).split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => line.split(/: (.*)/, 2) as [string, string]);
  return { status: Number.parseInt(first.split(' ')[1]!, 10), headers: new Headers(headers), text };
}

const HOST = 'host: 127.0.0.1\r\n';
const request = (line: string, headers: string, body = '') =>
  `${line} HTTP/1.1\r\n${headers}connection: close\r\n\r\n${body}`;
const carrying = (line: string, type: string, body: string) =>
  request(line, `${HOST}content-type: ${type}\r\ncontent-length: ${body.length}\r\n`, body);
const JSON_TYPE = 'application/json';
const TOO_LARGE = 'x'.repeat(65_537);

describe.each(['GET /v1/corridors', 'GET /v1/payments/7', 'POST /v1/payments', 'DELETE /v1/fx/rates'])(
  '%s',
  (line) => {
    const [method = '', path = ''] = line.split(' ');
    const cases: [string, string, number, string][] = [
      ['too many headers', request(line, `${HOST}x: ${'x'.repeat(17_000)}\r\n`), 431, 'headers_too_large'],
      ['no header', request(line, `${HOST}not a header\r\n`), 400, 'malformed_request'],
      ['no Host', request(line, ''), 400, 'malformed_request'],
      [
        'two lengths',
        request(line, `${HOST}content-length: 1\r\ncontent-length: 2\r\n`, 'xx'),
        400,
        'malformed_request',
      ],
      ['an expectation', request(line, `${HOST}expect: a-miracle\r\n`), 401, 'signature_missing'],
    ];
    const bodies: [string, string, number, string][] = [
      ['half a JSON', carrying(line, JSON_TYPE, '{"a":'), 400, 'malformed_json'],
      ['a table', carrying(line, 'text/csv', 'a,b'), 415, 'unsupported_media_type'],
      ['no type', request(line, `${HOST}content-length: 2\r\n`, '{}'), 415, 'unsupported_media_type'],
      ['a body too large', carrying(line, JSON_TYPE, TOO_LARGE), 413, 'body_too_large'],
    ];
    it.each(method === 'GET' ? cases : [...cases, ...bodies])(
      'with %s is answered as declared',
      async (_what, bytes, status, code) => {
        const answer = await answerTo(bytes);
        expect({ ...answer, text: JSON.parse(answer.text) as unknown }).toMatchObject({
          status,
          text: { code, status },
        });
        expectDeclared(method, path, answer);
        expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      },
    );
  },
);

describe('what is no operation', () => {
  it.each([
    ['GET', '/v1/nothing', 404, 'path_unknown'],
    ['PUT', '/v1/payments', 405, 'method_not_allowed'],
    ['PROPFIND', '/v1/payments', 405, 'method_not_allowed'],
    ['GET', '/v1/payments/%ff', 400, 'schema_invalid'],
    ['GET', `/v1/payments/${'7'.repeat(101)}`, 400, 'schema_invalid'],
  ])('%s %s says so', async (method, path, status, code) => {
    const answer = await answerTo(request(`${method} ${path}`, HOST));
    expect(JSON.parse(answer.text)).toMatchObject({ status, code });
    expectDeclared(method, path, answer);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('tells a step that is too long from one that cannot be read', async () => {
    const answer = await answerTo(request(`GET /v1/payments/${'7'.repeat(101)}`, HOST));
    expect(answer.text).toContain('more than 100 characters');
  });
});
