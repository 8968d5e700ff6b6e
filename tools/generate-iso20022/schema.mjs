// Reads the part of XML Schema that ISO 20022 uses (sequence, choice, any, one attribute, nine base types) into a table.
import { createHash } from 'node:crypto';
import { SaxesParser } from 'saxes';

/** Facets that the reader checks; an unknown facet stops the generator rather than being dropped. */
const FACETS = new Set([
  'pattern',
  'minLength',
  'maxLength',
  'fractionDigits',
  'totalDigits',
  'minInclusive',
]);
const BASES = new Set([
  'string',
  'decimal',
  'boolean',
  'date',
  'dateTime',
  'time',
  'gYear',
  'gYearMonth',
  'base64Binary',
]);

function parse(text) {
  const root = { name: '#', attributes: {}, children: [] };
  const open = [root];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', (tag) => {
    const attributes = Object.fromEntries(
      Object.entries(tag.attributes).map(([name, { value }]) => [name, value]),
    );
    const element = { name: tag.local, attributes, children: [] };
    if (tag.local !== 'annotation') open.at(-1).children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(text).close();
  return root.children[0];
}

const typeName = (name) => name.replace(/^[^:]*:/, '');

function times({ minOccurs = '1', maxOccurs = '1' }) {
  const range = `${minOccurs},${maxOccurs === 'unbounded' ? '' : maxOccurs}`;
  return { '1,1': '', '0,1': '?', '0,': '*', '1,': '+' }[range] ?? `{${range}}`;
}

function simple({ attributes, children }) {
  const base = typeName(attributes.base);
  if (!BASES.has(base)) throw new Error(`unknown base type ${base}`);
  const table = { base };
  for (const { name, attributes: facet } of children) {
    if (name === 'enumeration') (table.values ??= []).push(facet.value);
    else if (!FACETS.has(name)) throw new Error(`unknown facet ${name}`);
    else if (name === 'pattern') table.pattern = facet.value;
    else table[name] = Number(facet.value);
  }
  return table;
}

function particle({ name, attributes, children }) {
  const occurs = times(attributes);
  if (name === 'element') return `${attributes.name} ${typeName(attributes.type)}${occurs}`;
  if (name === 'any')
    return `${attributes.processContents === 'skip' ? '**' : '*'} ${attributes.namespace}${occurs}`;
  if (name === 'choice' && occurs === '') return children.map(particle);
  throw new Error(`unknown particle ${name}${occurs}`);
}

function complex({ children: [body, ...rest] }) {
  if (body === undefined || rest.length > 0) throw new Error('a complex type must have one body');
  if (body.name === 'sequence') return { sequence: body.children.map(particle) };
  if (body.name === 'choice') return { sequence: [particle(body)] };
  const [extension] = body.children;
  const [attribute] = extension.children;
  if (body.name !== 'simpleContent' || attribute.attributes.use !== 'required')
    throw new Error(`unknown body ${body.name}`);
  const { name, type } = attribute.attributes;
  return { content: typeName(extension.attributes.base), attribute: `${name} ${typeName(type)}` };
}

/** A schema's text as a table: see libs/iso20022/src/schema/table.ts for the form. */
export function tableOf(text) {
  const schema = parse(text);
  const namespace = schema.attributes.targetNamespace;
  const roots = {};
  const types = {};
  for (const element of schema.children) {
    const { name, type } = element.attributes;
    if (element.name === 'element') roots[name] = typeName(type);
    else if (element.name === 'simpleType') types[name] = simple(element.children[0]);
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
export function tableText({ message, namespace, source, roots, types }) {
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
