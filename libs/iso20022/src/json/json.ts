import { understand } from '../iso.js';
import { PAYMENT_BYTES_MAX, type MessageReading, type ReadOptions } from '../message.js';
import type { IsoError, IsoReading } from '../model.js';
import { findSchema } from '../schema/registry.js';
import type { IsoMessage, IsoPart, IsoTree } from '../schema/tree.js';
import { openContent, validateTree, type TreeError } from '../schema/validate.js';
import { decodeBytes, locateErrors, toByteText } from '../xml/bytes.js';
import { isStandalone } from '../xml/standalone.js';
import { duplicateName } from './duplicates.js';

// The JSON form: the same tags and the same tables. Values are texts, arrays stand where the schema allows many,
// amounts are {"Ccy", "v"}. There is no canon for it; media types name the message as Mojaloop's do.

const MEDIA_TYPE = /^application\/vnd\.tonle\.iso20022\.([a-z]{4}\.\d{3}\.\d{3}\.\d{2})\+json$/;

/** `application/vnd.tonle.iso20022.pacs.008.001.13+json` */
export function jsonMediaType(version: string): string {
  return `application/vnd.tonle.iso20022.${version}+json`;
}

/** The message definition a media type names; undefined when it is none of ours. */
export function versionOfMediaType(mediaType: string): string | undefined {
  return MEDIA_TYPE.exec(mediaType.split(';')[0]!.trim().toLowerCase())?.[1];
}

interface JsonForm {
  readonly message: string;
  readonly header?: string;
  readonly AppHdr?: IsoTree;
  readonly Document: IsoTree;
}

/** A message as JSON text: `{"message", "header"?, "AppHdr"?, "Document"}`. */
export function writeJson({ document, header }: IsoMessage): string {
  const form: JsonForm = {
    message: document.version,
    ...(header !== undefined && { header: header.version, AppHdr: header.tree }),
    Document: document.tree,
  };
  return JSON.stringify(form);
}

/** Reads the JSON form, validated by the same tables as XML. Never throws for what the bytes hold. */
export function readJson(bytes: Uint8Array, options: Pick<ReadOptions, 'maxBytes'> = {}): MessageReading {
  const most = options.maxBytes ?? PAYMENT_BYTES_MAX;
  if (bytes.length > most)
    return refused('too_large', '', `${bytes.length} bytes; at most ${most} are allowed`);
  const decoded = decodeBytes(bytes);
  if ('error' in decoded) return { kind: 'refused', errors: [decoded.error] };
  let form: unknown;
  try {
    form = JSON.parse(decoded.text);
  } catch {
    return refused('not_json', '', 'the body is not valid JSON');
  }
  const twice = duplicateName(decoded.text);
  if (twice !== undefined) {
    const error = {
      code: 'duplicate_name',
      path: '',
      index: Buffer.byteLength(decoded.text.slice(0, twice)),
      detail: 'an object has the same name twice',
    };
    return { kind: 'refused', errors: locateErrors(toByteText(decoded.text), [error]) };
  }
  return readForm(form);
}

/** `readJson` and on to the canonical message, as `readIso` does for XML. */
export function readIsoJson(bytes: Uint8Array, options: ReadOptions = {}): IsoReading {
  const reading = readJson(bytes, options);
  if (reading.kind === 'refused') return reading;
  return understand(reading.message, options, (problems) => problems.map(placeless));
}

function readForm(form: unknown): MessageReading {
  if (typeof form !== 'object' || form === null || Array.isArray(form))
    return refused('not_an_object', '', 'must be an object');
  const { message, header, AppHdr, Document, ...rest } = form as Partial<JsonForm> & Record<string, unknown>;
  const errors: TreeError[] = Object.keys(rest).map((name) => {
    return {
      code: 'unexpected_element',
      path: `/${name}`,
      detail: 'only message, header, AppHdr and Document are allowed',
    };
  });
  const document = readRoot(message, 'Document', Document, errors);
  const head =
    header === undefined && AppHdr === undefined ? undefined : readRoot(header, 'AppHdr', AppHdr, errors);
  if (errors.length > 0 || document === undefined) {
    return {
      kind: 'refused',
      ...(typeof message === 'string' && { version: message }),
      errors: errors.map(placeless),
    };
  }
  return { kind: 'read', message: { document, ...(head !== undefined && { header: head }) } };
}

function readRoot(version: unknown, root: string, tree: unknown, errors: TreeError[]): IsoPart | undefined {
  const type = typeof version === 'string' ? findSchema(version)?.roots.get(root) : undefined;
  if (type === undefined) {
    errors.push({
      code: 'unknown_message',
      path: `/${root}`,
      detail: `no message definition is known for ${JSON.stringify(version ?? null)}`,
    });
    return undefined;
  }
  const before = errors.length;
  validateTree(type, tree, `/${root}`, errors);
  if (errors.length > before) return undefined;
  // Open content is written as it is: it must be one element of its own.
  for (const { xml, path } of openContent(tree as IsoTree, `/${root}`)) {
    if (!isStandalone(xml))
      errors.push({ code: 'open_content', path, detail: 'must be one well-formed element' });
  }
  return { version: version as string, tree: tree as IsoTree };
}

const placeless = ({ code, path, detail }: TreeError): IsoError => ({
  code,
  path,
  line: 1,
  offset: 0,
  detail,
});

function refused(code: string, path: string, detail: string): MessageReading {
  return { kind: 'refused', errors: [placeless({ code, path, detail })] };
}
