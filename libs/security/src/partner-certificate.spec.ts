import 'reflect-metadata';
import { webcrypto, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import * as x509 from '@peculiar/x509';
import { trustedCertificate, type CertificateTrust } from './partner-certificate.js';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-01-15T00:00:00Z');

interface Made {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

async function make(name: string, by?: Made, options: { ca?: boolean; days?: number } = {}): Promise<Made> {
  const { ca = true, days = 30 } = options;
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '1002653215',
    subject: `CN=${name}`,
    issuer: by?.certificate.subject ?? `CN=${name}`,
    notBefore: new Date(NOW - DAY_MS),
    notAfter: new Date(NOW + days * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: (by?.keys ?? keys).privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.BasicConstraintsExtension(ca, undefined, true)],
  });
  return { certificate, keys };
}

const pemOf = ({ certificate }: Made): string => certificate.toString('pem');
const certificateOf = (made: Made): X509Certificate => new X509Certificate(pemOf(made));
const NAME = '041@Z12@00040000:SIGN@00040000:SIGN@00000001';

describe('the certificate of a partner', () => {
  let [root, middle, leaf]: Made[] = [];
  let trust: CertificateTrust;

  beforeAll(async () => {
    root = await make('CFCA TEST CS CA');
    middle = await make('CFCA TEST OCA1', root);
    leaf = await make(NAME, middle, { ca: false });
    trust = {
      root: certificateOf(root),
      intermediates: [certificateOf(middle)],
      isPartner: (name) => name.split('@')[2] === '00040000:SIGN',
    };
  });

  it('is believed when it leads to the root and names the partner', async () => {
    expect(trustedCertificate(pemOf(leaf!), trust, NOW)?.subject).toContain(NAME);
    const direct = await make(NAME, root, { ca: false });
    expect(trustedCertificate(pemOf(direct), trust, NOW)).toBeDefined();
  });

  it.each<[string, () => Promise<string> | string]>([
    ['of another root', async () => pemOf(await make(NAME, await make('CFCA TEST CS CA'), { ca: false }))],
    ['that it signed itself', async () => pemOf(await make(NAME, undefined, { ca: false }))],
    ['of another name', async () => pemOf(await make('a@b@other@c', middle, { ca: false }))],
    ['by one that is no authority', async () => pemOf(await make(NAME, leaf, { ca: false }))],
    ['that is an authority itself', async () => pemOf(await make(NAME, middle))],
    ['that has expired', async () => pemOf(await make(NAME, middle, { ca: false, days: -0.5 }))],
    ['that is none', () => 'nothing'],
  ])('is not believed: one %s', async (_name, pem) => {
    expect(trustedCertificate(await pem(), trust, NOW)).toBeUndefined();
  });

  it('is not believed when what stands between is missing, or the root has ended', async () => {
    expect(trustedCertificate(pemOf(leaf!), { ...trust, intermediates: [] }, NOW)).toBeUndefined();
    const ended = await make('old', undefined, { days: -0.5 });
    const below = await make(NAME, ended, { ca: false });
    expect(trustedCertificate(pemOf(below), { ...trust, root: certificateOf(ended) }, NOW)).toBeUndefined();
  });
});
