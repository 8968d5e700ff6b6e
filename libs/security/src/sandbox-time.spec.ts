import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { until } from '../../../tests/world/until.js';
import { moveSandboxTime, readSandboxTime, SandboxTime, sandboxTimeFile } from './index.js';

const homes: string[] = [];
afterAll(() => homes.forEach((home) => rmSync(home, { recursive: true })));

function newFile(): string {
  const home = mkdtempSync(join(tmpdir(), 'tonle-time-'));
  homes.push(home);
  return sandboxTimeFile(home);
}

describe("a sandbox's time", () => {
  it('is the time of the machine until somebody moves it, for whoever looks', async () => {
    const file = newFile();
    const [one, two] = [new SandboxTime(file), new SandboxTime(file)];
    expect([readSandboxTime(file), one.aheadMs(), two.aheadMs()]).toEqual([0, 0, 0]);
    moveSandboxTime(file, 86_400_000);
    await until('both to follow', () => one.aheadMs() === 86_400_000 && two.aheadMs() === 86_400_000);
  });

  it('goes forward only', async () => {
    const file = newFile();
    moveSandboxTime(file, 1_000);
    expect(() => moveSandboxTime(file, 999)).toThrow('goes forward only');
    expect(() => moveSandboxTime(file, 1_000.5)).toThrow(RangeError);
    const time = new SandboxTime(file);
    expect(time.aheadMs()).toBe(1_000);
    writeFileSync(file, '5\n');
    expect(readSandboxTime(file)).toBe(5);
    const other = new SandboxTime(newFile());
    const begunMs = performance.now();
    await until('another look', () => other.aheadMs() === 0 && performance.now() > begunMs + 200);
    expect(time.aheadMs()).toBe(1_000);
  });

  it('is no guess when its file holds something else', () => {
    const file = newFile();
    writeFileSync(file, 'tomorrow');
    expect(() => new SandboxTime(file).aheadMs()).toThrow('must hold milliseconds, not "tomorrow"');
  });
});
