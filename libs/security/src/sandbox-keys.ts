import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The id under which a sandbox key is registered. */
export function sandboxKeyId(participantId: string): string {
  return `${participantId}-1`;
}

/** RSA keys of a sandbox by name, for partners whose wire is signed or encrypted by them. As `makeSandboxKeys`. */
export function makeSandboxRsaKeys(folder: string, names: readonly string[]): Record<string, string> {
  return makeKeys(folder, names, () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
}

/** Ed25519 keys of a sandbox by name, which sign manifests. As `makeSandboxKeys`. */
export function makeSandboxManifestKeys(folder: string, names: readonly string[]): Record<string, string> {
  return makeKeys(folder, names, () => generateKeyPairSync('ed25519').privateKey);
}

/**
 * Makes an ECDSA P-256 key pair for each participant that has none yet: `<id>.key.pem` (mode 0600) and `<id>.pub.pem`.
 * Returns the public keys as PEM by participant id. Keys that exist are never replaced.
 */
export function makeSandboxKeys(folder: string, participantIds: readonly string[]): Record<string, string> {
  return makeKeys(
    folder,
    participantIds,
    () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  );
}

/**
 * Keys of a sandbox for SSH by name: `<name>.key` (PEM, mode 0600), and `<name>.pub` as OpenSSH has it. P-256, which every
 * client of SSH reads. Keys that exist are never replaced.
 */
export function makeSandboxSshKeys(folder: string, names: readonly string[]): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of names) {
    const path = join(folder, `${name}.key`);
    if (!existsSync(path)) {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      writeFileSync(path, privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600, flag: 'wx' });
    }
    const line = `${sshKeyLine(createPublicKey(readFileSync(path)))} ${name}\n`;
    writeFileSync(join(folder, `${name}.pub`), line, { mode: 0o644 });
  }
}

/** RFC 5656, 3.1: the names of key and curve and the point, each after its length. */
function sshKeyLine(key: KeyObject): string {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const parts = [Buffer.from('ecdsa-sha2-nistp256'), Buffer.from('nistp256'), point].flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return `ecdsa-sha2-nistp256 ${Buffer.concat(parts).toString('base64')}`;
}

function makeKeys(folder: string, ids: readonly string[], make: () => KeyObject): Record<string, string> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const publicKeys: Record<string, string> = {};
  for (const id of ids) {
    const privatePath = join(folder, `${id}.key.pem`);
    const publicPath = join(folder, `${id}.pub.pem`);
    if (!existsSync(privatePath)) {
      writeFileSync(privatePath, make().export({ type: 'pkcs8', format: 'pem' }), {
        mode: 0o600,
        flag: 'wx',
      });
    }
    const publicKey = createPublicKey(readFileSync(privatePath))
      .export({ type: 'spki', format: 'pem' })
      .toString();
    if (!existsSync(publicPath) || readFileSync(publicPath, 'utf8') !== publicKey) {
      writeFileSync(publicPath, publicKey, { mode: 0o644 });
    }
    publicKeys[id] = publicKey;
  }
  return publicKeys;
}
