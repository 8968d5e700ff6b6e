import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as x509 from '@peculiar/x509';
import { seededRandom, TestClock } from '@tonle/platform';
import { loadRsaPrivateKey, signParameters, verifyParameters, type ParameterSigner } from '@tonle/security';
import { parametersDoor, parametersSigned, type ParameterWireSignature } from './parameter-wire.js';
import { signedByPath } from './listener.js';
import type { Outgoing } from './wire.js';

const NOW = Date.parse('2026-11-28T16:30:00Z');
const folder = mkdtempSync(join(tmpdir(), 'tonle-parameters-'));
afterAll(() => rmSync(folder, { recursive: true }));
const context = { clock: new TestClock(NOW), random: seededRandom(1), findKey: () => undefined };
const ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};
const NAME = '041@Z12@00040000:SIGN@00000001';

async function ask(signature: ParameterWireSignature, answer: Record<string, string>, text?: string) {
  let sent: Outgoing | undefined;
  const carry = parametersSigned(signature)(context)(async (request) => {
    sent = request;
    const body =
      text ??
      Object.entries(answer)
        .map((each) => each.join('='))
        .join('&');
    return { reply: { kind: 'answered', status: 200, headers: {}, bytes: Buffer.from(body) }, evidence: [] };
  });
  const parameters = { version: '5.1.0', txnType: '76', merId: '777290058110048', note: 'a b&c' };
  const request = { wire: 'w', method: 'POST', path: '/', operation: 'o', headers: {}, parameters } as const;
  const { reply } = await carry({ ...request, timeoutMs: 1, subject: 's' });
  return { form: Object.fromEntries(new URLSearchParams(sent!.body!.toString())), reply };
}

describe('parameters over a wire', () => {
  const signer = { method: '11', secret: 'shared' } as const;
  const answered = (more: object = {}) => {
    const parameters = { respCode: '00', signMethod: '11', reserved: '{a=1&b=2}', ...more };
    return { ...parameters, signature: signParameters(parameters, signer) };
  };

  it('are a form, signed by the secret over what is not encoded', async () => {
    const { form, reply } = await ask(signer, answered());
    expect(form).toMatchObject({ note: 'a b&c', signMethod: '11' });
    expect(verifyParameters(form, signer)).toBe(true);
    expect(reply.kind).toBe('answered');
  });

  it.each<[string, Record<string, string>, string | undefined]>([
    ['none', { respCode: '00' }, undefined],
    ['another method', { ...answered(), signMethod: '12' }, undefined],
    ['a changed value', { ...answered(), respCode: '98' }, undefined],
    ['no parameters', {}, '<html>'],
  ])('do not know what happened after an answer with %s', async (_name, answer, text) => {
    expect((await ask(signer, answer, text)).reply).toMatchObject({ kind: 'ambiguous' });
  });
});

const attempts = { mayTry: () => true, failed: () => undefined };
const formOf = (fields: Record<string, string>, url = '/notify') => ({
  method: 'POST',
  url,
  headers: {},
  rawBody: Buffer.from(new URLSearchParams(fields).toString()),
});

describe('a form at the door', () => {
  const signer = { method: '12', secret: 'shared' } as const;
  const fields = { txnType: '01', signMethod: '12', note: '{a=1&b=+}' };
  const signedFields = { ...fields, signature: signParameters(fields, signer) };
  const door = parametersDoor(signer)(context);

  it('is believed by its signature over what is not encoded, and answered without one', () => {
    expect(door.checkRequest(formOf(signedFields), attempts)).toMatchObject({ kind: 'verified' });
    expect(door.signAnswer(200, 'text/plain', 'ok', undefined)).toEqual({ headers: {}, body: 'ok' });
  });

  it('is refused unsigned, changed, twice named, and by who fails too often', () => {
    const failed: string[] = [];
    const counted = { mayTry: () => failed.length < 2, failed: (keyId: string) => void failed.push(keyId) };
    const check = (form: ReturnType<typeof formOf>) => door.checkRequest(form, counted);
    expect(check(formOf(fields))).toMatchObject({ reason: 'signature_missing' });
    expect(check({ ...formOf(fields), rawBody: Buffer.alloc(0) })).toMatchObject({
      reason: 'signature_missing',
    });
    const twice = Buffer.concat([formOf(signedFields).rawBody, Buffer.from('&txnType=01')]);
    expect(check({ ...formOf(fields), rawBody: twice })).toMatchObject({ reason: 'signature_missing' });
    for (const wrong of [{ txnType: '04' }, { signMethod: '11' }])
      expect(check(formOf({ ...signedFields, ...wrong }))).toMatchObject({ reason: 'signature_invalid' });
    expect(check(formOf(signedFields))).toMatchObject({ reason: 'signatures_failing' });
  });

  it('is so at its own path alone', () => {
    const others = parametersDoor({ method: '12', secret: 'of the others' });
    const byPath = signedByPath({ '/notify': parametersDoor(signer) }, others)(context);
    const verdict = byPath.checkRequest(formOf(signedFields), attempts);
    expect(verdict.kind).toBe('verified');
    if (verdict.kind === 'verified')
      expect(byPath.signAnswer(200, 'text/plain', 'ok', verdict.seen)).toEqual({ headers: {}, body: 'ok' });
    for (const url of ['/pay', '/notify?x', '/notify/'])
      expect(byPath.checkRequest(formOf(signedFields, url), attempts)).toMatchObject({
        reason: 'signature_invalid',
      });
  });
});

describe('parameters signed by certificates', () => {
  let signature: Extract<ParameterWireSignature, { method: '01' }>;
  let theirs: { signer: ParameterSigner; pem: string };

  beforeAll(async () => {
    const make = async (
      name: string,
      ca: boolean,
      by?: { keys: webcrypto.CryptoKeyPair; subject: string },
    ) => {
      const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
      const certificate = await x509.X509CertificateGenerator.create({
        subject: `CN=${name}`,
        issuer: by?.subject ?? `CN=${name}`,
        notBefore: new Date(NOW - 1000),
        notAfter: new Date(NOW + 86_400_000),
        publicKey: keys.publicKey,
        signingKey: (by?.keys ?? keys).privateKey,
        signingAlgorithm: ALGORITHM,
        extensions: [new x509.BasicConstraintsExtension(ca, undefined, true)],
      });
      const pkcs8 = x509.PemConverter.encode(
        await webcrypto.subtle.exportKey('pkcs8', keys.privateKey),
        'PRIVATE KEY',
      );
      return { keys, subject: certificate.subject, pem: certificate.toString('pem'), pkcs8 };
    };
    const root = await make('root', true);
    const leaf = await make(NAME, false, root);
    const ours = await make('ours', false, root);
    writeFileSync(join(folder, 'root.crt'), root.pem);
    writeFileSync(join(folder, 'ours.key'), ours.pkcs8);
    theirs = { signer: { method: '01', privateKey: loadRsaPrivateKey(leaf.pkcs8) }, pem: leaf.pem };
    signature = {
      method: '01',
      keyPath: join(folder, 'ours.key'),
      certificateId: '68759663125',
      rootPath: join(folder, 'root.crt'),
      intermediatePaths: [],
      isPartner: (name) => name.split('@')[2] === '00040000:SIGN',
    };
  });

  it('name ours, and believe that of the network by its chain and its name', async () => {
    const parameters = { respCode: '00', signMethod: '01', version: '5.1.0', signPubKeyCert: theirs.pem };
    const answer = { ...parameters, signature: signParameters(parameters, theirs.signer) };
    const { form, reply } = await ask(signature, answer);
    expect(form).toMatchObject({ certId: '68759663125', signMethod: '01' });
    expect(reply.kind).toBe('answered');
    const stranger = { ...signature, isPartner: () => false };
    expect((await ask(stranger, answer)).reply).toMatchObject({ kind: 'ambiguous' });
    const { signPubKeyCert: _none, ...bare } = answer;
    expect((await ask(signature, bare)).reply).toMatchObject({ kind: 'ambiguous' });
    const door = parametersDoor(signature)(context);
    expect(door.checkRequest(formOf(answer), attempts)).toMatchObject({ kind: 'verified' });
    expect(parametersDoor(stranger)(context).checkRequest(formOf(answer), attempts)).toMatchObject({
      reason: 'signature_invalid',
    });
  });
});
