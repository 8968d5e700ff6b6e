import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { signManifest } from '@tonle/security';
import { zipSync } from 'fflate';
import { runTonle } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'tonle-evidence-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const MESSAGE = Buffer.from('<Document/>');

const keys = generateKeyPairSync('ed25519');
const pemOf = (key: typeof keys.publicKey) => Buffer.from(key.export({ type: 'spki', format: 'pem' }));
const KEY = join(folder, 'switch.pub.pem');
writeFileSync(KEY, pemOf(keys.publicKey));

/** A bundle as the gateway makes it: `over` is changed before it is hashed and signed. */
function filesOf(over: Record<string, Uint8Array> = {}, by = keys): Record<string, Uint8Array> {
  const entry = {
    id: 'x/1',
    message: { file: 'messages/1.xml', sha256: hashOf(MESSAGE), size: MESSAGE.length },
  };
  const story = Buffer.from(JSON.stringify({ paymentId: 'P', entries: [entry], incomplete: [], cut: [] }));
  const files: Record<string, Uint8Array> = {
    ...{ 'story.json': story, 'messages/1.xml': MESSAGE, 'signer.pub.pem': pemOf(by.publicKey) },
    ...over,
  };
  const sums = Object.entries(files).map(([name, bytes]) => `${hashOf(bytes)}  ${name}\n`);
  const manifest = Buffer.from(sums.join(''));
  return { ...files, SHA256SUMS: manifest, 'SHA256SUMS.sig': signManifest(manifest, by.privateKey) };
}

async function verify(
  files: Record<string, Uint8Array> | Uint8Array,
  key: readonly string[] = ['--key', KEY],
): Promise<[number, string]> {
  const lines: string[] = [];
  const file = join(folder, 'bundle.zip');
  writeFileSync(file, files instanceof Uint8Array ? files : zipSync(files, { level: 0 }));
  const keep = (text: string): void => void lines.push(text);
  const args = ['--home', folder, 'explain', '--verify', file, ...key];
  const code = await runTonle(args, { json: false, out: keep, err: keep }, {});
  return [code, lines.join('\n').replaceAll(file, 'FILE')];
}

/** The file with one bit of one byte turned. */
function turned(bytes: Uint8Array, at: number): Uint8Array {
  const other = Buffer.from(bytes);
  other[at]! ^= 1;
  return other;
}

describe('a bundle of evidence is verified', () => {
  it('when it is what the switch has made, without a switch', async () => {
    const [code, text] = await verify(filesOf());
    expect([code, text]).toEqual([
      0,
      expect.stringMatching(/^FILE is whole: the evidence of payment P, signed by key [0-9a-f]{64}$/),
    ]);
  });

  it('with the key of the home where no other is named', async () => {
    expect(await verify(filesOf(), [])).toEqual([2, expect.stringContaining('Name by --key the public key')]);
    mkdirSync(join(folder, 'keys'));
    writeFileSync(join(folder, 'keys', 'TONLE-evidence.pub.pem'), pemOf(keys.publicKey));
    expect((await verify(filesOf(), []))[0]).toBe(0);
  });

  it('and every byte of every file counts', async () => {
    for (const [name, bytes] of Object.entries(filesOf()))
      for (let at = 0; at < bytes.length; at += 1) {
        const [code, text] = await verify({ ...filesOf(), [name]: turned(bytes, at) });
        expect([name, at, code, text]).toEqual([
          name,
          at,
          1,
          expect.stringContaining('is not what was made'),
        ]);
      }
  });

  it('and another message with hashes made to fit is found, whoever signed it', async () => {
    const forged = { 'messages/1.xml': Buffer.from('y') };
    const { 'SHA256SUMS.sig': own } = filesOf();
    const fitted = await verify({ ...filesOf(forged), 'SHA256SUMS.sig': own! });
    expect(fitted).toEqual([1, expect.stringContaining('SHA256SUMS.sig does not hold')]);
    const byStranger = await verify(filesOf(forged, generateKeyPairSync('ed25519')));
    expect(byStranger).toEqual([
      1,
      expect.stringMatching(/^FILE is not what was made:\n {2}it was signed by another key/),
    ]);
    expect(byStranger[1]).toContain(`than that of ${KEY} (`);
    const { 'SHA256SUMS.sig': _gone, ...unsigned } = filesOf(forged);
    expect(await verify(unsigned)).toEqual([1, expect.stringContaining('it is not signed')]);
    // The switch itself would have said another thing than its story does.
    expect(await verify(filesOf(forged))).toEqual([
      1,
      expect.stringContaining('messages/1.xml is not the message that the story tells of'),
    ]);
  });

  it.each<[string, (files: Record<string, Uint8Array>) => Record<string, Uint8Array>, string]>([
    ['added', (files) => ({ ...files, 'messages/2.xml': MESSAGE }), 'messages/2.xml is not among the hashes'],
    ['taken away', ({ 'messages/1.xml': _gone, ...files }) => files, 'messages/1.xml is missing'],
  ])('and a message that was %s is found', async (_what, change, fault) => {
    expect(await verify(change(filesOf()))).toEqual([1, expect.stringContaining(fault)]);
  });

  it('and what is none, or has two files of one name, is said to be none', async () => {
    expect(await verify(Buffer.from('hello'))).toEqual([
      2,
      expect.stringContaining('FILE is no bundle of evidence: it is not a zip file'),
    ]);
    const other = zipSync({ 'a.txt': Buffer.from('a') });
    expect(await verify(other)).toEqual([
      2,
      expect.stringContaining('FILE is no bundle of evidence: it has no'),
    ]);
    const zip = Buffer.from(zipSync({ ...filesOf(), 'story.jsom': Buffer.from('{}') }, { level: 0 }));
    const twice = Buffer.from(zip.toString('latin1').replaceAll('story.jsom', 'story.json'), 'latin1');
    expect(await verify(twice)).toEqual([2, expect.stringContaining('story.json is in it twice')]);
  });

  it('by a key that is one', async () => {
    const notOne = join(folder, 'rsa.pub.pem');
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(notOne, rsa.publicKey.export({ type: 'spki', format: 'pem' }));
    expect(await verify(filesOf(), ['--key', notOne])).toEqual([2, expect.stringContaining('Ed25519')]);
  });
});
