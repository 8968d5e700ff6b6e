import { isUtf8 } from 'node:buffer';
import type { IsoError } from '../model.js';
import type { TextError } from './policy.js';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * UTF-8 bytes as a string, one character a byte: what the XML reader works on. Markup is ASCII, indexes are byte
 * offsets, and only what holds a character above 127 is decoded.
 */
export type ByteText = string;

/** Text as the bytes of its UTF-8. */
export function toByteText(text: string): ByteText {
  return Buffer.from(text).toString('latin1');
}

/** A piece of a byte text, cut at characters, as text. */
export function fromByteText(bytes: ByteText): string {
  return /[\x80-\xff]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString() : bytes;
}

/** Bytes as byte text. Anything that is not UTF-8 is refused with the place of its first wrong byte. */
export function byteTextOf(bytes: Uint8Array): DecodedBytes<ByteText> {
  if (!isUtf8(bytes)) return { error: notUtf8(bytes) };
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { text: buffer.toString('latin1') };
}

export type DecodedBytes<T = string> = { readonly text: T } | { readonly error: IsoError };

/** Bytes as text. Anything that is not UTF-8 is refused with the place of its first wrong byte. */
export function decodeBytes(bytes: Uint8Array): DecodedBytes {
  try {
    return { text: UTF8.decode(bytes) };
  } catch {
    return { error: notUtf8(bytes) };
  }
}

function notUtf8(bytes: Uint8Array): IsoError {
  const offset = firstInvalidByte(bytes);
  const line = bytes.subarray(0, offset).filter((byte) => byte === 10).length + 1;
  return { code: 'encoding', path: '', line, offset, detail: 'the bytes are not UTF-8' };
}

const DECLARED = /^(<\?xml[^>]*?encoding\s*=\s*["'])([A-Za-z][\w.-]*)/;
// A TextDecoder reads Windows-1252 under this name: bytes that are control characters would become letters.
const LATIN_1 = /^(?:iso[-_]8859-1|latin1|l1)$/;
const UTF16: Readonly<Record<string, string>> = { '255,254': 'utf-16le', '254,255': 'utf-16be' };

/** Bytes as byte text from the encoding that they declare, for files from elsewhere; the text then says UTF-8. */
export function decodeDeclared(bytes: Uint8Array): DecodedBytes<ByteText> {
  const wide = UTF16[bytes.subarray(0, 2).join(',')];
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const label = wide ?? DECLARED.exec(head)?.[2]?.toLowerCase();
  if (label === undefined || label === 'utf-8') return byteTextOf(bytes);
  try {
    const text = LATIN_1.test(label)
      ? Buffer.from(bytes).toString('latin1')
      : new TextDecoder(label, { fatal: true, ignoreBOM: false }).decode(bytes);
    return { text: toByteText(text.replace(DECLARED, '$1UTF-8')) };
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
export function locateErrors(text: ByteText, errors: readonly TextError[]): IsoError[] {
  const ordered = [...errors].sort((a, b) => a.index - b.index);
  let offset = 0;
  let line = 1;
  return ordered.map((error) => {
    const between = text.slice(offset, error.index);
    for (let at = between.indexOf('\n'); at >= 0; at = between.indexOf('\n', at + 1)) line += 1;
    offset = error.index;
    return { code: error.code, path: error.path, line, offset, detail: error.detail };
  });
}
