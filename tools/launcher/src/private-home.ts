import { chmodSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What we write ourselves and nobody else need read; servers keep their own folders. */
const OWN_FOLDERS = ['keys', 'pki', 'logs', 'sandbox'];
const OTHERS = 0o077;

/**
 * Makes the home, for its owner alone; what an earlier version left open to others is closed. Another launcher may do the same in the same
 * moment, or run in this home: nobody holds it yet.
 */
export function closeToOthers(home: string): void {
  make(home);
  close(home);
  for (const folder of OWN_FOLDERS.map((name) => join(home, name)).filter(isFolder)) {
    close(folder);
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) close(join(folder, name));
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Not `recursive`: where the system makes no folders at all (/proc), Node.js never ends trying. */
function make(folder: string): void {
  if (isFolder(folder)) return;
  make(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!isFolder(folder)) throw error;
  }
}

function close(path: string): void {
  try {
    const entry = lstatSync(path);
    const { mode } = entry;
    if ((mode & OTHERS) !== 0 && !entry.isSymbolicLink()) chmodSync(path, mode & ~OTHERS & 0o777);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
