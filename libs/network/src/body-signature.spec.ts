import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bearer } from './bearer.js';
import { bodySigned, bodyTrouble, signBody } from './body-signature.js';
import { asRecord } from './json.js';
import { httpWire, openWire, type OpenWire, type WireContext } from './wire.js';

// Real: a server on loopback that wants a token and signed bodies, and says what it is told to.

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const [ours, theirs, nobody] = [rsa(), rsa(), rsa()];
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('a signature in the body', () => {
  it.each([{}, { b: '2', a: '1' }, { a: { z: 1, y: [true, { q: null }, 'x'] }, '': 'ü' }])(
    'of %j is good, and no other object has it',
    (value) => {
      const signed = signBody(json(value), ours.privateKey);
      expect(bodyTrouble(signed, [theirs.publicKey, ours.publicKey])).toBeUndefined();
      expect(bodyTrouble(signed, [theirs.publicKey])).toBe('the signature is wrong');
      const other = json({ ...(JSON.parse(Buffer.from(signed).toString()) as object), more: '1' });
      expect(bodyTrouble(other, [ours.publicKey])).toBe('the signature is wrong');
    },
  );

  it('is over numbers as they are written', () => {
    const signed = Buffer.from(signBody(Buffer.from('{"a":1.50}'), ours.privateKey)).toString();
    expect(bodyTrouble(Buffer.from(signed), [ours.publicKey])).toBeUndefined();
    expect(bodyTrouble(Buffer.from(signed.replace('1.50', '1.5')), [ours.publicKey])).toBeDefined();
  });

  it.each<[string, string]>([
    ['', 'no JSON object'],
    ['[1]', 'no JSON object'],
    ['{"a":1}', 'the signature is missing'],
    ['{"a":1,"Signature":7}', 'the signature is malformed'],
    ['{"a":1,"Signature":"AA"}', 'the signature is malformed'],
    [`{"a":1,"Signature":"${'A'.repeat(342)}"}`, 'the signature is wrong'],
  ])('that is none is refused (%#)', (body, trouble) => {
    expect(bodyTrouble(Buffer.from(body), [ours.publicKey])).toBe(trouble);
  });

  it.each([10, 1_000, 3_000, 5_000, 200_000])('is looked at however deep an answer is: %d', (depth) => {
    const deep = `{"a":${'['.repeat(depth)}${']'.repeat(depth)},"Signature":"${'A'.repeat(342)}"}`;
    expect(bodyTrouble(Buffer.from(deep), [ours.publicKey])).toBeDefined();
  });
});

describe('a wire with a token and signed bodies', () => {
  const folder = mkdtempSync(join(tmpdir(), 'body-signature-'));
  const [keyPath, theirKeyPath] = [join(folder, 'ours.pem'), join(folder, 'theirs.pem')];
  let now: number;
  let asked: string[];
  let tokens: number;
  let answer: (path: string, response: ServerResponse) => void;
  let wire: OpenWire;

  const server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const trouble = bodyTrouble(Buffer.concat(chunks), [ours.publicKey]);
      asked.push(`${request.url} ${request.headers.authorization} ${trouble ?? 'signed'}`);
      answer(request.url!, response);
    });
  });

  const say = (response: ServerResponse, value: object, key = theirs.privateKey, status = 200) =>
    void response.writeHead(status).end(signBody(json(value), key));
  const sayToken = (response: ServerResponse, life = '300') =>
    say(response, { access_token: `token.${(tokens += 1)}`, expires_in: life });
  const ask = () =>
    wire.carry({
      wire: 'w',
      method: 'POST',
      path: '/ask',
      operation: 'ask',
      headers: { 'content-type': 'application/json' },
      body: json({ Account: '1' }),
      subject: 's',
      timeoutMs: 5_000,
    });

  beforeAll(async () => {
    writeFileSync(keyPath, ours.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(theirKeyPath, theirs.publicKey.export({ type: 'spki', format: 'pem' }));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const renewal = {
      method: 'POST',
      path: '/token',
      operation: 'token',
      body: json({ user: 'u' }),
    } as const;
    const token = bearer({
      renew: { ...renewal, contentType: 'application/json', timeoutMs: 2_000 },
      authorization: 'Basic dTpw',
      token: (reply) => {
        const text = reply.kind === 'answered' ? Buffer.from(reply.bytes).toString() : '{}';
        const read = asRecord(JSON.parse(text)) ?? {};
        const { access_token: given, expires_in: life } = read;
        return typeof given === 'string' ? { text: given, lifeMs: Number(life) * 1000 } : undefined;
      },
      isRefused: (reply) => reply.kind === 'answered' && reply.status === 401,
    });
    const part = bodySigned({ keyPath, theirKeyPaths: [theirKeyPath] });
    const context = { clock: { now: () => now } } as WireContext;
    wire = openWire(httpWire({ origin: `http://127.0.0.1:${port}`, connections: 4 }, token, part), context);
  });
  beforeEach(async () => {
    now = Date.parse('2026-11-29T00:00:00Z');
    [asked, tokens] = [[], 0];
    answer = (path, response) => (path === '/token' ? sayToken(response) : say(response, { said: path }));
    // Whatever token an earlier test left has ended.
    now += (clockStep += 1) * 3_600_000;
  });
  let clockStep = 0;
  afterAll(async () => {
    await wire.close();
    await new Promise((done) => server.close(done));
    rmSync(folder, { recursive: true });
  });

  it('asks for a token once, signs everything, and keeps no credential as evidence', async () => {
    const [first] = await Promise.all([ask(), ask()]);
    expect(asked.sort()).toEqual([
      '/ask Bearer token.1 signed',
      '/ask Bearer token.1 signed',
      '/token Basic dTpw signed',
    ]);
    expect(first.reply).toMatchObject({ kind: 'answered', status: 200 });
    const kept = first.evidence.map(({ bytes }) => Buffer.from(bytes).toString()).join(' ');
    expect(kept).toContain('"Account":"1"');
    expect(kept).not.toMatch(/token\.|"user"/);
  });

  it('renews a token before it ends beside the requests that it serves, and after its end first', async () => {
    await ask();
    now += 241_000;
    await ask();
    await ask();
    expect(asked.filter((each) => each.startsWith('/token'))).toHaveLength(2);
    now += 301_000;
    answer = (path, response) => (path === '/token' ? void response.destroy() : say(response, {}));
    expect((await ask()).reply).toEqual({ kind: 'not_sent', because: 'there is no token' });
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['silent', () => undefined],
    ['garbage', (response) => void response.end('{')],
    [
      'of somebody else',
      (response) => say(response, { access_token: 'T', expires_in: '300' }, nobody.privateKey),
    ],
    ['an error', (response) => say(response, { result: 'ERROR' }, theirs.privateKey, 400)],
  ])(
    'sends nothing while the token endpoint is %s; nothing is lost when it is back',
    async (_name, tokenAnswer) => {
      answer = (path, response) => (path === '/token' ? tokenAnswer(response) : say(response, {}));
      expect((await ask()).reply).toEqual({ kind: 'not_sent', because: 'there is no token' });
      expect(asked.map((each) => each.split(' ')[0])).toEqual(['/token']);
      answer = (path, response) => (path === '/token' ? sayToken(response) : say(response, {}));
      expect((await ask()).reply).toMatchObject({ kind: 'answered' });
    },
  );

  it('renews once when the token is refused; a second 401 is the end of it', async () => {
    let refusals = 1;
    const unauthorized = (response: ServerResponse) => void response.writeHead(401).end('expired');
    answer = (path, response) => {
      if (path === '/token') sayToken(response);
      else if ((refusals -= 1) >= 0) unauthorized(response);
      else say(response, {});
    };
    expect((await ask()).reply).toMatchObject({ kind: 'answered' });
    refusals = 2;
    expect((await ask()).reply).toEqual({ kind: 'ambiguous', because: 'the token is refused' });
    expect(asked.map((each) => each.split(' ').slice(0, 3).join(' '))).toEqual([
      '/token Basic dTpw',
      '/ask Bearer token.1',
      '/token Basic dTpw',
      '/ask Bearer token.2',
      '/ask Bearer token.2',
      '/token Basic dTpw',
      '/ask Bearer token.3',
    ]);
  });

  it('believes no answer that the network has not signed; the next one counts', async () => {
    let signer = nobody.privateKey;
    answer = (path, response) => (path === '/token' ? sayToken(response) : say(response, {}, signer));
    expect((await ask()).reply).toEqual({ kind: 'ambiguous', because: 'HTTP 200, the signature is wrong' });
    signer = theirs.privateKey;
    expect((await ask()).reply).toMatchObject({ kind: 'answered' });
  });

  it('is not opened without an RSA key', () => {
    const path = join(folder, 'ec.pem');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const part = bodySigned({ keyPath: path, theirKeyPaths: [] });
    expect(() => part({} as WireContext)).toThrow('no RSA key');
  });
});
