import { createPublicKey } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, connect } from 'node:tls';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { maskAccount } from './masking.js';
import { makeSandboxKeys, makeSandboxSshKeys } from './sandbox-keys.js';
import { makeSandboxPki } from './sandbox-pki.js';
import { loadPrivateKey, loadPublicKey, registerKey } from './signing-key.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tonle-security-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (name: string) => readFileSync(join(folder, name));

describe('makeSandboxKeys', () => {
  it('makes what is missing, for its owner only, and never replaces a key', () => {
    const first = makeSandboxKeys(folder, ['KHMEKONG']);
    const second = makeSandboxKeys(folder, ['KHMEKONG', 'TONLE']);
    expect(second['KHMEKONG']).toBe(first['KHMEKONG']);
    expect(statSync(join(folder, 'TONLE.key.pem')).mode & 0o777).toBe(0o600);
    expect(read('TONLE.pub.pem').toString()).toBe(second['TONLE']);
    const pem = loadPublicKey(join(folder, 'TONLE.pub.pem')).export({ type: 'spki', format: 'pem' });
    expect(pem).toBe(second['TONLE']);
    const privateKey = loadPrivateKey(join(folder, 'TONLE.key.pem'));
    expect(privateKey.asymmetricKeyType).toBe('ec');
    expect(loadPrivateKey(read('TONLE.key.pem').toString()).equals(privateKey)).toBe(true);
  });

  it('makes those of SSH in its own form', () => {
    makeSandboxSshKeys(folder, ['files']);
    const [type, blob, name] = read('files.pub').toString().trim().split(' ');
    const { x, y } = createPublicKey(read('files.key')).export({ format: 'jwk' });
    const point = Buffer.from(blob!, 'base64').subarray(-64);
    expect([type, name]).toEqual(['ecdsa-sha2-nistp256', 'files']);
    expect([point.subarray(0, 32), point.subarray(32)].map((part) => part.toString('base64url'))).toEqual([
      x,
      y,
    ]);
    const before = read('files.key');
    makeSandboxSshKeys(folder, ['files']);
    expect(read('files.key')).toEqual(before);
    expect(statSync(join(folder, 'files.key')).mode & 0o777).toBe(0o600);
  });

  it('registers for the right algorithm only', () => {
    const publicKeyPem = makeSandboxKeys(folder, ['A'])['A']!;
    const times = { validFrom: '2026-01-01T00:00:00Z', validTo: '2027-01-01T00:00:00Z' };
    expect(registerKey({ algorithm: 'ecdsa-p256-sha256', publicKeyPem, ...times }).validFrom).toBe(
      Date.parse(times.validFrom),
    );
    expect(() => registerKey({ algorithm: 'ed25519', publicKeyPem, ...times })).toThrow(RangeError);
  });
});

describe('makeSandboxPki', () => {
  it('makes certificates with which both sides of TLS know each other', async () => {
    expect(await makeSandboxPki(folder)).toBe(true);
    expect(await makeSandboxPki(folder)).toBe(false);
    expect(await makeSandboxPki(folder, ['lagoon'])).toBe(true);
    expect(existsSync(join(folder, 'lagoon.crt'))).toBe(true);
    expect(await makeSandboxPki(folder)).toBe(false);
    expect(statSync(join(folder, 'tonle-door.key')).mode & 0o777).toBe(0o600);
    expect(existsSync(join(folder, 'ca.key'))).toBe(false);
    const server = createServer({
      ca: read('ca.crt'),
      key: read('thai-switch.key'),
      cert: read('thai-switch.crt'),
      requestCert: true,
      rejectUnauthorized: true,
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = connect({
      port,
      host: '127.0.0.1',
      ca: read('ca.crt'),
      key: read('tonle-client.key'),
      cert: read('tonle-client.crt'),
    });
    const [peer] = (
      await Promise.all([once(server, 'secureConnection'), once(client, 'secureConnect')])
    ).flat();
    expect(peer.getPeerCertificate().subject.CN).toBe('tonle-client');
    client.destroy();
    peer.destroy();
    server.close();
  });
});

describe('masking', () => {
  it.each([
    ['0066812345678', '***5678'],
    ['u0000123@mekong', '***0123@mekong'],
    ['dara@mekong', '***@mekong'],
    ['12345', '***'],
  ])('of the account %s', (account, masked) => expect(maskAccount(account)).toBe(masked));
});
