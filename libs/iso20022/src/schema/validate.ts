import type { Alternative, ComplexType, IsoType, Particle, SimpleType } from './compile.js';
import type { IsoTree, IsoValue } from './tree.js';

/** What is wrong with a tree, by path. */
export interface TreeError {
  readonly code: string;
  readonly path: string;
  readonly detail: string;
}

/** Every way in which a tree that came from elsewhere differs from its type. Order of names does not matter. */
export function validateTree(type: IsoType, value: unknown, path: string, errors: TreeError[]): void {
  if (type.kind === 'simple') validateSimple(type, value, path, errors);
  else if (!isObject(value)) errors.push({ code: 'not_an_object', path, detail: 'must hold elements' });
  else validateComplex(type, value, path, errors);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function validateSimple(type: SimpleType, value: unknown, path: string, errors: TreeError[]): void {
  const { attribute } = type;
  if (attribute === undefined) return validateText(type.text.check, value, path, errors);
  if (!isObject(value) || Object.keys(value).sort().join() !== 'Ccy,v') {
    errors.push({ code: 'not_an_amount', path, detail: 'must be {"Ccy", "v"}, both texts' });
    return;
  }
  validateText(attribute.text.check, value.Ccy, `${path}/Ccy`, errors);
  validateText(type.text.check, value.v, path, errors);
}

function validateText(
  check: SimpleType['text']['check'],
  value: unknown,
  path: string,
  errors: TreeError[],
): void {
  if (typeof value !== 'string') {
    errors.push({ code: 'not_a_text', path, detail: 'must be a text in quotes; numbers are texts too' });
    return;
  }
  const violation = check(value);
  if (violation !== undefined) errors.push({ code: violation.code, path, detail: violation.detail });
}

function validateComplex(
  type: ComplexType,
  tree: Record<string, unknown>,
  path: string,
  errors: TreeError[],
): void {
  for (const name of Object.keys(tree)) {
    const open = name === '*' && type.particles.some(({ any }) => any !== undefined);
    if (open || type.slots.has(name)) continue;
    errors.push({
      code: 'unexpected_element',
      path: `${path}/${name}`,
      detail: `${type.name} has no such element`,
    });
  }
  for (const particle of type.particles) validateParticle(type, particle, tree, path, errors);
}

function validateParticle(
  type: ComplexType,
  particle: Particle,
  tree: Record<string, unknown>,
  path: string,
  errors: TreeError[],
): void {
  if (particle.any !== undefined) return validateOpen(particle, tree['*'], path, errors);
  const present = particle.alternatives.filter(({ name }) => Object.hasOwn(tree, name));
  if (present.length > 1) {
    errors.push({
      code: 'too_many_elements',
      path: `${path}/${present[1]!.name}`,
      detail: `only one of ${present.map(({ name }) => name).join(', ')}`,
    });
  }
  if (present.length === 0 && particle.min > 0) {
    const names = particle.alternatives.map(({ name }) => name).join('|');
    errors.push({ code: 'missing_element', path: `${path}/${names}`, detail: `${names} is missing` });
  }
  for (const alternative of present)
    validateElement(type, particle, alternative, tree[alternative.name], path, errors);
}

function validateElement(
  type: ComplexType,
  particle: Particle,
  { name, type: child, min, max }: Alternative,
  value: unknown,
  path: string,
  errors: TreeError[],
): void {
  const at = `${path}/${name}`;
  if (type.slots.get(name)?.many !== true) return validateTree(child, value, at, errors);
  if (!Array.isArray(value)) {
    errors.push({ code: 'not_a_list', path: at, detail: 'must be a list: the schema allows many' });
    return;
  }
  const least = Math.max(min, particle.alternatives.length > 1 ? 1 : particle.min);
  const most = Math.max(max, particle.max);
  if (value.length < least || value.length === 0)
    errors.push({ code: 'missing_element', path: at, detail: `at least ${Math.max(least, 1)}` });
  if (value.length > most) errors.push({ code: 'too_many_elements', path: at, detail: `at most ${most}` });
  value.forEach((item: unknown, index) => validateTree(child, item, `${at}[${index + 1}]`, errors));
}

function validateOpen({ min, max }: Particle, value: unknown, path: string, errors: TreeError[]): void {
  const content = (value ?? []) as IsoValue;
  const wellShaped =
    Array.isArray(content) &&
    content.every((item: unknown) => isObject(item) && typeof item.xml === 'string');
  if (!wellShaped || content.length < min || content.length > max) {
    errors.push({ code: 'open_content', path: `${path}/*`, detail: 'must be a list of {"xml"}' });
  }
}

/** Every piece of open content in a tree, with its path. */
export function* openContent(
  tree: IsoTree,
  path: string,
): Generator<{ readonly xml: string; readonly path: string }> {
  for (const [name, value] of Object.entries(tree)) {
    for (const item of Array.isArray(value) ? (value as readonly IsoValue[]) : [value]) {
      if (typeof item !== 'object') continue;
      if (name === '*') yield { xml: (item as { xml: string }).xml, path: `${path}/*` };
      else yield* openContent(item as IsoTree, `${path}/${name}`);
    }
  }
}
