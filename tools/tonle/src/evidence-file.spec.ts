import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { zipSync } from 'fflate';
import { runTonle } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'tonle-evidence-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const MESSAGE = Buffer.from('<Document/>');

function filesOf(message: Uint8Array = MESSAGE): Record<string, Uint8Array> {
  const entry = {
    id: 'x/1',
    message: { file: 'messages/1.xml', sha256: hashOf(MESSAGE), size: MESSAGE.length },
  };
  const story = Buffer.from(JSON.stringify({ paymentId: 'P', entries: [entry], incomplete: [], cut: [] }));
  const files: Record<string, Uint8Array> = { 'story.json': story, 'messages/1.xml': message };
  const sums = Object.entries(files).map(([name, bytes]) => `${hashOf(bytes)}  ${name}\n`);
  return { ...files, SHA256SUMS: Buffer.from(sums.join('')) };
}

async function verify(files: Record<string, Uint8Array> | Uint8Array): Promise<[number, string]> {
  const lines: string[] = [];
  const file = join(folder, 'bundle.zip');
  writeFileSync(file, files instanceof Uint8Array ? files : zipSync(files));
  const keep = (text: string): void => void lines.push(text);
  const code = await runTonle(['explain', '--verify', file], { json: false, out: keep, err: keep }, {});
  return [code, lines.join('\n').replaceAll(file, 'FILE')];
}

describe('a bundle of evidence is verified', () => {
  it('when it is whole, without a switch', async () => {
    expect(await verify(filesOf())).toEqual([0, 'FILE is whole: the evidence of payment P']);
  });

  it.each<[string, Record<string, Uint8Array>, string]>([
    ['a changed message', { ...filesOf(), 'messages/1.xml': Buffer.from('x') }, 'messages/1.xml was changed'],
    [
      'a message that was added',
      { ...filesOf(), 'messages/2.xml': MESSAGE },
      'messages/2.xml is not among the hashes',
    ],
    [
      'another message with a hash of its own',
      filesOf(Buffer.from('y')),
      'is not the message that the story tells of',
    ],
  ])('and %s is found', async (_what, files, fault) => {
    const [code, text] = await verify(files);
    expect(code).toBe(1);
    expect(text).toContain(fault);
  });

  it('and a message that was taken away is found', async () => {
    const { 'messages/1.xml': _gone, ...files } = filesOf();
    const [code, text] = await verify(files);
    expect(code).toBe(1);
    expect(text).toContain('messages/1.xml is missing');
  });

  it('and what is none is said to be none', async () => {
    expect((await verify(Buffer.from('hello')))[0]).toBe(2);
  });
});
