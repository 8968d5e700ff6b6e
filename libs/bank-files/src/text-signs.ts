import { refusedFile, type BankFileRefusal } from './reading.js';

/** Controls other than tabs and line ends: in no text, and no database keeps all of them. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Refuses a text file with a sign that no text has; undefined when there is none. */
export function strangeSign(text: string): BankFileRefusal | undefined {
  const found = CONTROL.exec(text);
  if (found === null) return undefined;
  const line = text.slice(0, found.index).split(/\r\n|\n|\r/).length;
  const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return refusedFile('malformed', `line ${line}`, `has U+${code}, which no text has`);
}
