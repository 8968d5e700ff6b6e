import { fromByteText, toByteText, type ByteText } from './bytes.js';
import { decodeText, escapeAttribute, escapeText } from './characters.js';
import {
  NotWellFormed,
  OUTERMOST,
  readDeclaration,
  readStartTag,
  XML_NAMESPACE,
  type Attribute,
  type NamespaceScope,
  type StartTag,
} from './tag.js';

// Exclusive canonical XML 1.0 without comments, for messages that the strict reader has accepted: no document type,
// no comments, no CDATA, no processing instructions.

export interface Canonical {
  readonly xml: string;
  /** Elements that were left out, each with its path of local names. */
  readonly dropped: readonly { readonly path: string; readonly xml: string }[];
}

interface Open {
  readonly name: string;
  readonly local: string;
  readonly scope: NamespaceScope;
  /** Namespaces that the output has in force here, by prefix (`` for the default one). */
  readonly rendered: ReadonlyMap<string, string>;
  readonly kept: boolean;
  readonly start: number;
}

const ATTRIBUTES_MAX = 64;

/**
 * The canonical form of a whole message, without the elements of one name (the enveloped signature) and all below
 * them. Throws NotWellFormed for markup that the strict reader would have refused.
 */
export function canonicalize(
  text: string,
  without?: { readonly namespace: string; readonly local: string },
): Canonical {
  const normal = toByteText(text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);
  const open: Open[] = [];
  const dropped: { path: string; xml: string }[] = [];
  let xml: ByteText = '';
  let at = readDeclaration(normal);
  const close = (): void => {
    const { kept, name, start } = open.pop()!;
    const parent = open.at(-1);
    if (kept) xml += `</${name}>`;
    else if (parent?.kept === true)
      dropped.push({
        path: fromByteText(`${open.map(({ local }) => local).join('/')}/${nameOf(name)}`),
        xml: fromByteText(normal.slice(start, at)),
      });
  };
  while (at < normal.length) {
    const current = open.at(-1);
    if (normal[at] !== '<') {
      const end = normal.indexOf('<', at) < 0 ? normal.length : normal.indexOf('<', at);
      if (current?.kept === true) xml += canonicalText(normal.slice(at, end), at);
      at = end;
    } else if (normal[at + 1] === '/') {
      at = normal.indexOf('>', at) + 1;
      close();
    } else if (normal[at + 1] === '!' || normal[at + 1] === '?') {
      throw new NotWellFormed('not_well_formed', at, 'markup in a signed message');
    } else {
      const tag = readStartTag(normal, at, current?.scope ?? OUTERMOST, ATTRIBUTES_MAX);
      at = tag.end;
      const kept =
        (current?.kept ?? true) &&
        !(without?.local === tag.local && without.namespace === namespaceOfTag(tag));
      const rendered = current?.rendered ?? new Map<string, string>();
      const start = kept ? startTag(tag, rendered) : { xml: '', rendered };
      xml += start.xml;
      open.push({
        name: tag.name,
        local: tag.local,
        scope: tag.scope,
        rendered: start.rendered,
        kept,
        start: tag.start,
      });
      if (tag.empty) close();
    }
  }
  return { xml: fromByteText(xml), dropped };
}

const nameOf = (name: string): string => name.slice(name.indexOf(':') + 1);

function namespaceOfTag({ scope, prefix }: StartTag): string {
  return prefix === '' ? scope.default : (scope.prefixes.get(prefix) ?? '');
}

function canonicalText(raw: ByteText, index: number): ByteText {
  const decoded = decodeText(fromByteText(raw));
  if ('wrongAt' in decoded) throw new NotWellFormed('entity', index, 'an unknown reference');
  return toByteText(escapeText(decoded.value));
}

/** A start tag with the namespaces that it visibly uses and that are not in force yet, all in canonical order. */
function startTag(
  tag: StartTag,
  rendered: ReadonlyMap<string, string>,
): { xml: string; rendered: ReadonlyMap<string, string> } {
  const used = new Set([
    tag.prefix,
    ...tag.attributes.map(({ prefix }) => prefix).filter((prefix) => prefix !== ''),
  ]);
  const declared = new Map<string, string>();
  for (const prefix of [...used].sort()) {
    const namespace = prefix === '' ? tag.scope.default : (tag.scope.prefixes.get(prefix) ?? '');
    if (namespace !== XML_NAMESPACE && (rendered.get(prefix) ?? '') !== namespace)
      declared.set(prefix, namespace);
  }
  let xml = `<${tag.name}`;
  for (const [prefix, namespace] of declared)
    xml += ` xmlns${prefix === '' ? '' : `:${prefix}`}="${canonicalAttribute(namespace)}"`;
  for (const attribute of sorted(tag)) {
    const name = attribute.prefix === '' ? attribute.local : `${attribute.prefix}:${attribute.local}`;
    xml += ` ${name}="${canonicalAttribute(attribute.value)}"`;
  }
  return { xml: `${xml}>`, rendered: declared.size === 0 ? rendered : new Map([...rendered, ...declared]) };
}

/** Attribute values leave `>` as it is. */
const canonicalAttribute = (value: string): ByteText =>
  toByteText(escapeAttribute(value).replaceAll('&gt;', '>'));

function sorted({ attributes, scope }: StartTag): readonly Attribute[] {
  if (attributes.length < 2) return attributes;
  const namespace = ({ prefix }: Attribute): string =>
    prefix === '' ? '' : (scope.prefixes.get(prefix) ?? '');
  return [...attributes].sort((a, b) => order(namespace(a), namespace(b)) || order(a.local, b.local));
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
