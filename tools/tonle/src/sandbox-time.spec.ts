import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readSandboxTime, sandboxTimeFile } from '@tonle/security';
import { runTonle } from './program.js';

const home = mkdtempSync(join(tmpdir(), 'tonle-time-'));
afterAll(() => rmSync(home, { recursive: true }));

async function tonle(...more: string[]) {
  const told: string[] = [];
  const said: string[] = [];
  const output = {
    json: false,
    out: (text: string) => void told.push(text),
    err: (text: string) => void said.push(text),
  };
  const code = await runTonle(['--json', '--home', home, 'sandbox', 'time', ...more], output, {});
  return { code, told: told.join(''), said: said.join('') };
}

describe('tonle sandbox time', () => {
  it('shows the time, moves it on and keeps what it was moved by', async () => {
    const first = await tonle();
    expect([first.code, JSON.parse(first.told).aheadSeconds]).toEqual([0, 0]);
    expect(JSON.parse((await tonle('--forward', '90m')).told).aheadSeconds).toBe(5_400);
    expect(JSON.parse((await tonle('--forward', '1d')).told).aheadSeconds).toBe(91_800);
    expect(readSandboxTime(sandboxTimeFile(home))).toBe(91_800_000);
    const to = new Date(Date.now() + 10 * 86_400_000).toISOString();
    const moved = JSON.parse((await tonle('--to', to)).told) as { now: string };
    expect(Math.abs(Date.parse(moved.now) - Date.parse(to))).toBeLessThan(60_000);
  });

  it.each([
    [['--forward', 'tomorrow'], 'is no time; write 90m, 8h or 1d'],
    [['--to', '2026-12-01'], 'is no instant; write'],
    [['--to', '2020-01-01T00:00:00Z'], 'goes forward only'],
    [['--forward', '1d', '--to', '2099-01-01T00:00:00Z'], 'either --forward or --to'],
  ])('refuses %j', async (given, why) => {
    const before = readSandboxTime(sandboxTimeFile(home));
    const refused = await tonle(...given);
    expect(refused.code).toBe(2);
    expect(refused.told + refused.said).toContain(why);
    expect(readSandboxTime(sandboxTimeFile(home))).toBe(before);
  });
});
