import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InProcessTransport, MemoryState } from '@tonle/messaging';
import { startGateway } from '../gateway.service.js';
import { GatewayWorld, type SendOptions } from '../testing/gateway-world.js';

// Real: the gateway with PostgreSQL and HTTP.

const pemOf = (key: KeyObject) =>
  key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }).toString();

let world: GatewayWorld;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_keys', { TONLE_SANDBOX: 'true' });
});
afterAll(() => world.close());

describe('a newcomer in a sandbox', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const mine = { keyId: 'KHMEKONG-laptop', publicKeyPem: pemOf(publicKey) };
  const signed = { sign: { keyId: mine.keyId, privateKey } };

  it('signs with a key as soon as it is registered, and not before', async () => {
    expect((await world.get('/v1/keys', signed)).json.code).toBe('key_unknown');
    const { status, json } = await world.post('/v1/keys', mine);
    expect(status).toBe(201);
    expect(json).toMatchObject({
      keyId: 'KHMEKONG-laptop',
      participant: 'KHMEKONG',
      algorithm: 'ed25519',
      registeredBy: 'KHMEKONG-1',
    });
    const listed = await world.get('/v1/keys', signed);
    expect(listed.json.keys).toEqual([json]);
    expect((await world.get('/v1/keys', { participant: 'KHANGKOR' })).json.keys).toEqual([]);
    // It is a key of that bank, with that bank's rights.
    expect((await world.get('/v1/ops/liquidity', signed)).json.code).toBe('not_permitted');
    world.behaviour = { state: 'COMPLETED' };
    const paid = await world.pay(await world.payable(), 'by-own-key', signed);
    expect(paid.json).toMatchObject({ sender: 'KHMEKONG' });
  });

  it('registers it again without a change', async () => {
    const [before, after] = [await world.post('/v1/keys', mine), await world.post('/v1/keys', mine)];
    expect([after.status, after.json]).toEqual([201, before.json]);
  });

  it('does not sign for ever, nor with another private key', async () => {
    const other = { sign: { keyId: mine.keyId, privateKey: generateKeyPairSync('ed25519').privateKey } };
    expect((await world.get('/v1/keys', other)).json.code).toBe('signature_invalid');
    world.platform.clock.advance(366 * 86_400_000);
    expect((await world.get('/v1/keys', signed)).json.code).toBe('key_unknown');
    world.platform.clock.advance(-366 * 86_400_000);
  });

  it.each([
    ['keyId', { keyId: 'KHANGKOR-laptop' }, 'Must begin with KHMEKONG-'],
    ['keyId', { keyId: 'KHMEKONG-1' }, 'Another key has this id'],
    ['keyId', { publicKeyPem: pemOf(generateKeyPairSync('ed25519').publicKey) }, 'Another key has this id'],
    ['publicKeyPem', { publicKeyPem: pemOf(privateKey) }, 'This is a private key'],
    ['publicKeyPem', { publicKeyPem: 'x' }, 'begins with -----BEGIN PUBLIC KEY-----'],
    [
      'publicKeyPem',
      { publicKeyPem: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----' },
      'cannot be read',
    ],
    [
      'publicKeyPem',
      { publicKeyPem: pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey) },
      'only ECDSA P-256 and Ed25519',
    ],
  ])('is told what is wrong with %s: %j', async (field, change, told) => {
    const { status, json } = await world.post('/v1/keys', { ...mine, ...change });
    expect([status, json.code]).toEqual([400, 'schema_invalid']);
    expect(json.errors).toEqual([{ path: `/${field}`, message: expect.stringContaining(told) }]);
  });

  it('has a bound', async () => {
    const register = (index: number) =>
      world.post('/v1/keys', { ...mine, keyId: `KHANGKOR-${index + 10}` }, { participant: 'KHANGKOR' });
    for (let index = 0; index < 20; index += 1) expect((await register(index)).status).toBe(201);
    const { status, json } = await register(20);
    expect([status, json.code, json.detail]).toEqual([
      403,
      'not_permitted',
      'A participant may have 20 such keys.',
    ]);
    const withdrawn = { participant: 'KHANGKOR' };
    expect((await world.send('DELETE', '/v1/keys/KHANGKOR-10', undefined, withdrawn)).status).toBe(200);
    expect((await register(20)).status).toBe(201);
  });

  it('withdraws a key: it signs nothing more, here or at another instance, and its id is not given again', async () => {
    const pair = generateKeyPairSync('ed25519');
    const lost = { keyId: 'KHMEKONG-lost', publicKeyPem: pemOf(pair.publicKey) };
    const byLost = { sign: { keyId: lost.keyId, privateKey: pair.privateKey } };
    const withdraw = (keyId: string, options: SendOptions = {}) =>
      world.send('DELETE', `/v1/keys/${keyId}`, undefined, options);
    const database = await world.test.another('gateway');
    const apart = { database, shared: new MemoryState(), transport: new InProcessTransport() };
    const beside = await startGateway({ ...world.platform, ...apart });
    const at = beside.addresses['public']!;
    await world.until(async () => (await world.get('/v1/corridors', { at })).status === 200);
    expect((await world.post('/v1/keys', lost)).status).toBe(201);
    for (const instance of [byLost, { ...byLost, at }])
      expect((await world.get('/v1/keys', instance)).status).toBe(200);

    for (const notOwn of [lost.keyId, 'KHMEKONG-1', 'KHANGKOR-1', 'KHANGKOR-none'])
      expect((await withdraw(notOwn, { participant: 'KHANGKOR' })).json.code).toBe('not_found');
    expect((await world.get('/v1/keys', byLost)).status).toBe(200);

    const { status, json } = await withdraw(lost.keyId);
    expect([status, json]).toEqual([
      200,
      expect.objectContaining({
        keyId: lost.keyId,
        withdrawnBy: 'KHMEKONG-1',
        withdrawnAt: expect.any(String),
      }),
    ]);
    for (const instance of [byLost, { ...byLost, at }])
      expect((await world.get('/v1/keys', instance)).json.code).toBe('key_unknown');
    expect((await withdraw(lost.keyId, { sign: signed.sign })).json).toEqual(json);
    expect((await world.get('/v1/keys')).json.keys).toContainEqual(json);
    const again = await world.post('/v1/keys', lost);
    expect([again.status, again.json.errors]).toEqual([
      400,
      [{ path: '/keyId', message: 'This key was withdrawn; choose another id.' }],
    ]);
    await beside.close();
  });

  it('may withdraw a key by itself', async () => {
    const pair = generateKeyPairSync('ed25519');
    const own = { keyId: 'KHMEKONG-own', publicKeyPem: pemOf(pair.publicKey) };
    await world.post('/v1/keys', own);
    const sign = { keyId: own.keyId, privateKey: pair.privateKey };
    const answer = await world.send('DELETE', `/v1/keys/${own.keyId}`, undefined, { sign });
    expect([answer.status, answer.json.withdrawnBy]).toEqual([200, own.keyId]);
    expect((await world.get('/v1/keys', { sign })).json.code).toBe('key_unknown');
  });

  it('signs at an instance that has read nothing yet: after a restart, or beside', async () => {
    await world.service.close();
    const database = await world.test.another('gateway');
    const second = await startGateway({ ...world.platform, database, shared: new MemoryState() });
    const at = second.addresses['public']!;
    await world.until(async () => (await world.get('/v1/corridors', { at })).status === 200);
    expect((await world.get('/v1/keys', { ...signed, at })).status).toBe(200);
    await second.close();
  });
});

describe('elsewhere', () => {
  it('nobody registers a key, and those of a table are not believed', async () => {
    const production = await GatewayWorld.start('gateway_keys_production');
    try {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519');
      const mine = { keyId: 'KHMEKONG-laptop', publicKeyPem: pemOf(publicKey) };
      const { status, json } = await production.post('/v1/keys', mine);
      expect([status, json.code]).toEqual([403, 'not_permitted']);
      expect(json.detail).toContain('in a sandbox only');
      expect((await production.get('/v1/keys')).status).toBe(403);
      expect((await production.send('DELETE', `/v1/keys/${mine.keyId}`, undefined, {})).status).toBe(403);
      await production.test.database.query(
        `INSERT INTO sandbox_key
         VALUES ($1, 'KHMEKONG', 'ed25519', $2, now() - interval '9 years', now() + interval '99 years', 'x')`,
        [mine.keyId, mine.publicKeyPem],
      );
      const sign = { keyId: mine.keyId, privateKey };
      expect((await production.get('/v1/corridors', { sign })).json.code).toBe('key_unknown');
    } finally {
      await production.close();
    }
  });
});
