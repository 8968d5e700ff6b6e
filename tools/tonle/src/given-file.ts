import { readFileSync } from 'node:fs';
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
