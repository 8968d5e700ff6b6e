import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'tonle-iso20022-'));
afterAll(() => rmSync(folder, { recursive: true }));

const keys = join(folder, 'services.json');
const key = [{ id: '1', secret: '0f'.repeat(32) }];
writeFileSync(keys, JSON.stringify({ 'adapter-fiji': key, 'adapter-solomon': key }));
const ENOUGH = {
  TONLE_NETWORKS_DIR: 'deploy/networks',
  TONLE_NETWORK: 'fiji,solomon',
  TONLE_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  TONLE_KAFKA_BROKERS: '127.0.0.1:1',
  TONLE_REDIS_URL: 'redis://127.0.0.1:1',
  TONLE_SERVICE_KEYS_FILE: keys,
  TONLE_INTERNAL_PORT: '0',
  TONLE_SANDBOX: 'true',
};

function run(settings: Readonly<Record<string, string>>) {
  const { PATH = '' } = process.env;
  const { status, stderr } = spawnSync(process.execPath, ['services/adapter-iso20022/dist/main.js'], {
    env: { PATH, ...settings },
    encoding: 'utf8',
  });
  return { status, stderr };
}

describe('a process of several networks', () => {
  it('names the one whose own setting is wrong, and ends', () => {
    const { status, stderr } = run({ ...ENOUGH, TONLE_SOLOMON_INTERNAL_PORT: 'none' });
    expect(stderr).toContain('adapter-solomon did not start: TONLE_INTERNAL_PORT');
    expect(status).toBe(2);
  });

  it.each([
    ['nobody says which networks', { TONLE_NETWORKS_DIR: 'deploy/networks' }, 'say which networks these are'],
    ['one is in no folder', { ...ENOUGH, TONLE_NETWORK: 'fiji,reef' }, 'TONLE_NETWORK names reef'],
  ])('does not start when %s', (_name, settings, because) => {
    const { status, stderr } = run(settings);
    expect(stderr).toContain(because);
    expect(status).not.toBe(0);
  });
});
