import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from './gateway-client.js';

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'you may not read it',
};

/** A file that a person named on the command line; `-` is standard input. Throws UsageError that names it, and says `hint`. */
export function readGiven(file: string, hint?: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const mend = hint === undefined ? '' : ` ${hint}`;
    throw new UsageError(`${file} cannot be read: ${WHY[code] ?? message}.${mend}`);
  }
}

const WHY_NOT: Readonly<Record<string, string>> = {
  EEXIST: 'it is there already, and is not overwritten. Name another file, or move that one away',
  ENOENT: 'its folder does not exist. Make the folder first',
  ENOTDIR: 'what should be its folder is a file. Name another',
  EACCES: 'you may not write there. Name a file in a folder of your own',
  ENOSPC: 'the disk is full. Make room on it',
};

/** Before something is asked for that is to be written there. Throws UsageError when it could not be. */
export function checkNew(file: string): void {
  const code = existsSync(file) ? 'EEXIST' : existsSync(dirname(file)) ? undefined : 'ENOENT';
  if (code !== undefined) throw new UsageError(`${file} cannot be written: ${WHY_NOT[code]}.`);
}

/** A file that a person named, readable by its owner alone; never over one that is there. Throws UsageError that says how to mend. */
export function writeNew(file: string, content: Uint8Array | string): void {
  try {
    writeFileSync(file, content, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new UsageError(`${file} cannot be written: ${WHY_NOT[code] ?? message}.`);
  }
}
