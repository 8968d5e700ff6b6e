import { spawnSync } from 'node:child_process';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { LaunchError } from './ports.js';
import { closeToOthers } from './private-home.js';

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

/** Homes that this very process holds. A file with our id that is not among them is of an earlier life. */
const held = new Set<string>();

function holderOf(file: string): number {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10);
  } catch {
    return NaN;
  }
}

/** In a container every life of the launcher may have the same process id. */
function lives(holder: number, file: string): boolean {
  if (holder === process.pid) return held.has(file);
  return Number.isInteger(holder) && /\bmain(?:-\w+)?\.js|jest/.test(commandOf(holder));
}

/** True when the file is ours now; false when there is one. It appears with its content or not at all. */
function take(file: string, own: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Puts a dead holder's file aside; gives it back when somebody alive had replaced it in the meantime. */
function putAside(file: string, aside: string): void {
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (lives(holderOf(aside), file)) take(file, aside);
  rmSync(aside, { force: true });
}

/** One launcher a home. Throws LaunchError while another one lives; takes over from a dead one. */
export function lockHome(home: string): HomeLock {
  closeToOthers(home);
  const file = resolve(home, 'launcher.pid');
  const own = `${file}.${process.pid}`;
  let tookOver = false;
  writeFileSync(own, `${process.pid}\n`);
  try {
    while (!take(file, own)) {
      const holder = holderOf(file);
      if (lives(holder, file)) {
        throw new LaunchError(
          `Tonle is already running in ${home} (process ${holder}). Stop it first, or give this one a home ` +
            'of its own: --home FOLDER --port-base N.',
        );
      }
      tookOver = true;
      putAside(file, `${own}.old`);
    }
  } finally {
    rmSync(own, { force: true });
  }
  held.add(file);
  const release = () => {
    held.delete(file);
    rmSync(file, { force: true });
  };
  return { tookOver, release };
}
