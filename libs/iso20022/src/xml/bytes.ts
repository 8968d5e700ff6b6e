import type { IsoError } from '../model.js';
import type { TextError } from './policy.js';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export type DecodedBytes = { readonly text: string } | { readonly error: IsoError };

/** Bytes as text. Anything that is not UTF-8 is refused with the place of its first wrong byte. */
export function decodeBytes(bytes: Uint8Array): DecodedBytes {
  try {
    return { text: UTF8.decode(bytes) };
  } catch {
    const offset = firstInvalidByte(bytes);
    const line = bytes.subarray(0, offset).filter((byte) => byte === 10).length + 1;
    return { error: { code: 'encoding', path: '', line, offset, detail: 'the bytes are not UTF-8' } };
  }
}

const DECLARED = /^(<\?xml[^>]*?encoding\s*=\s*["'])([A-Za-z][\w.-]*)/;
// A TextDecoder reads Windows-1252 under this name: bytes that are control characters would become letters.
const LATIN_1 = /^(?:iso[-_]8859-1|latin1|l1)$/;
const UTF16: Readonly<Record<string, string>> = { '255,254': 'utf-16le', '254,255': 'utf-16be' };

/** Bytes as text in the encoding that they declare, for files from elsewhere; the text then says UTF-8. */
export function decodeDeclared(bytes: Uint8Array): DecodedBytes {
  const wide = UTF16[bytes.subarray(0, 2).join(',')];
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const label = wide ?? DECLARED.exec(head)?.[2]?.toLowerCase();
  if (label === undefined || label === 'utf-8') return decodeBytes(bytes);
  try {
    const text = LATIN_1.test(label)
      ? Buffer.from(bytes).toString('latin1')
      : new TextDecoder(label, { fatal: true, ignoreBOM: false }).decode(bytes);
    return { text: text.replace(DECLARED, '$1UTF-8') };
  } catch {
    return {
      error: { code: 'encoding', path: '', line: 1, offset: 0, detail: `the bytes are not ${label}` },
    };
  }
}

function firstInvalidByte(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (isPrefix(bytes.subarray(0, middle))) valid = middle;
    else invalid = middle;
  }
  return valid;
}

function isPrefix(bytes: Uint8Array): boolean {
  try {
    // A stream may end inside a character.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Errors with their line and byte offset, in the order of the text. */
export function locateErrors(text: string, errors: readonly TextError[]): IsoError[] {
  const ordered = [...errors].sort((a, b) => a.index - b.index);
  let index = 0;
  let offset = 0;
  let line = 1;
  return ordered.map((error) => {
    const between = text.slice(index, error.index);
    offset += Buffer.byteLength(between);
    for (let at = between.indexOf('\n'); at >= 0; at = between.indexOf('\n', at + 1)) line += 1;
    index = error.index;
    return { code: error.code, path: error.path, line, offset, detail: error.detail };
  });
}
