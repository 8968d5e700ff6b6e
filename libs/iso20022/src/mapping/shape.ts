import type { ComplexType, IsoType, Slot } from '../schema/compile.js';
import type { IsoTree, IsoValue } from '../schema/tree.js';

// A mapping between the canonical model and a message is declared once and serves both directions and all versions:
// it is bound to a version's schema, and what that version cannot carry falls away.

/** Something wrong with a value beyond the schema. Paths are relative until the message's root is reached. */
export interface ValueProblem {
  readonly code: string;
  path: string;
  readonly detail: string;
}

/** Reads and writes a value of one schema type. */
export interface Codec<T> {
  read(value: IsoValue, problems: ValueProblem[]): T | undefined;
  write(value: T): IsoValue | undefined;
  /** Takes the whole array of a repeated element, not its first. */
  readonly many?: boolean;
}

/** A codec to be: given a version's type, the codec for it, or undefined when that type cannot carry the value. */
export interface Shape<T> {
  bind(type: IsoType): Codec<T> | undefined;
}

export type Draft<M> = { -readonly [K in keyof M]?: M[K] };
export type TreeDraft = { [element: string]: IsoValue };

export interface BoundField<M> {
  read(tree: IsoTree, into: Draft<M>, problems: ValueProblem[]): void;
  write(model: M, tree: TreeDraft): void;
}

/**
 * One line of a mapping: which part of the model stands where in the message. Bound to a version's type it is one
 * field, none where that version has no such element, or undefined where the model cannot do without it.
 */
export interface Field<M> {
  bind(type: ComplexType): readonly BoundField<M>[] | undefined;
}

/** All fields of a mapping bound to a type; undefined when one of them is indispensable and has no place. */
export function bindAll<M>(
  fields: readonly Field<M>[],
  type: ComplexType,
): readonly BoundField<M>[] | undefined {
  const bound: BoundField<M>[] = [];
  for (const field of fields) {
    const found = field.bind(type);
    if (found === undefined) return undefined;
    bound.push(...found);
  }
  return bound;
}

export interface ElementRoute {
  readonly steps: readonly string[];
  readonly type: IsoType;
}

/** A path such as `CdtTrfTxInf/DbtrAgt` in a type; undefined when this version has no such element. */
export function routeOf(type: ComplexType, path: string): ElementRoute | undefined {
  const steps = path === '' ? [] : path.split('/');
  let at: IsoType = type;
  for (const step of steps) {
    const slot: Slot | undefined = at.kind === 'complex' ? at.slots.get(step) : undefined;
    if (slot === undefined) return undefined;
    at = slot.alternative.type;
  }
  return { steps, type: at };
}

/** The value at a path; the first one where an element on the way is repeated. */
export function valueAt(tree: IsoTree, steps: readonly string[]): IsoValue | undefined {
  let at: IsoValue | undefined = tree;
  for (const step of steps) {
    if (Array.isArray(at)) at = at[0] as IsoValue;
    if (at === undefined) return undefined;
    at = (at as IsoTree)[step];
  }
  return at;
}

/** All that stands at a path, in whichever of an element that is repeated on the way. */
function valuesAt(tree: IsoTree, steps: readonly string[]): IsoValue | undefined {
  let found: readonly IsoValue[] = [tree];
  for (const step of steps) found = found.flatMap((each) => ((each as IsoTree)[step] ?? []) as IsoValue[]);
  return found.length === 0 ? undefined : (found as IsoValue);
}

/** The path as errors show it: with positions where an element is repeated. */
export function pathAt(tree: IsoTree, steps: readonly string[], many = false): string {
  let path = '';
  let at: IsoValue | undefined = tree;
  steps.forEach((step, index) => {
    if (Array.isArray(at)) at = at[0] as IsoValue;
    at = at === undefined ? undefined : (at as IsoTree)[step];
    const last = index === steps.length - 1;
    path += Array.isArray(at) && !(last && many) ? `/${step}[1]` : `/${step}`;
  });
  return path;
}

/** Puts a value at a path, making the elements on the way. */
export function putAt(tree: TreeDraft, steps: readonly string[], value: IsoValue): void {
  let at = tree;
  for (const step of steps.slice(0, -1)) at = (at[step] ??= {}) as TreeDraft;
  at[steps[steps.length - 1]!] = value;
}

/** Reads by a codec and gives what it found wrong its full path. */
export function readThrough<T>(
  codec: Codec<T>,
  found: IsoValue,
  problems: ValueProblem[],
  path: () => string,
): T | undefined {
  const before = problems.length;
  const value = codec.read(
    codec.many !== true && Array.isArray(found) ? (found[0] as IsoValue) : found,
    problems,
  );
  if (problems.length > before) {
    const prefix = path();
    for (let at = before; at < problems.length; at++) problems[at]!.path = prefix + problems[at]!.path;
  }
  return value;
}

export interface FieldOptions<M> {
  /** Which of several paths is written for a model (an index into those the version has); the first by default. */
  readonly choose?: (model: M) => number;
  /** A list is read from all occurrences of what is repeated on its way, and written in the first. */
  readonly everywhere?: true;
}

interface Place<T> {
  readonly steps: readonly string[];
  readonly codec: Codec<T>;
}

class PlacedField<M, K extends keyof M & string> implements BoundField<M> {
  constructor(
    private readonly key: K,
    private readonly places: readonly Place<NonNullable<M[K]>>[],
    private readonly required: boolean,
    private readonly options: FieldOptions<M>,
  ) {}

  read(tree: IsoTree, into: Draft<M>, problems: ValueProblem[]): void {
    for (const { steps, codec } of this.places) {
      const found = (this.options.everywhere === true ? valuesAt : valueAt)(tree, steps);
      if (found === undefined) continue;
      const value = readThrough(codec, found, problems, () => pathAt(tree, steps, codec.many));
      if (value === undefined) continue;
      into[this.key] = value;
      return;
    }
    if (!this.required || problems.length > 0) return;
    const { steps } = this.places[0]!;
    problems.push({
      code: 'missing_element',
      path: pathAt(tree, steps),
      detail: `${steps.at(-1)} is missing`,
    });
  }

  write(model: M, tree: TreeDraft): void {
    const value = model[this.key];
    if (value === undefined || value === null || this.places.length === 0) return;
    const { steps, codec } = this.places[this.options.choose?.(model) ?? 0] ?? this.places[0]!;
    const written = codec.write(value);
    if (written !== undefined) putAt(tree, steps, written);
  }
}

class DeclaredField<M, K extends keyof M & string> implements Field<M> {
  constructor(
    private readonly key: K,
    private readonly paths: readonly string[],
    private readonly shape: Shape<NonNullable<M[K]>>,
    private readonly required: boolean,
    private readonly options: FieldOptions<M>,
  ) {}

  bind(type: ComplexType): readonly BoundField<M>[] | undefined {
    const places = this.paths.flatMap((path) => {
      const route = routeOf(type, path);
      const codec = route === undefined ? undefined : this.shape.bind(route.type);
      return route === undefined || codec === undefined ? [] : [{ steps: route.steps, codec }];
    });
    if (places.length === 0) return this.required ? undefined : [];
    return [new PlacedField(this.key, places, this.required, this.options)];
  }
}

/** Declares fields of one model: `const { required, optional } = fieldsOf<Payment>()`. */
export function fieldsOf<M>() {
  const make =
    (required: boolean) =>
    <K extends keyof M & string>(
      key: K,
      paths: string | readonly string[],
      shape: Shape<NonNullable<M[K]>>,
      options: FieldOptions<M> = {},
    ): Field<M> =>
      new DeclaredField<M, K>(key, typeof paths === 'string' ? [paths] : paths, shape, required, options);
  return { required: make(true), optional: make(false) };
}

/** An element that always says the same; reading checks nothing. */
export function constant<M>(path: string, value: string | ((model: M) => string | undefined)): Field<M> {
  return {
    bind: (type) => {
      const route = routeOf(type, path);
      if (route === undefined) return [];
      const write = (model: M, tree: TreeDraft): void => {
        const text = typeof value === 'string' ? value : value(model);
        if (text !== undefined) putAt(tree, route.steps, text);
      };
      return [{ read: () => undefined, write }];
    },
  };
}

/** An element that must be there even when nothing is said in it. */
export function present<M>(path: string): Field<M> {
  return {
    bind: (type) => {
      const route = routeOf(type, path);
      if (route === undefined) return [];
      return [{ read: () => undefined, write: (_model, tree) => putAt(tree, route.steps, {}) }];
    },
  };
}

/** The canonical model holds one transaction: a second one under this path is refused, never dropped. */
export function single<M>(path: string): Field<M> {
  return {
    bind: (type) => {
      const route = routeOf(type, path);
      if (route === undefined) return [];
      const read = (tree: IsoTree, _into: Draft<M>, problems: ValueProblem[]): void => {
        const found = valueAt(tree, route.steps);
        if (!Array.isArray(found) || found.length < 2) return;
        const at = `${pathAt(tree, route.steps, true)}[2]`;
        problems.push({
          code: 'several_transactions',
          path: at,
          detail: `only one ${route.steps.at(-1)} per message is supported`,
        });
      };
      return [{ read, write: () => undefined }];
    },
  };
}

function copyOf(tree: IsoTree): TreeDraft {
  const copy: TreeDraft = {};
  for (const [name, part] of Object.entries(tree))
    copy[name] = typeof part === 'string' ? part : copyOf(part as IsoTree);
  return copy;
}

/** A part of the model that is an object of its own. */
export function object<M>(fields: readonly Field<M>[], base: IsoTree = {}): Shape<M> {
  return {
    bind: (type) => {
      if (type.kind !== 'complex') return undefined;
      const bound = bindAll(fields, type);
      if (bound === undefined) return undefined;
      return {
        read: (value, problems) => readObject(bound, value as IsoTree, problems),
        write: (model) => {
          const tree = copyOf(base);
          for (const field of bound) field.write(model, tree);
          return tree;
        },
      };
    },
  };
}

/** An object of all fields that the tree has; what is wrong with one is added to `problems`. */
export function readObject<M>(bound: readonly BoundField<M>[], tree: IsoTree, problems: ValueProblem[]): M {
  const into: Draft<M> = {};
  for (const field of bound) field.read(tree, into, problems);
  return into as M;
}
