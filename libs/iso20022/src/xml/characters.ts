import type { Blanks } from '../schema/simple.js';
import type { ByteText } from './bytes.js';

// Characters and references of XML 1.0, as far as a message may use them.

const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f]/;
/** U+FFFE and U+FFFF in UTF-8. */
const NO_CHARACTERS = ['\xef\xbf\xbe', '\xef\xbf\xbf'] as const;
const NAME_START =
  ':A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}\\u{200D}' +
  '\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}';
const NAME = new RegExp(
  `^[${NAME_START}][-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}\\u{2040}${NAME_START}]*$`,
  'u',
);
const REFERENCE = /&(?:#x0*([0-9A-Fa-f]{1,6})|#0*([0-9]{1,7})|(amp|lt|gt|quot|apos));/y;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Bit table of the ASCII characters a name may hold; every other character is looked at closely. */
const NAME_ASCII = new Uint8Array(128);
for (const character of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:') {
  NAME_ASCII[character.charCodeAt(0)] = 1;
}

/** Where the first character stands that XML does not allow at all; -1 when there is none. */
export function forbiddenCharacter(text: ByteText): number {
  // Each by itself: one search for all of them takes half as long again.
  const found = [text.search(CONTROLS), ...NO_CHARACTERS.map((bytes) => text.indexOf(bytes))];
  const places = found.filter((at) => at >= 0);
  return places.length === 0 ? -1 : Math.min(...places);
}

/** The end of the name that starts at `from`. */
export function nameEnd(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code < 128 ? NAME_ASCII[code] !== 1 : !(code >= 128)) return at;
    at += 1;
  }
}

/** A Name of XML 1.0: colons may be anywhere in it. */
export function isName(name: string): boolean {
  return NAME.test(name);
}

/** White space of XML 1.0: space, line feed, carriage return, tab. */
export function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

/** The first place from `from` on that is no blank; the length of the text when all are. */
export function skipBlanks(text: string, from: number): number {
  let at = from;
  while (isBlank(text.charCodeAt(at))) at += 1;
  return at;
}

/** The first character in the range that is not a blank; -1 when all are. */
export function firstNonBlank(text: string, from: number, to: number): number {
  for (let at = from; at < to; at++) if (!isBlank(text.charCodeAt(at))) return at;
  return -1;
}

/** Text without the blanks that its type drops; blanks inside become single ones. */
export function withoutBlanks(value: string, blanks: Blanks): string {
  if (blanks === 'keep') return value;
  const inside =
    value.length > 0 && !isBlank(value.charCodeAt(0)) && !isBlank(value.charCodeAt(value.length - 1));
  if (inside && !/\s/.test(value)) return value;
  if (blanks === 'drop_leading') return value.replace(/^[ \t\r\n]+/, '');
  // libxml2 takes them after a zone only: 09:30:00Z but not 09:30:00.
  if (blanks === 'drop_after_zone') return value.replace(/(Z|[+-]\d\d:\d\d)[ \t\r\n]+$/, '$1');
  return value.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');
}

function allowed(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}

export type Decoded = { readonly value: string } | { readonly wrongAt: number };

/**
 * Text with its references replaced and its line ends made one character. Only the five entities of XML
 * itself exist here; every other one is wrong, whatever a document type might say.
 */
export function decodeText(raw: string): Decoded {
  const text = raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw;
  let at = text.indexOf('&');
  if (at < 0) return { value: text };
  let value = '';
  let from = 0;
  for (; at >= 0; at = text.indexOf('&', from)) {
    REFERENCE.lastIndex = at;
    const match = REFERENCE.exec(text);
    if (match === null) return { wrongAt: at };
    const [all, hex, decimal, named] = match;
    const code =
      hex !== undefined ? parseInt(hex, 16) : decimal !== undefined ? parseInt(decimal, 10) : undefined;
    if (code !== undefined && !allowed(code)) return { wrongAt: at };
    value += text.slice(from, at) + (code === undefined ? NAMED[named!] : String.fromCodePoint(code));
    from = at + all.length;
  }
  return { value: value + text.slice(from) };
}

/** Text as element content. Throws RangeError for a character that XML cannot carry. */
export function escapeText(value: string): string {
  if (FORBIDDEN.test(value) || /\p{Surrogate}/u.test(value))
    throw new RangeError('a character that XML cannot carry');
  if (!/[&<>\r]/.test(value)) return value;
  return value.replace(/[&<>\r]/g, (character) => ESCAPES[character]!);
}

/** Text as an attribute's value in double quotes. */
export function escapeAttribute(value: string): string {
  return escapeText(value).replace(/["\t\n]/g, (character) => ESCAPES[character]!);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
  '\n': '&#xA;',
  '\t': '&#x9;',
};
