import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { closeToOthers } from './private-home.js';

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
