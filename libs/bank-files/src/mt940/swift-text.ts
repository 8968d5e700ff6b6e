import { BANK_FILE_BYTES_MAX } from '../field-value.js';
import { refusedFile, type BankFileRefusal } from '../reading.js';
import { strangeSign } from '../text-signs.js';

// SWIFT FIN text: messages of fields, `:61:...`, each with the lines that follow it up to the next one.

export interface SwiftField {
  /** Without colons: `60F`. */
  readonly tag: string;
  /** At least one; none of them begins with a colon or a hyphen. */
  readonly lines: readonly string[];
  /** Counted from 1. */
  readonly line: number;
}

export type SwiftReading =
  { readonly kind: 'messages'; readonly messages: readonly (readonly SwiftField[])[] } | BankFileRefusal;

const FIELD = /^:(\d\d[A-Z]?):/;
/** Basic, application and user header, and where the text block begins; trailers end a message. */
const BLOCKS = /^\{[1-5]:/;
const TEXT_BLOCK = /\{4:(.*)$/;

/**
 * The messages of a file, bare or in their blocks. What is not UTF-8 is read as Windows-1252: only names and remittance
 * can have such letters. Never throws.
 */
export function readSwiftText(bytes: Uint8Array): SwiftReading {
  if (bytes.length > BANK_FILE_BYTES_MAX)
    return refusedFile('too_large', 'file', `${bytes.length} bytes; at most ${BANK_FILE_BYTES_MAX} are read`);
  const messages: SwiftField[][] = [];
  let open: { tag: string; lines: string[]; line: number }[] | undefined;
  const whole = decoded(bytes);
  const strange = strangeSign(whole);
  if (strange !== undefined) return strange;
  const lines = whole.split(/\r\n|\n|\r/);
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    let text = raw;
    if (open === undefined && BLOCKS.test(text)) {
      const block = TEXT_BLOCK.exec(text);
      // Other blocks may stand on lines of their own.
      if (block === null || block[1] === '') continue;
      text = block[1]!;
    }
    const isEnd = /^-(\}|$)/.test(text);
    const tag = FIELD.exec(text)?.[1];
    if (isEnd) open = undefined;
    else if (tag !== undefined) {
      // A message begins with its reference, whether or not the one before it was ended.
      if (open === undefined || tag === '20') messages.push((open = []));
      open.push({ tag, lines: [text.slice(tag.length + 2)], line });
    } else if (open !== undefined) open.at(-1)!.lines.push(text);
    else if (text.trim() !== '' && !BLOCKS.test(text))
      return refusedFile('malformed', `line ${line}`, 'is no field of a message: one begins with :20:');
  }
  if (messages.length === 0) return refusedFile('wrong_kind', 'file', 'has no message: one begins with :20:');
  return { kind: 'messages', messages: messages.map((fields) => fields.map(withoutEmptyEnd)) };
}

/** Empty lines before the end of a file are no part of its last field. */
function withoutEmptyEnd({ tag, lines, line }: SwiftField): SwiftField {
  const last = lines.findLastIndex((text) => text !== '');
  return { tag, line, lines: lines.slice(0, Math.max(last + 1, 1)) };
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
