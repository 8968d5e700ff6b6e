import { spawn, spawnSync, type SpawnOptions } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const OUTPUT_KEPT = 4_000;
const INSTALL_LOCK = join(tmpdir(), 'tonle-packages.lock');

/** Told what takes time, in words for the person at the terminal. */
export type Report = (line: string) => void;

/** Can this program be run here? */
export function has(program: string, args: readonly string[] = ['--version']): boolean {
  return spawnSync(program, [...args], { stdio: 'ignore' }).error === undefined;
}

/** Runs a program to its end. Throws with the end of its output when it fails. */
export function run(program: string, args: readonly string[], options: SpawnOptions = {}): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(program, [...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-OUTPUT_KEPT);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.once('error', fail);
    child.once('exit', (code) =>
      code === 0 ? done() : fail(new Error(`${program} ${args[0] ?? ''} ended with ${code}:\n${output}`)),
    );
  });
}

/** May this process install packages of Debian? */
export function mayInstall(): boolean {
  return process.getuid?.() === 0 && has('apt-get');
}

/** Installs packages of Debian; throws with the end of the output when that fails. */
export async function installPackages(packages: readonly string[]): Promise<void> {
  // Without the run level Debian would start a server of its own after the installation.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  // Two at once would be refused by each other's locks: they come one after the other.
  const apt = (args: readonly string[]) => run('flock', [INSTALL_LOCK, 'apt-get', ...args], { env });
  await apt(['update', '-q']);
  await apt(['install', '-y', '-q', '--no-install-recommends', ...packages]);
}
