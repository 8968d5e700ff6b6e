import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { filePlaceOf } from './file-place-settings.js';

const hostKey = `SHA256:${'a'.repeat(43)}`;
const of = (url: string, more: { keyFile?: string; hostKey?: string } = {}) =>
  filePlaceOf({ url: new URL(url), ...more });

describe('where files are', () => {
  it('is a folder, or a server whose key is known', () => {
    expect(of('file:///var/lib/tonle/alipay%20files')).toEqual({
      kind: 'folder',
      root: '/var/lib/tonle/alipay files',
    });
    expect(of('sftp://tonle@files.example:2222/out', { keyFile: 'id', hostKey })).toEqual({
      kind: 'sftp',
      host: 'files.example',
      port: 2222,
      user: 'tonle',
      keyFile: 'id',
      hostKey,
      root: '/out',
    });
    expect(of('sftp://tonle@files.example', { keyFile: 'id', hostKey })).toMatchObject({
      port: 22,
      root: '/',
    });
  });

  it('has the key of a server from its file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tonle-host-key-'));
    const file = join(folder, 'server.pub');
    writeFileSync(file, 'ecdsa-sha2-nistp256 dG9ubGU= server\n');
    expect(of('sftp://tonle@files.example', { keyFile: 'id', hostKey: file })).toMatchObject({
      // printf tonle | sha256sum, in base64 without the sign at its end
      hostKey: 'SHA256:eYbQorClFbjVtcPhCuQcViYMd7SD87s/6eudbdYfWD8',
    });
    writeFileSync(file, '');
    expect(() => of('sftp://tonle@files.example', { keyFile: 'id', hostKey: file })).toThrow('no key');
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['https://files.example', {}, 'files are at file:// or sftp://, not at https://'],
    ['sftp://files.example', { keyFile: 'id', hostKey }, 'names no user'],
    ['sftp://tonle@files.example', { hostKey }, 'needs the file of our private key'],
    ['sftp://tonle@files.example', { keyFile: 'id' }, 'needs the key of the server'],
    ['sftp://tonle@files.example', { keyFile: 'id', hostKey: 'aa:bb' }, 'needs the key of the server'],
  ])('%s is refused', (url, more, text) => {
    expect(() => of(url, more)).toThrow(text);
  });
});
