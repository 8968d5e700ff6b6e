import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

const DAY_MS = 86_400_000;
const VALID_DAYS = 730;
const RENEW_BEFORE_DAYS = 7;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const LEAVES = ['thai-switch', 'tonle-door', 'tonle-client'] as const;

/**
 * Makes the sandbox's certificate authority and the certificates of mutual TLS between Tonle and networks: for
 * thai-switch, tonle-door, tonle-client and `more`. See makeSandboxCertificates.
 */
export function makeSandboxPki(folder: string, more: readonly string[] = []): Promise<boolean> {
  return makeSandboxCertificates(folder, [...LEAVES, ...more]);
}

/**
 * Makes an authority and certificates by it: `ca.crt`, and `<name>.key` (mode 0600) and `<name>.crt` for each leaf; SAN
 * localhost, 127.0.0.1, ::1. A whole and valid set is left as it is; else all are made anew, since the authority's key is
 * not kept. Returns whether it made them.
 */
export async function makeSandboxCertificates(folder: string, leaves: readonly string[]): Promise<boolean> {
  // TLS stacks check validity against the wall clock, whatever the sandbox clock says.
  const now = new Date();
  if (isWhole(folder, leaves, now)) return false;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const validity = {
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + VALID_DAYS * DAY_MS),
  };
  const authorityKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Tonle sandbox authority',
    ...validity,
    keys: authorityKeys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  for (const name of leaves) await makeLeaf(folder, name, authority, authorityKeys.privateKey, validity);
  writeFileSync(join(folder, 'ca.crt'), `${authority.toString('pem')}\n`);
  return true;
}

async function makeLeaf(
  folder: string,
  name: string,
  authority: x509.X509Certificate,
  authorityKey: webcrypto.CryptoKey,
  validity: { notBefore: Date; notAfter: Date },
): Promise<void> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: authority.subject,
    ...validity,
    publicKey: keys.publicKey,
    signingKey: authorityKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        x509.ExtendedKeyUsage.clientAuth,
      ]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(authority),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  writeFileSync(join(folder, `${name}.key`), `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`, {
    mode: 0o600,
  });
  writeFileSync(join(folder, `${name}.crt`), `${certificate.toString('pem')}\n`);
}

function isWhole(folder: string, leaves: readonly string[], now: Date): boolean {
  const names = ['ca.crt', ...leaves.flatMap((name) => [`${name}.key`, `${name}.crt`])];
  if (!names.every((name) => existsSync(join(folder, name)))) return false;
  const renewFrom = now.getTime() + RENEW_BEFORE_DAYS * DAY_MS;
  return names
    .filter((name) => name.endsWith('.crt'))
    .every((name) => isValidUntil(readFileSync(join(folder, name), 'utf8'), renewFrom));
}

function isValidUntil(pem: string, atMs: number): boolean {
  try {
    return new x509.X509Certificate(pem).notAfter.getTime() > atMs;
  } catch {
    return false;
  }
}
