import type { Alternative, ComplexType, IsoType, SimpleType } from '../schema/compile.js';
import { findSchema } from '../schema/registry.js';
import type { AnyContent, IsoAmount, IsoPart, IsoTree, IsoValue } from '../schema/tree.js';
import { escapeAttribute, escapeText } from './characters.js';

/** The tree cannot be a valid message: a fault of the program that made it. */
export class IsoWriteError extends Error {
  constructor(
    readonly path: string,
    detail: string,
  ) {
    super(`${path}: ${detail}`);
    this.name = 'IsoWriteError';
  }
}

/** One part as XML, in the order of its schema and checked against it. Throws IsoWriteError. */
export function writePart(part: IsoPart): string {
  const schema = findSchema(part.version);
  if (schema === undefined) throw new IsoWriteError(part.version, 'no such message definition');
  const [[name, type]] = [...schema.roots] as [[string, IsoType]];
  return writeElement(name, ` xmlns="${schema.namespace}"`, type, part.tree, `/${name}`);
}

function writeElement(
  name: string,
  attributes: string,
  type: IsoType,
  value: IsoValue,
  path: string,
): string {
  if (type.kind === 'simple') return writeSimple(name, type, value, path);
  if (typeof value !== 'object' || Array.isArray(value)) throw new IsoWriteError(path, 'must hold elements');
  return `<${name}${attributes}>${writeContent(type, value as IsoTree, path)}</${name}>`;
}

function writeSimple(name: string, type: SimpleType, value: IsoValue, path: string): string {
  const { attribute } = type;
  if (attribute === undefined) return `<${name}>${checked(type, value, path)}</${name}>`;
  const { Ccy, v } = value as IsoAmount;
  const violation = attribute.text.check(Ccy);
  if (violation !== undefined) throw new IsoWriteError(path, `${attribute.name} ${violation.detail}`);
  return `<${name} ${attribute.name}="${escapeAttribute(Ccy)}">${checked(type, v, path)}</${name}>`;
}

function checked(type: SimpleType, value: IsoValue | undefined, path: string): string {
  if (typeof value !== 'string') throw new IsoWriteError(path, 'must be text');
  const violation = type.text.check(value);
  if (violation !== undefined) throw new IsoWriteError(path, `"${value}" ${violation.detail}`);
  try {
    return escapeText(value);
  } catch {
    throw new IsoWriteError(path, 'holds a character that XML cannot carry');
  }
}

function writeContent(type: ComplexType, tree: IsoTree, path: string): string {
  let xml = '';
  let written = 0;
  for (const particle of type.particles) {
    let present = 0;
    if (particle.any !== undefined) {
      const open = (tree['*'] ?? []) as readonly AnyContent[];
      if (open.length > 0) written += 1;
      present = open.length;
      for (const content of open) xml += content.xml;
    }
    for (const alternative of particle.alternatives) {
      const value = tree[alternative.name];
      if (value === undefined) continue;
      const values = (Array.isArray(value) ? value : [value]) as readonly IsoValue[];
      if (particle.alternatives.length > 1 && present > 0) {
        throw new IsoWriteError(path, `${alternative.name} beside another element of its choice`);
      }
      const times = values.length;
      checkTimes(alternative, times, Math.max(particle.max, alternative.max), path);
      written += 1;
      present += times;
      for (const item of values)
        xml += writeElement(alternative.name, '', alternative.type, item, `${path}/${alternative.name}`);
    }
    if (present < particle.min) throw new IsoWriteError(path, `${namesOf(particle.alternatives)} is missing`);
  }
  checkNames(type, tree, written, path);
  return xml;
}

function checkTimes({ name, min }: Alternative, times: number, max: number, path: string): void {
  if (times > max) throw new IsoWriteError(path, `${name} ${times} times, at most ${max}`);
  if (times < min) throw new IsoWriteError(path, `${name} ${times} times, at least ${min}`);
}

/** Nothing that was given may stay unwritten. */
function checkNames(type: ComplexType, tree: IsoTree, written: number, path: string): void {
  const names = Object.keys(tree).filter((name) => tree[name] !== undefined);
  if (names.length === written) return;
  const unknown = names.filter((name) => name !== '*' && !type.slots.has(name));
  throw new IsoWriteError(path, `${type.name} has no ${unknown.join(', ') || 'open content'}`);
}

const namesOf = (alternatives: readonly Alternative[]): string =>
  alternatives.map(({ name }) => name).join('|') || '*';
