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
