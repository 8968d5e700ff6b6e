import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

// A root as UnionPay's, what it signs between, and certificates of the ACP gateway and of ours under that.

const DAY_MS = 86_400_000;
const ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};
const NAMES = { right: '041@Z12@00040000:SIGN@00000001', wrong: '041@Z12@00099999:SIGN@00000001' };

type Issuer = { readonly keys: webcrypto.CryptoKeyPair; readonly subject: string };

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function certificate(
  name: string,
  keys: webcrypto.CryptoKeyPair,
  by: Issuer,
  isAuthority: boolean,
): Promise<x509.X509Certificate> {
  const now = Date.now();
  return x509.X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: by.subject,
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + 30 * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: by.keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.BasicConstraintsExtension(isAuthority, undefined, true)],
  });
}

async function pem(key: webcrypto.CryptoKey, format: 'pkcs8' | 'spki'): Promise<string> {
  const bytes = await webcrypto.subtle.exportKey(format, key);
  return x509.PemConverter.encode(bytes, format === 'pkcs8' ? 'PRIVATE KEY' : 'PUBLIC KEY');
}

/** What both sides need to sign by certificates: `simulator` as the sandbox takes it, `settings` as the adapter does. */
export async function makeAcpCertificates(folder: string) {
  const file = (name: string): string => join(folder, name);
  const [rootKeys, middleKeys, theirs, ours] = await Promise.all([
    newKeys(),
    newKeys(),
    newKeys(),
    newKeys(),
  ]);
  const root = { keys: rootKeys, subject: 'CN=root' };
  const middle = { keys: middleKeys, subject: 'CN=middle' };
  const write = (name: string, text: string): string => {
    writeFileSync(file(name), `${text}\n`, { mode: 0o600 });
    return file(name);
  };
  const rootPath = write('acp-root.crt', (await certificate('root', rootKeys, root, true)).toString('pem'));
  const between = write(
    'acp-middle.crt',
    (await certificate('middle', middleKeys, root, true)).toString('pem'),
  );
  const leaf = async (name: string): Promise<string> =>
    (await certificate(name, theirs, middle, false)).toString('pem');
  write('TONLE-unionpay-acp.key.pem', await pem(ours.privateKey, 'pkcs8'));
  return {
    simulator: {
      method: '01' as const,
      keyPath: write('UPI-acp.key.pem', await pem(theirs.privateKey, 'pkcs8')),
      certificatePath: write('UPI-acp.crt', await leaf(NAMES.right)),
      otherCertificatePath: write('UPI-acp-other.crt', await leaf(NAMES.wrong)),
      partnerKeyPath: write('TONLE-unionpay-acp.pub.pem', await pem(ours.publicKey, 'spki')),
    },
    settings: {
      TONLE_UNIONPAY_ACP_METHOD: '01',
      TONLE_UNIONPAY_ACP_CERTIFICATE_ID: '68759663125',
      TONLE_UNIONPAY_ACP_ROOT: rootPath,
      TONLE_UNIONPAY_ACP_INTERMEDIATES: between,
    },
  };
}
