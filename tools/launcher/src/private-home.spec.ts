import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, jest } from '@jest/globals';

const { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } = fs;

/** Another launcher makes each folder a moment before us, and its log is gone a moment after it was listed. */
let another = false;
jest.unstable_mockModule('node:fs', () => ({
  ...fs,
  mkdirSync: (path: string, options: object) => {
    if (another) mkdirSync(path, options);
    return mkdirSync(path, options);
  },
  readdirSync: (path: string, options: { encoding: 'utf8' }) => [
    ...fs.readdirSync(path, options),
    ...(another ? ['gone.log'] : []),
  ],
}));
const { closeToOthers } = await import('./private-home.js');

const folder = mkdtempSync(join(tmpdir(), 'private-home-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

it('makes a home that others cannot enter', () => {
  const home = join(folder, 'new');
  closeToOthers(home);
  expect(modeOf(home)).toBe('700');
});

it('closes what an earlier version left open, and touches nothing else', () => {
  const home = join(folder, 'old');
  const files = ['keys/KHMEKONG.key.pem', 'sandbox/bakong/ledger.jsonl', 'logs/gateway.log', 'pki/ca.crt'];
  for (const file of [...files, 'postgres/PG_VERSION']) {
    mkdirSync(join(home, file, '..'), { recursive: true });
    writeFileSync(join(home, file), 'x');
    chmodSync(join(home, file), 0o644);
    chmodSync(join(home, file, '..'), 0o755);
  }
  chmodSync(home, 0o755);
  closeToOthers(home);
  expect(files.map((file) => modeOf(join(home, file)))).toEqual(files.map(() => '600'));
  expect([home, join(home, 'keys'), join(home, 'sandbox/bakong')].map(modeOf)).toEqual(['700', '700', '700']);
  expect(modeOf(join(home, 'postgres/PG_VERSION'))).toBe('644');
});

it('gives up where the system makes no folders', () => {
  expect(() => closeToOthers('/proc/tonle/home')).toThrow(/mkdir/);
});

it('does not mind another launcher that does the same in the same moment', () => {
  const home = join(folder, 'a', 'home');
  another = true;
  closeToOthers(home);
  mkdirSync(join(home, 'logs'));
  closeToOthers(home);
  another = false;
  expect(modeOf(home)).toBe('700');
});

it('says so where a file has the name of the home', () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'file'), 'x');
  expect(() => closeToOthers(join(folder, 'file'))).toThrow(/EEXIST/);
});
