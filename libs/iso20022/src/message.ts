import type { IsoError } from './model.js';
import type { ProfileName } from './profile/profile.js';
import type { MessageSchema } from './schema/compile.js';
import { findSchemaByNamespace } from './schema/registry.js';
import type { IsoMessage, IsoPart } from './schema/tree.js';
import { byteTextOf, decodeDeclared, locateErrors, type ByteText, type DecodedBytes } from './xml/bytes.js';
import type { ReadPart } from './xml/content.js';
import type { ReadPolicy, TextError } from './xml/policy.js';
import { readText } from './xml/reader.js';

const KIB = 1024;

/** Largest bodies by default: a payment is a few KiB, statements and reports hold many entries. */
export const PAYMENT_BYTES_MAX = 64 * KIB;
export const REPORT_BYTES_MAX = 1024 * KIB;

const REPORTS = /^camt\.05[234]\./;

export interface ReadOptions {
  /** Larger bodies are refused; by default 64 KiB, 1 MiB for statements, reports and notifications (camt.05x). */
  readonly maxBytes?: number;
  /** Comments in values, CDATA and processing instructions: refused unless told otherwise, for files from elsewhere. */
  readonly markup?: 'refuse' | 'accept';
  /** UTF-8 only, unless files from elsewhere shall be read in the encoding that they declare. */
  readonly encoding?: 'utf-8' | 'declared';
  /** Schemas beside the ones there are tables for. */
  readonly schemas?: ReadonlyMap<string, MessageSchema>;
  /** A scheme's rules beyond the schema, checked by `readIso`. */
  readonly profile?: ProfileName;
  /** The day whose rules and code sets hold, YYYY-MM-DD; the newest ones by default. */
  readonly on?: string;
  /** What is wrong with a text that the schema takes, as a sentence; by default nothing is. Checked by `readIso`. */
  readonly textFault?: (text: string) => string | undefined;
  /** `readIso` tells what the canonical message does not hold. */
  readonly tellUnheld?: boolean;
  /** `readIso` tells whom the message is to. */
  readonly tellAddressees?: boolean;
  /** Of messages with more elements nothing is read; 100,000 by default, an entry of a statement has about 20. */
  readonly maxElements?: number;
  /** Errors after which the rest is not read; 100 by default. */
  readonly maxErrors?: number;
}

/** Everything ISO 20022 in a body, whatever its number of parts. */
export interface PartsReading {
  readonly parts: readonly (IsoPart & { readonly root: string })[];
  readonly errors: readonly IsoError[];
  readonly wellFormed: boolean;
}

export type MessageReading =
  | { readonly kind: 'read'; readonly message: IsoMessage }
  | { readonly kind: 'refused'; readonly version?: string; readonly errors: readonly IsoError[] };

/** A message and where its elements stand, for errors that are found later. */
export interface LocatedReading {
  readonly reading: MessageReading;
  readonly locate: (errors: readonly Omit<TextError, 'index'>[]) => IsoError[];
}

/** Reads every ISO part of a body and all its errors; for tools that judge files. */
export function readParts(bytes: Uint8Array, options: ReadOptions = {}): PartsReading {
  const decoded = decode(bytes, options);
  if ('error' in decoded) return { parts: [], errors: [decoded.error], wellFormed: false };
  const { parts, errors, wellFormed } = readText(decoded.text, policyOf(bytes, options));
  const read = parts.map(({ root, version, tree }) => ({ root, version, tree }));
  return { parts: read, errors: locateErrors(decoded.text, errors), wellFormed };
}

/**
 * Reads one message: a Document, with or without its business header, bare or inside an envelope.
 * Refuses with all its errors; never throws for what the bytes hold.
 */
export function readMessage(bytes: Uint8Array, options: ReadOptions = {}): MessageReading {
  return readLocated(bytes, options).reading;
}

/** `readMessage`, and a way to find an element's place afterwards (reads the text again: for errors only). */
export function readLocated(bytes: Uint8Array, options: ReadOptions = {}): LocatedReading {
  const decoded = decode(bytes, options);
  if ('error' in decoded) return { reading: { kind: 'refused', errors: [decoded.error] }, locate: () => [] };
  const { text } = decoded;
  const policy = policyOf(bytes, options);
  const { parts, errors } = readText(text, policy);
  const wrong = errors.length > 0 ? errors : countParts(parts);
  const document = parts.find(({ root }) => root === 'Document');
  const header = parts.find(({ root }) => root === 'AppHdr');
  if (wrong.length > 0 || document === undefined) {
    const version = document?.version;
    return {
      reading: { kind: 'refused', ...(version && { version }), errors: locateErrors(text, wrong) },
      locate: () => [],
    };
  }
  const message: IsoMessage = {
    document: partOf(document),
    ...(header !== undefined && { header: partOf(header) }),
  };
  return { reading: { kind: 'read', message }, locate: (found) => locateByPath(text, policy, found) };
}

const partOf = ({ version, tree }: ReadPart): IsoPart => ({ version, tree });

function decode(bytes: Uint8Array, options: ReadOptions): DecodedBytes<ByteText> {
  const most = options.maxBytes ?? REPORT_BYTES_MAX;
  if (bytes.length > most) return { error: tooLarge(most, bytes.length) };
  return options.encoding === 'declared' ? decodeDeclared(bytes) : byteTextOf(bytes);
}

function tooLarge(most: number, length: number): IsoError {
  return {
    code: 'too_large',
    path: '',
    line: 1,
    offset: 0,
    detail: `${length} bytes; at most ${most} are allowed`,
  };
}

function policyOf(bytes: Uint8Array, options: ReadOptions): ReadPolicy {
  return {
    schemaOf: (namespace) => findSchemaByNamespace(namespace) ?? options.schemas?.get(namespace),
    depthMax: 64,
    attributesMax: 64,
    elementsMax: options.maxElements ?? 100_000,
    wrappersMax: 8,
    errorsMax: options.maxErrors ?? 100,
    markup: options.markup ?? 'between',
    accepts: (version) => {
      if (options.maxBytes !== undefined || bytes.length <= PAYMENT_BYTES_MAX || REPORTS.test(version))
        return undefined;
      if (version.startsWith('head.')) return undefined;
      return tooLarge(PAYMENT_BYTES_MAX, bytes.length);
    },
  };
}

function countParts(parts: readonly ReadPart[]): TextError[] {
  const errors: TextError[] = [];
  const documents = parts.filter(({ root }) => root === 'Document');
  const headers = parts.filter(({ root }) => root === 'AppHdr');
  const add = (code: string, index: number, detail: string): void => {
    errors.push({ code, path: '', index, detail });
  };
  if (documents.length === 0) add('no_document', 0, 'no Document of a known message was found');
  if (documents.length > 1)
    add('several_documents', documents[1]!.start, 'only one Document per body is allowed');
  if (headers.length > 1) add('several_headers', headers[1]!.start, 'only one AppHdr per body is allowed');
  if (headers[0] !== undefined && documents[0] !== undefined && headers[0].start > documents[0].start) {
    add('misplaced_element', headers[0].start, 'AppHdr must come before the Document');
  }
  return errors;
}

function locateByPath(
  text: ByteText,
  policy: ReadPolicy,
  errors: readonly Omit<TextError, 'index'>[],
): IsoError[] {
  const positions = new Map<string, number>();
  readText(text, { ...policy, positions });
  const nearest = (path: string): number => {
    for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
      const index = positions.get(at);
      if (index !== undefined) return index;
    }
    return 0;
  };
  return locateErrors(
    text,
    errors.map((error) => ({ ...error, index: nearest(error.path) })),
  );
}
