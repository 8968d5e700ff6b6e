import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockHome } from './lock.js';
import { LaunchError } from './ports.js';

describe('the lock of a home', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'tonle-lock-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('is held by one, and free again when released', () => {
    const first = lockHome(home);
    expect(() => lockHome(home)).toThrow(LaunchError);
    first.release();
    const second = lockHome(home);
    expect(second.tookOver).toBe(false);
    second.release();
    expect(readdirSync(home)).toEqual([]);
  });

  it('is taken over from an earlier life with the same process id, as in a container', () => {
    writeFileSync(join(home, 'launcher.pid'), `${process.pid}\n`);
    const lock = lockHome(home);
    expect(lock.tookOver).toBe(true);
    expect(() => lockHome(home)).toThrow(LaunchError);
    lock.release();
  });

  it('is taken over from a dead process, not from a launcher that lives', async () => {
    writeFileSync(join(home, 'main-other.js'), 'console.log("up"); setInterval(() => undefined, 1000);');
    const other = spawn(process.execPath, [join(home, 'main-other.js')]);
    await new Promise((done) => other.stdout.once('data', done));
    writeFileSync(join(home, 'launcher.pid'), `${other.pid}\n`);
    expect(() => lockHome(home)).toThrow(LaunchError);
    const ended = new Promise((done) => other.once('exit', done));
    other.kill('SIGKILL');
    await ended;
    const lock = lockHome(home);
    expect(lock.tookOver).toBe(true);
    lock.release();
  });
});
