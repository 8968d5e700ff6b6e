import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import type { ContentTable, MessageTable, SequenceTable, SimpleTable, TypeTable } from './table.js';

// What libxml2 says of a message: by the schemas in TONLE_CONFORMANCE_DATA where that is set, else by our tables as schemas.

const DATA = process.env['TONLE_CONFORMANCE_DATA'];

/** Why libxml2 refuses; undefined when it does not. */
export function schemaRefusal(validator: XsdValidator, bytes: Uint8Array): string | undefined {
  let document: XmlDocument | undefined;
  try {
    document = XmlDocument.fromBuffer(bytes);
    validator.validate(document);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    document?.dispose();
  }
}

/** The schema of a message definition. */
export function schemaTextOf(version: string): string {
  const given = ['xsd', 'xsd/extra']
    .map((folder) => join(DATA ?? '', 'iso', folder, `${version}.xsd`))
    .find((path) => existsSync(path));
  if (given !== undefined) return readFileSync(given, 'utf8');
  const table = readFileSync(new URL(`../tables/${version}.json`, import.meta.url), 'utf8');
  return xsdOf(JSON.parse(table) as MessageTable);
}

/** The validator of a message definition; whoever takes it disposes of it. */
export function validatorFor(version: string): XsdValidator {
  const schema = XmlDocument.fromString(schemaTextOf(version));
  try {
    return XsdValidator.fromDoc(schema);
  } finally {
    schema.dispose();
  }
}

/** A table as XML Schema again. */
function xsdOf({ namespace, roots, types }: MessageTable): string {
  const elements = Object.entries(roots).map(([name, type]) => `<xs:element name="${name}" type="${type}"/>`);
  const declared = Object.entries(types).map(([name, type]) => xsdType(name, type));
  return (
    `<xs:schema xmlns="${namespace}" xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified" ` +
    `targetNamespace="${namespace}">${[...elements, ...declared].join('')}</xs:schema>`
  );
}

function xsdType(name: string, type: TypeTable): string {
  if ('sequence' in type) return `<xs:complexType name="${name}">${xsdSequence(type)}</xs:complexType>`;
  return 'content' in type ? xsdContent(name, type) : xsdSimple(name, type);
}

function xsdContent(name: string, { content, attribute }: ContentTable): string {
  const [attributeName, attributeType] = attribute.split(' ');
  const use = `<xs:attribute name="${attributeName}" type="${attributeType}" use="required"/>`;
  return `<xs:complexType name="${name}"><xs:simpleContent><xs:extension base="${content}">${use}</xs:extension></xs:simpleContent></xs:complexType>`;
}

function xsdSimple(name: string, { base, values = [], ...facets }: SimpleTable): string {
  const listed = values.map((value) => `<xs:enumeration value="${value}"/>`);
  const others = Object.entries(facets).map(([facet, value]) => `<xs:${facet} value="${value}"/>`);
  return `<xs:simpleType name="${name}"><xs:restriction base="xs:${base}">${[...others, ...listed].join('')}</xs:restriction></xs:simpleType>`;
}

function xsdSequence({ sequence }: SequenceTable): string {
  const parts = sequence.map((part) =>
    typeof part === 'string' ? xsdParticle(part) : `<xs:choice>${part.map(xsdParticle).join('')}</xs:choice>`,
  );
  return `<xs:sequence>${parts.join('')}</xs:sequence>`;
}

function xsdParticle(text: string): string {
  const [, name, type, sign = ''] = /^(\S+) ([^?*+{]+)([?*+]|\{.*\})?$/.exec(text)!;
  const range = { '': '1,1', '?': '0,1', '*': '0,', '+': '1,' }[sign] ?? sign.slice(1, -1);
  const [min, max] = range.split(',');
  const occurs = `minOccurs="${min}" maxOccurs="${max === '' ? 'unbounded' : max}"`;
  if (name!.startsWith('*'))
    return `<xs:any namespace="${type}" processContents="${name === '*' ? 'lax' : 'skip'}" ${occurs}/>`;
  return `<xs:element name="${name}" type="${type}" ${occurs}/>`;
}
