import { isDeepStrictEqual } from 'node:util';
import type { IsoTree, IsoValue } from '../schema/tree.js';

/** How a tree is read into the model and written from it; `read` gives undefined for what it refuses. */
export interface Mapping<M> {
  read(tree: IsoTree): M | undefined;
  write(model: M): IsoTree;
}

type Step = string | number;

/** Figures that are compared with what they count, and then say nothing more. */
const CHECKED = new Set(['NbOfTxs', 'CtrlSum', 'TtlIntrBkSttlmAmt', 'TtlRtrdIntrBkSttlmAmt']);
/** Each is found by reading again: a hostile message does not make us read for ever. */
const UNHELD_MAX = 100;
/** What standards write where there is nothing to say. */
const NOTHING = 'NOTPROVIDED';

/**
 * Paths of what a message says and its model does not hold: it is not written again where it stood, and the model would be
 * the same without it. The highest elements of which nothing is held, in the order of the message, at most 100.
 */
export function unheldIn<M>(tree: IsoTree, model: M, mapping: Mapping<M>, root: string): readonly string[] {
  const written = mapping.write(model);
  if (isSaidIn(tree, written)) return [];
  const saidAgain = new Set<string>();
  for (const { name, text } of leavesOf(written, '')) saidAgain.add(`${name}=${text}`);
  const found: string[] = [];
  const isHeld = (steps: readonly Step[]): boolean =>
    !isDeepStrictEqual(mapping.read(without(tree, steps) as IsoTree), model);
  const isSilent = ({ name, text }: Leaf): boolean =>
    CHECKED.has(name) || text === NOTHING || saidAgain.has(`${name}=${text}`);
  const visit = (
    value: IsoValue,
    again: IsoValue | undefined,
    steps: readonly Step[],
    path: string,
  ): void => {
    if (isSaidIn(value, again) || [...leavesOf(value, nameOf(steps))].every(isSilent)) return;
    if (found.length >= UNHELD_MAX) return;
    const parts = partsOf(value);
    if ((parts.length === 0 || again === undefined) && !isHeld(steps)) found.push(path);
    else
      for (const [step, part] of parts)
        visit(part, partOf(again, step), [...steps, step], pathTo(path, step));
  };
  visit(tree, written, [], root);
  return found;
}

/** Is all of a value in what was written? The usual case, so it comes first and makes nothing. */
function isSaidIn(value: IsoValue, again: IsoValue | undefined): boolean {
  if (again === undefined || typeof value === 'string') return value === again;
  if (Array.isArray(value)) {
    const others = (Array.isArray(again) ? again : [again]) as readonly IsoValue[];
    return value.every((each: IsoValue, index) => isSaidIn(each, others[index]));
  }
  if (typeof again === 'string') return false;
  const other = (Array.isArray(again) ? again[0] : again) as IsoTree;
  for (const name in value) {
    const part = (value as IsoTree)[name];
    if (part !== undefined && !isSaidIn(part, other[name])) return false;
  }
  return true;
}

interface Leaf {
  /** Of the element that it is in. */
  readonly name: string;
  readonly text: string;
}

const pathTo = (path: string, step: Step): string =>
  typeof step === 'number' ? `${path}[${step + 1}]` : `${path}/${step}`;

/** The name of the element that a path leads to. */
function nameOf(steps: readonly Step[]): string {
  return (steps.findLast((step) => typeof step === 'string') as string | undefined) ?? '';
}

/** What is in an element or a list; nothing in a text, an amount or open content. */
function partsOf(value: IsoValue): readonly (readonly [Step, IsoValue])[] {
  if (typeof value === 'string' || 'xml' in value || 'v' in value) return [];
  if (Array.isArray(value)) return value.map((part: IsoValue, index) => [index, part] as const);
  return Object.entries(value as IsoTree).flatMap(([name, part]) =>
    part === undefined ? [] : [[name, part] as const],
  );
}

/** A list that holds one is written as that one too. */
function partOf(value: IsoValue | undefined, step: Step): IsoValue | undefined {
  if (value === undefined) return undefined;
  if (typeof step === 'number' && !Array.isArray(value)) return step === 0 ? value : undefined;
  if (typeof value === 'string') return undefined;
  return (value as Readonly<Record<Step, IsoValue | undefined>>)[step];
}

function* leavesOf(value: IsoValue, name: string): Generator<Leaf> {
  const parts = partsOf(value);
  if (parts.length === 0) yield { name, text: typeof value === 'string' ? value : JSON.stringify(value) };
  for (const [step, part] of parts) yield* leavesOf(part, typeof step === 'string' ? step : name);
}

function without(value: IsoValue | undefined, [step, ...rest]: readonly Step[]): IsoValue | undefined {
  if (step === undefined || value === undefined) return undefined;
  if (Array.isArray(value)) {
    const left = without((value as readonly IsoValue[])[step as number], rest);
    return value.flatMap((each: IsoValue, index) => (index === step ? (left ?? []) : [each]));
  }
  const tree = value as IsoTree;
  return { ...tree, [step]: without(tree[step], rest) };
}
