import { fromByteText, type ByteText } from './bytes.js';
import { decodeText, isBlank, isName, nameEnd, skipBlanks } from './characters.js';

export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
const XSI_NAMESPACE = 'http://www.w3.org/2001/XMLSchema-instance';
const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';

/** Namespaces in scope: the default one and those with a prefix. */
export interface NamespaceScope {
  readonly default: string;
  readonly prefixes: ReadonlyMap<string, string>;
}

export const OUTERMOST: NamespaceScope = { default: '', prefixes: new Map([['xml', XML_NAMESPACE]]) };

/** Names are pieces of the byte text, values are decoded. */
export interface Attribute {
  readonly prefix: string;
  readonly local: string;
  readonly value: string;
}

export interface StartTag {
  /** Index of its `<`. */
  readonly start: number;
  /** Index after its `>`. */
  readonly end: number;
  readonly name: string;
  readonly prefix: string;
  readonly local: string;
  readonly attributes: readonly Attribute[];
  readonly scope: NamespaceScope;
  readonly empty: boolean;
}

/** What cannot be read any further. Thrown inside the reader only, and caught by it. */
export class NotWellFormed extends Error {
  constructor(
    readonly code: string,
    readonly index: number,
    readonly detail: string,
  ) {
    super(detail);
  }
}

const NO_ATTRIBUTES: readonly Attribute[] = [];

/** Reads the start tag at `start` (which holds `<`), trying a plain tag of the guessed name first. Throws NotWellFormed. */
export function readStartTag(
  text: ByteText,
  start: number,
  outer: NamespaceScope,
  attributesMax: number,
  guess?: string,
): StartTag {
  if (
    guess !== undefined &&
    text.charCodeAt(start + 1 + guess.length) === 62 &&
    text.startsWith(guess, start + 1)
  ) {
    const after = start + 2 + guess.length;
    return {
      start,
      end: after,
      name: guess,
      prefix: '',
      local: guess,
      attributes: NO_ATTRIBUTES,
      scope: outer,
      empty: false,
    };
  }
  const end = nameEnd(text, start + 1);
  const name = text.slice(start + 1, end);
  const colon = name.indexOf(':');
  checkName(name, colon, start);
  const prefix = colon < 0 ? '' : name.slice(0, colon);
  const local = colon < 0 ? name : name.slice(colon + 1);
  if (text.charCodeAt(end) === 62) {
    return {
      start,
      end: end + 1,
      name,
      prefix,
      local,
      attributes: NO_ATTRIBUTES,
      scope: outer,
      empty: false,
    };
  }
  const found = readAttributes(text, end, attributesMax);
  const scope = found.declarations.length > 0 ? innerScope(outer, found.declarations, start) : outer;
  return {
    start,
    end: found.end,
    name,
    prefix,
    local,
    attributes: found.attributes,
    scope,
    empty: found.empty,
  };
}

function checkName(name: string, colon: number, index: number): void {
  if (colon < 0 && isPlainName(name)) return;
  if (name === '' || !isName(fromByteText(name)))
    throw new NotWellFormed('not_well_formed', index, 'a tag without a proper name');
  if (colon < 0) return;
  const local = name.slice(colon + 1);
  if (colon === 0 || local.includes(':') || !isName(fromByteText(local))) {
    throw new NotWellFormed('namespace', index, `${name} is no qualified name`);
  }
}

/** ASCII letters first, no other script: the names of ISO 20022. Which characters follow was checked when it was cut out. */
function isPlainName(name: string): boolean {
  const first = name.charCodeAt(0);
  if (!((first >= 65 && first <= 90) || (first >= 97 && first <= 122) || first === 95)) return false;
  for (let at = 1; at < name.length; at++) if (name.charCodeAt(at) > 127) return false;
  return true;
}

interface Attributes {
  readonly attributes: readonly Attribute[];
  readonly declarations: readonly Attribute[];
  readonly end: number;
  readonly empty: boolean;
}

function readAttributes(text: ByteText, from: number, attributesMax: number): Attributes {
  const attributes: Attribute[] = [];
  const declarations: Attribute[] = [];
  const names = new Set<string>();
  let at = from;
  for (;;) {
    const before = at;
    at = skipBlanks(text, at);
    const code = text.charCodeAt(at);
    if (code === 62) return { attributes, declarations, end: at + 1, empty: false };
    if (code === 47 && text.charCodeAt(at + 1) === 62)
      return { attributes, declarations, end: at + 2, empty: true };
    if (at === before) throw new NotWellFormed('not_well_formed', at, 'a tag that does not end');
    const { name, value, end } = readAttribute(text, at);
    if (names.has(name)) throw new NotWellFormed('not_well_formed', at, `attribute ${name} twice`);
    names.add(name);
    if (names.size > attributesMax)
      throw new NotWellFormed('too_many_attributes', at, `more than ${attributesMax} attributes`);
    const colon = name.indexOf(':');
    checkName(name, colon, at);
    const attribute = { prefix: colon < 0 ? '' : name.slice(0, colon), local: name.slice(colon + 1), value };
    (name === 'xmlns' || attribute.prefix === 'xmlns' ? declarations : attributes).push(attribute);
    at = end;
  }
}

function readAttribute(text: ByteText, from: number): { name: string; value: string; end: number } {
  const nameStop = nameEnd(text, from);
  const name = text.slice(from, nameStop);
  const equals = skipBlanks(text, nameStop);
  if (name === '' || text.charCodeAt(equals) !== 61)
    throw new NotWellFormed('not_well_formed', from, 'an attribute without a value');
  const open = skipBlanks(text, equals + 1);
  const quote = text[open];
  const close = quote === '"' || quote === "'" ? text.indexOf(quote, open + 1) : -1;
  if (close < 0) throw new NotWellFormed('not_well_formed', from, `attribute ${name} without quotes`);
  const raw = text.slice(open + 1, close);
  const less = raw.indexOf('<');
  if (less >= 0) throw new NotWellFormed('not_well_formed', open + 1 + less, '< in an attribute');
  const decoded = decodeText(fromByteText(raw).replace(/\r\n|[\t\n\r]/g, ' '));
  if ('wrongAt' in decoded)
    throw new NotWellFormed('entity', open + 1, "a reference that is not one of XML's own");
  return { name, value: decoded.value, end: close + 1 };
}

/** A URI reference of RFC 3986, except that no host in brackets can be a namespace here. */
const URI =
  /^(?:[A-Za-z][A-Za-z0-9+.-]*:|(?![^/?#]*:))(?:[\w\-.~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*(?:#(?:[\w\-.~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*)?$/;

function innerScope(
  outer: NamespaceScope,
  declarations: readonly Attribute[],
  index: number,
): NamespaceScope {
  let inner = outer.default;
  const prefixes = new Map(outer.prefixes);
  for (const { prefix, local, value } of declarations) {
    if (prefix === '') {
      if (value === XML_NAMESPACE || value === XMLNS_NAMESPACE)
        throw new NotWellFormed('namespace', index, 'a reserved namespace');
      if (!URI.test(value)) throw new NotWellFormed('namespace', index, 'a namespace that is no URI');
      inner = value;
      continue;
    }
    if (!URI.test(value)) throw new NotWellFormed('namespace', index, 'a namespace that is no URI');
    const reserved =
      local === 'xmlns' || value === XMLNS_NAMESPACE || (local === 'xml') !== (value === XML_NAMESPACE);
    if (value === '' || reserved)
      throw new NotWellFormed('namespace', index, `prefix ${local} cannot be declared so`);
    prefixes.set(local, value);
  }
  return { default: inner, prefixes };
}

/** The namespace of a prefix. Throws NotWellFormed when it is not declared. */
export function namespaceOf(scope: NamespaceScope, prefix: string, index: number): string {
  if (prefix === '') return scope.default;
  const namespace = scope.prefixes.get(prefix);
  if (namespace === undefined)
    throw new NotWellFormed('namespace', index, `prefix ${prefix} is not declared`);
  return namespace;
}

/** Checks that no two attributes are the same one under two prefixes, and that all prefixes are known. */
export function checkAttributes(tag: StartTag): void {
  const seen = new Set<string>();
  for (const { prefix, local } of tag.attributes) {
    if (prefix === '') continue;
    const key = `${namespaceOf(tag.scope, prefix, tag.start)} ${local}`;
    if (seen.has(key)) throw new NotWellFormed('not_well_formed', tag.start, `attribute ${local} twice`);
    seen.add(key);
  }
}

/** Index after the XML declaration (and a byte order mark). Throws NotWellFormed for another version or encoding. */
export function readDeclaration(text: ByteText): number {
  const start = text.startsWith('\xef\xbb\xbf') ? 3 : 0;
  if (!text.startsWith('<?xml', start) || !isBlank(text.charCodeAt(start + 5))) return start;
  const end = text.indexOf('?>', start);
  const match = DECLARATION.exec(end < 0 ? '' : text.slice(start + 5, end));
  if (match === null) throw new NotWellFormed('not_well_formed', start, 'a malformed XML declaration');
  const encoding = match[2] ?? match[3];
  if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') {
    throw new NotWellFormed('encoding', start, `encoding ${encoding}; only UTF-8 is read`);
  }
  return end + 2;
}

const BLANKS = '[ \\t\\r\\n]+';
const EQUALS = '[ \\t\\r\\n]*=[ \\t\\r\\n]*';
const ENCODING = '[A-Za-z][\\w.-]*';
const DECLARATION = new RegExp(
  `^${BLANKS}version${EQUALS}(["'])1\\.0\\1` +
    `(?:${BLANKS}encoding${EQUALS}(?:"(${ENCODING})"|'(${ENCODING})'))?` +
    `(?:${BLANKS}standalone${EQUALS}(?:"(?:yes|no)"|'(?:yes|no)'))?[ \\t\\r\\n]*$`,
);

/**
 * One element's source text made to stand alone: the namespaces it uses from around it are declared on it.
 * `outer` is the scope around the element.
 */
export function selfContained(tag: StartTag, source: ByteText, outer: NamespaceScope): string {
  const head = source.slice(0, tag.end - tag.start);
  let declared = '';
  const missing = (name: string): boolean => !new RegExp(`[ \\t\\r\\n]${name}[ \\t\\r\\n]*=`).test(head);
  if (outer.default !== '' && missing('xmlns')) declared += ` xmlns="${escapeQuotes(outer.default)}"`;
  for (const [prefix, namespace] of outer.prefixes) {
    if (prefix === 'xml' || !source.includes(`${prefix}:`) || !missing(`xmlns:${prefix}`)) continue;
    declared += ` xmlns:${prefix}="${escapeQuotes(namespace)}"`;
  }
  const at = tag.name.length + 1;
  return fromByteText(source.slice(0, at) + declared + source.slice(at));
}

const escapeQuotes = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** Whether an attribute only says where a schema lies: the one attribute that every element may carry. */
export function isSchemaHint(scope: NamespaceScope, prefix: string, local: string): boolean {
  const hint = local === 'schemaLocation' || local === 'noNamespaceSchemaLocation';
  return hint && prefix !== '' && scope.prefixes.get(prefix) === XSI_NAMESPACE;
}
