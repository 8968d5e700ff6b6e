// Reads the part of XML Schema that ISO 20022 uses (sequence, choice, any, one attribute, nine base types) into a table.
import { createHash } from 'node:crypto';
import type { MessageTable } from '@tonle/iso20022';
import { SaxesParser } from 'saxes';

type TypeTable = MessageTable['types'][string];
type SimpleTable = Extract<TypeTable, { base: unknown }>;

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
}

/** Facets that the reader checks; an unknown facet stops the generator rather than being dropped. */
const NUMBER_FACETS = ['minLength', 'maxLength', 'fractionDigits', 'totalDigits', 'minInclusive'] as const;
const BASES = [
  'string',
  'decimal',
  'boolean',
  'date',
  'dateTime',
  'time',
  'gYear',
  'gYearMonth',
  'base64Binary',
] as const satisfies readonly SimpleTable['base'][];

function parse(text: string): Element {
  const root: Element = { name: '#', attributes: {}, children: [] };
  const open = [root];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', (tag) => {
    const attributes = Object.fromEntries(
      Object.entries(tag.attributes).map(([name, { value }]) => [name, value]),
    );
    const element: Element = { name: tag.local, attributes, children: [] };
    if (tag.local !== 'annotation') open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(text).close();
  return only(root.children, 'a schema');
}

function only(elements: readonly Element[], what: string): Element {
  const [first] = elements;
  if (first === undefined || elements.length > 1) throw new Error(`not one element in ${what}`);
  return first;
}

function attribute({ name, attributes }: Element, wanted: string): string {
  const value = attributes[wanted];
  if (value === undefined) throw new Error(`${name} without ${wanted}`);
  return value;
}

const typeName = (name: string): string => name.replace(/^[^:]*:/, '');

const TIMES: Readonly<Record<string, string>> = { '1,1': '', '0,1': '?', '0,': '*', '1,': '+' };

function times({ minOccurs = '1', maxOccurs = '1' }: Element['attributes']): string {
  const range = `${minOccurs},${maxOccurs === 'unbounded' ? '' : maxOccurs}`;
  return TIMES[range] ?? `{${range}}`;
}

const isOneOf = <T extends string>(values: readonly T[], text: string): text is T =>
  (values as readonly string[]).includes(text);

function simple(restriction: Element): SimpleTable {
  const base = typeName(attribute(restriction, 'base'));
  if (!isOneOf(BASES, base)) throw new Error(`unknown base type ${base}`);
  const table: { -readonly [K in keyof SimpleTable]: SimpleTable[K] } = { base };
  for (const facet of restriction.children) {
    const value = attribute(facet, 'value');
    if (facet.name === 'enumeration') table.values = [...(table.values ?? []), value];
    else if (facet.name === 'pattern') table.pattern = value;
    else if (isOneOf(NUMBER_FACETS, facet.name)) table[facet.name] = Number(value);
    else throw new Error(`unknown facet ${facet.name}`);
  }
  return table;
}

function particle(element: Element): string | string[] {
  const { name, attributes, children } = element;
  const occurs = times(attributes);
  if (name === 'choice' && occurs === '') return children.map(plainParticle);
  return plainParticle(element);
}

function plainParticle(element: Element): string {
  const { name, attributes } = element;
  const occurs = times(attributes);
  if (name === 'element')
    return `${attribute(element, 'name')} ${typeName(attribute(element, 'type'))}${occurs}`;
  if (name === 'any') {
    const any = attributes['processContents'] === 'skip' ? '**' : '*';
    return `${any} ${attribute(element, 'namespace')}${occurs}`;
  }
  throw new Error(`unknown particle ${name}${occurs}`);
}

function complex(element: Element): TypeTable {
  const body = only(element.children, 'a complex type');
  if (body.name === 'sequence') return { sequence: body.children.map(particle) };
  if (body.name === 'choice') return { sequence: [particle(body)] };
  const extension = only(body.children, body.name);
  const own = only(extension.children, extension.name);
  if (body.name !== 'simpleContent' || own.attributes['use'] !== 'required')
    throw new Error(`unknown body ${body.name}`);
  return {
    content: typeName(attribute(extension, 'base')),
    attribute: `${attribute(own, 'name')} ${typeName(attribute(own, 'type'))}`,
  };
}

/** A schema's text as a table: see libs/iso20022/src/schema/table.ts for the form. Throws for what it does not know. */
export function tableOf(text: string): MessageTable {
  const schema = parse(text);
  const namespace = attribute(schema, 'targetNamespace');
  const roots: Record<string, string> = {};
  const types: Record<string, TypeTable> = {};
  for (const element of schema.children) {
    const name = attribute(element, 'name');
    if (element.name === 'element') roots[name] = typeName(attribute(element, 'type'));
    else if (element.name === 'simpleType') types[name] = simple(only(element.children, name));
    else if (element.name === 'complexType') types[name] = complex(element);
    else throw new Error(`unknown declaration ${element.name}`);
  }
  const fingerprint = createHash('sha256').update(text).digest('hex');
  return {
    message: namespace.replace('urn:iso:std:iso:20022:tech:xsd:', ''),
    namespace,
    source: `sha256:${fingerprint}`,
    roots,
    types,
  };
}

/** The table as JSON with one type a line, so that a changed schema shows as changed lines. */
export function tableText({ message, namespace, source, roots, types }: MessageTable): string {
  const lines = Object.entries(types).map(
    ([name, type]) => `    ${JSON.stringify(name)}: ${JSON.stringify(type)}`,
  );
  return [
    '{',
    `  "message": ${JSON.stringify(message)},`,
    `  "namespace": ${JSON.stringify(namespace)},`,
    `  "source": ${JSON.stringify(source)},`,
    `  "roots": ${JSON.stringify(roots)},`,
    '  "types": {',
    lines.join(',\n'),
    '  }',
    '}',
    '',
  ].join('\n');
}
