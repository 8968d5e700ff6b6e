// The test vector of docs/api.md: what the page and the file say is what is signed, and what the command shows.
import { createPrivateKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { explainRequest } from '@tonle/security';
import { runTonle } from './program.js';

interface Vector {
  readonly privateKey: { readonly kty: string; readonly crv: string; readonly d: string; readonly x: string };
  readonly keyId: string;
  readonly created: number;
  readonly nonce: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  readonly base: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

const read = (file: string) => readFileSync(new URL(`../../../docs/${file}`, import.meta.url), 'utf8');
const vector = JSON.parse(read('examples/signature.json')) as Vector;
const { keyId, created, nonce, request, base, headers } = vector;
const privateKey = createPrivateKey({ key: vector.privateKey, format: 'jwk' });

const home = mkdtempSync(join(tmpdir(), 'tonle-sign-'));
mkdirSync(join(home, 'keys'));
writeFileSync(join(home, 'keys', `${keyId}.key.pem`), privateKey.export({ type: 'pkcs8', format: 'pem' }));
afterAll(() => rmSync(home, { recursive: true }));

async function sign(...more: string[]): Promise<{ code: number; out: string }> {
  const out: string[] = [];
  const output = { json: false, out: (text: string) => void out.push(text), err: () => undefined };
  const { pathname } = new URL(request.url);
  const options = ['--created', String(created), '--nonce', nonce, ...more];
  const args = ['--sign-with', keyId, 'sign', request.method, pathname, request.body, ...options];
  return { code: await runTonle(args, output, { TONLE_HOME: home }), out: out.join('\n') };
}

function fileOf(text: string): string {
  const file = join(home, 'base.txt');
  writeFileSync(file, text);
  return file;
}

describe('the test vector', () => {
  it('is what we sign', () => {
    const signed = explainRequest({ ...request, keyId, created, nonce, privateKey });
    expect(signed).toEqual({ base: base.join('\n'), headers });
  });

  it('stands in the page as in the file', () => {
    const page = read('api.md');
    expect(page).toContain(`\n${base.join('\n')}\n`);
    expect(page).toContain(`Signature: ${headers['signature']}`);
    expect(page).toContain(`Signature-Input: ${headers['signature-input']}`);
    expect(page).toContain(`"d": "${vector.privateKey.d}", "x": "${vector.privateKey.x}"`);
    expect(page).toContain(`\n${request.body}\n`);
  });
});

describe('tonle sign', () => {
  it('explains the base line by line, and gives the headers', async () => {
    const { code, out } = await sign('--explain');
    expect(code).toBe(0);
    for (const line of base) expect(out).toContain(line);
    expect(out).toContain(`signature: ${headers['signature']}`);
  });

  it('says which line of a base differs', async () => {
    expect((await sign('--base', fileOf(base.join('\n')))).code).toBe(0);
    const wrong = [...base];
    wrong[1] = '"@path": /v1/quote';
    const { code, out } = await sign('--base', fileOf(wrong.join('\n')));
    expect(code).toBe(1);
    expect(out).toContain('line 2 differs:');
    expect(out).not.toContain('line 1 differs:');
    expect((await sign('--base', fileOf(`${base.join('\n')}\n`))).out).toContain('ends with a line feed');
  });
});
