import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchError } from './ports.js';

function commandOf(pid: number): string {
  return (
    spawnSync('ps', ['-o', 'args=', '-p', String(pid)])
      .stdout?.toString()
      .trim() ?? ''
  );
}

export interface HomeLock {
  /** True when the last holder was killed: what it started may still be going down. */
  readonly tookOver: boolean;
  release(): void;
}

/** One launcher a home. Throws LaunchError while another one lives; takes over from a dead one. */
export function lockHome(home: string): HomeLock {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const file = join(home, 'launcher.pid');
  let tookOver = false;
  for (;;) {
    try {
      writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
      return { tookOver, release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number.parseInt(readFileSync(file, 'utf8'), 10);
    if (Number.isInteger(holder) && /\.main\.js|jest/.test(commandOf(holder))) {
      throw new LaunchError(
        `Tonle runs already in ${home} (process ${holder}). Stop it first, or give this one a home ` +
          'of its own: --home FOLDER --port-base N.',
      );
    }
    tookOver = true;
    rmSync(file, { force: true });
  }
}
