import { simpleCheck, type SimpleCheck } from './simple.js';
import type { ContentTable, MessageTable, SequenceTable, SimpleTable } from './table.js';

/** Text content, with a required attribute when it is an amount. */
export interface SimpleType {
  readonly kind: 'simple';
  readonly name: string;
  readonly text: SimpleCheck;
  readonly attribute?: { readonly name: string; readonly text: SimpleCheck };
}

export interface Alternative {
  readonly name: string;
  readonly type: SimpleType | ComplexType;
  readonly min: number;
  readonly max: number;
}

/** One place in a sequence: an element, a choice of elements, or open content. */
export interface Particle {
  readonly min: number;
  readonly max: number;
  readonly alternatives: readonly Alternative[];
  /** Namespace constraint of open content: `##any` or one namespace. */
  readonly any?: string;
  /** Open content holds this message's own elements to their types. */
  readonly lax?: boolean;
}

/** Where an element of a given name belongs. */
export interface Slot {
  readonly name: string;
  readonly particle: number;
  readonly alternative: Alternative;
  /** Whether the tree keeps it as an array. */
  readonly many: boolean;
}

export interface ComplexType {
  readonly kind: 'complex';
  readonly name: string;
  readonly particles: Particle[];
  readonly slots: Map<string, Slot>;
  /** For each place, the first mandatory one from there on (the number of places when there is none). */
  readonly nextRequired: number[];
  /** Which element followed each place last: messages of one sender look alike, so the reader tries it first. */
  readonly followers: (Slot | undefined)[];
}

export type IsoType = SimpleType | ComplexType;

export interface MessageSchema {
  readonly message: string;
  readonly namespace: string;
  readonly source: string;
  /** The root elements' names and types (one: Document, or AppHdr). */
  readonly roots: ReadonlyMap<string, IsoType>;
}

const PARTICLE = /^(\S+) ([^?*+{]+)([?*+]|\{(\d+),(\d*)\})?$/;
const SIGNS: Readonly<Record<string, readonly [number, number]>> = {
  '': [1, 1],
  '?': [0, 1],
  '*': [0, Infinity],
  '+': [1, Infinity],
};

/** Compiles a table for the reader and the writer. Throws when the table is broken. */
export function compileTable(table: MessageTable): MessageSchema {
  const types = new Map<string, IsoType>();
  const roots = new Map<string, IsoType>();
  for (const [name, type] of Object.entries(table.roots)) roots.set(name, typeOf(table, types, type));
  return { message: table.message, namespace: table.namespace, source: table.source, roots };
}

function typeOf(table: MessageTable, types: Map<string, IsoType>, name: string): IsoType {
  const known = types.get(name);
  if (known !== undefined) return known;
  const entry = table.types[name];
  if (entry === undefined) throw new Error(`table ${table.message} has no type ${name}`);
  if ('sequence' in entry) return sequenceType(table, types, name, entry);
  const type: SimpleType = 'content' in entry ? contentType(table, name, entry) : simpleType(name, entry);
  types.set(name, type);
  return type;
}

function simpleType(name: string, entry: SimpleTable): SimpleType {
  return { kind: 'simple', name, text: simpleCheck(entry) };
}

function contentType(table: MessageTable, name: string, entry: ContentTable): SimpleType {
  const [attribute = '', attributeType = ''] = entry.attribute.split(' ');
  const text = (type: string): SimpleCheck => simpleCheck(table.types[type] as SimpleTable);
  return {
    kind: 'simple',
    name,
    text: text(entry.content),
    attribute: { name: attribute, text: text(attributeType) },
  };
}

function sequenceType(
  table: MessageTable,
  types: Map<string, IsoType>,
  name: string,
  entry: SequenceTable,
): ComplexType {
  const type: ComplexType = {
    kind: 'complex',
    name,
    particles: [],
    slots: new Map(),
    nextRequired: [],
    followers: [],
  };
  // Known before its elements are: types may contain themselves.
  types.set(name, type);
  for (const part of entry.sequence) {
    type.particles.push(typeof part === 'string' ? single(table, types, part) : choice(table, types, part));
  }
  for (let at = 0; at <= type.particles.length; at++) type.followers.push(undefined);
  type.nextRequired[type.particles.length] = type.particles.length;
  for (let at = type.particles.length - 1; at >= 0; at--) {
    type.nextRequired[at] = type.particles[at]!.min > 0 ? at : type.nextRequired[at + 1]!;
  }
  type.particles.forEach((particle, index) => {
    for (const alternative of particle.alternatives) {
      if (type.slots.has(alternative.name)) throw new Error(`${name} has two elements ${alternative.name}`);
      const many = particle.max > 1 || alternative.max > 1;
      type.slots.set(alternative.name, { name: alternative.name, particle: index, alternative, many });
    }
  });
  return type;
}

function parseParticle(text: string): { name: string; type: string; min: number; max: number } {
  const match = PARTICLE.exec(text);
  if (match === null) throw new Error(`no particle: ${text}`);
  const [, name = '', type = '', sign = '', low, high] = match;
  const signed = SIGNS[sign];
  const [min, max] = signed ?? [Number(low), high === '' ? Infinity : Number(high)];
  return { name, type, min, max };
}

function single(table: MessageTable, types: Map<string, IsoType>, text: string): Particle {
  const { name, type, min, max } = parseParticle(text);
  if (name.startsWith('*')) return { min, max, alternatives: [], any: type, lax: name === '*' };
  return { min, max, alternatives: [{ name, type: typeOf(table, types, type), min: 1, max: 1 }] };
}

function choice(table: MessageTable, types: Map<string, IsoType>, parts: readonly string[]): Particle {
  const alternatives = parts.map(parseParticle).map(({ name, type, min, max }) => {
    return { name, type: typeOf(table, types, type), min, max };
  });
  return { min: alternatives.some(({ min }) => min === 0) ? 0 : 1, max: 1, alternatives };
}
