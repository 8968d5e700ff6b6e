import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keyCalls, refused, type KeyWithdrawal, type TrustAnswer, type TrustRequest } from '@tonle/contracts';
import { keyFingerprint } from '@tonle/security';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway's HTTP and PostgreSQL. Routing is played by the test.

const ops = { participant: 'OPERATOR' };
const APPROVAL = '00000000-0001-7000-8000-000000000000';
const PATH = '/v1/ops/participants/FXNAGA/keys';
const pem = (key: { export(options: { type: 'spki'; format: 'pem' }): string | Buffer }): string =>
  key.export({ type: 'spki', format: 'pem' }).toString();
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const body = (more: object = {}) => ({
  ...{ keyId: 'FXNAGA-2', publicKeyPem: pem(publicKey), validTo: '2099-01-01T00:00:00Z' },
  ...{ reason: 'the first one ends', ...more },
});

let world: GatewayWorld;
let answer: TrustAnswer;
const asked: (TrustRequest | KeyWithdrawal)[] = [];
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_trusted_keys');
  const { calls } = world.platform;
  calls.serve(keyCalls.trust, (request) => {
    asked.push(request);
    return Promise.resolve(answer);
  });
  calls.serve(keyCalls.withdraw, (request) => {
    asked.push(request);
    return Promise.resolve({ kind: 'done' } as const);
  });
});
afterAll(() => world.close());

describe('a key of a participant', () => {
  it('is proposed with the fingerprint that people compare', async () => {
    const expiresAt = '2026-12-02T16:00:00.000Z';
    answer = { kind: 'proposed', approvalId: APPROVAL, approvalsRequired: 1, expiresAt };
    const { json } = await world.post(PATH, body({ validFrom: '2026-12-01T00:00:00Z' }), ops);
    expect(json).toMatchObject({ done: false, fingerprint: keyFingerprint(publicKey), expiresAt });
    expect(JSON.stringify(json)).toContain(`routing.${APPROVAL}`);
    expect(asked.at(-1)).toEqual({
      holder: 'FXNAGA',
      key: {
        ...{ keyId: 'FXNAGA-2', algorithm: 'ed25519', publicKeyPem: pem(publicKey) },
        ...{ validFrom: '2026-12-01T00:00:00Z', validTo: '2099-01-01T00:00:00Z' },
      },
      ...{ reason: 'the first one ends', operator: 'OPERATOR-1', participant: 'OPERATOR' },
    });
    answer = { kind: 'done' };
    expect((await world.post(PATH, body(), ops)).json).toEqual({
      ...{ done: true, fingerprint: keyFingerprint(publicKey) },
    });
  });

  it('may be of RSA, when it is strong', async () => {
    answer = { kind: 'done' };
    const strong = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    expect((await world.post(PATH, body({ publicKeyPem: pem(strong) }), ops)).status).toBe(200);
    expect(asked.at(-1)).toMatchObject({ key: { algorithm: 'rsa-v1_5-sha256' } });
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
    expect((await world.post(PATH, body({ publicKeyPem: pem(weak) }), ops)).json.errors[0].message).toContain(
      'at least 2048 bits',
    );
  });

  it.each([
    [
      'a private key',
      { publicKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() },
      '/publicKeyPem',
    ],
    [
      'no key',
      { publicKeyPem: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----' },
      '/publicKeyPem',
    ],
    ['an id of another form', { keyId: 'a b' }, '/keyId'],
    ['an end that is no instant', { validTo: 'never' }, '/validTo'],
  ])('is not %s', async (_what, more, path) => {
    const count = asked.length;
    const { status, json } = await world.post(PATH, body(more), ops);
    expect([status, json.errors[0].path]).toEqual([400, path]);
    expect(asked).toHaveLength(count);
  });

  it('is withdrawn at once, by an operator who says why', async () => {
    const path = `${PATH}/FXNAGA-1/withdrawal`;
    expect((await world.post(path, { reason: 'it was stolen' }, ops)).json).toEqual({ done: true });
    expect(asked.at(-1)).toEqual({
      ...{ holder: 'FXNAGA', keyId: 'FXNAGA-1', reason: 'it was stolen' },
      ...{ operator: 'OPERATOR-1', participant: 'OPERATOR' },
    });
    expect((await world.post(path, {}, ops)).status).toBe(400);
  });

  it('is for operators, and routing may refuse', async () => {
    expect((await world.post(PATH, body())).status).toBe(403);
    expect((await world.get(PATH)).status).toBe(403);
    answer = refused('directory_impossible', 'a text');
    expect(await world.post(PATH, body(), ops)).toMatchObject({
      ...{ status: 409, json: { code: 'directory_impossible', detail: 'a text' } },
    });
  });

  it('is listed with its fingerprint', async () => {
    const { json } = await world.get('/v1/ops/participants/OPERATOR/keys', ops);
    expect(json.keys.slice(0, 1)).toMatchObject([
      { keyId: 'OPERATOR-1', fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(JSON.stringify(json)).not.toContain('PUBLIC KEY');
    expect((await world.get('/v1/ops/participants/NOBODY/keys', ops)).json.code).toBe('participant_unknown');
  });
});
