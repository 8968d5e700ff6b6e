import { isText } from '@tonle/contracts';
import type { FaultKind, FaultMatch, FaultRequest } from './fault.js';

/** A rule for a text of a fault, in words too, for who breaks it. */
export interface TextRule {
  readonly fits: (text: string) => boolean;
  readonly rule: string;
}

/** What one operation of a simulator can be made to do wrong. */
export interface FaultyOperation {
  readonly faults: readonly FaultKind[];
  /** What of its calls a fault can be matched with. */
  readonly facts: readonly (keyof FaultMatch)[];
  /** What a rejection can carry. */
  readonly code: TextRule;
  /** Has its rejection room for words beside the code? */
  readonly hasTexts?: true;
  /** What a wrong amount can differ by. */
  readonly addMinor?: TextRule;
}

/** What whoever answers a call can do wrong whatever it is about. */
export const ANSWERING: readonly FaultKind[] = [
  'delay',
  'timeout_before',
  'timeout_after',
  'reject',
  'garbage',
  'http_5xx',
  'reset',
];

/** Text that the wire can carry, of at most so many characters. */
export function textUpTo(max: number): TextRule {
  return {
    fits: (text) => [...text].length <= max && isText(text),
    rule: `at most ${max} characters, none of them a control or half a surrogate`,
  };
}

/** Differences that leave an amount that can be paid. */
export function wholeSteps(step: bigint): TextRule {
  return { fits: (minor) => BigInt(minor) % step === 0n, rule: `a multiple of ${step} minor units` };
}

type Checked =
  | { readonly kind: 'fits'; readonly operations: readonly string[] }
  | { readonly kind: 'refused'; readonly issues: readonly string[] };

/** The operations that a fault strikes; or why it could strike none of them, or one of them could not do it. */
export function checkFault(fault: FaultRequest, known: Readonly<Record<string, FaultyOperation>>): Checked {
  const names = Object.keys(known);
  const meant = fault.operation === '*' ? names : names.filter((name) => name === fault.operation);
  if (meant.length === 0) return refused(`operation: ${fault.operation} is none of *, ${names.join(', ')}`);
  if (fault.fault === 'outage') return { kind: 'fits', operations: meant };
  // A time-out with a code is a rejection that is not told; of a finalisation it says what is wrong in it.
  const isRejection = fault.code !== undefined && fault.fault !== 'wrong_finalisation';
  const wanted = isRejection ? [fault.fault, 'reject' as const] : [fault.fault];
  const able = meant.filter((name) => wanted.every((kind) => known[name]!.faults.includes(kind)));
  if (able.length === 0) {
    const faults = unique(meant.flatMap((name) => known[name]!.faults));
    const what = wanted.length > 1 && fault.fault !== 'reject' ? wanted.join(' by ') : fault.fault;
    return refused(`fault: ${fault.operation} cannot do ${what}, only ${faults.join(', ')}`);
  }
  const matched = Object.keys(fault.match) as (keyof FaultMatch)[];
  const struck = able.filter((name) => matched.every((fact) => known[name]!.facts.includes(fact)));
  if (struck.length === 0) {
    const facts = unique(able.flatMap((name) => known[name]!.facts)).join(', ');
    return refused(
      `match: calls of ${fault.operation} cannot be matched by ${matched.join(' and ')}, ` +
        (facts === '' ? 'nor by anything else' : `only by ${facts}`),
    );
  }
  const issues = struck.flatMap((name) => textIssues(fault, name, known[name]!));
  return issues.length === 0 ? { kind: 'fits', operations: struck } : { kind: 'refused', issues };
}

function textIssues({ code, texts, addMinor }: FaultRequest, name: string, rules: FaultyOperation): string[] {
  return [
    ...(code !== undefined && !rules.code.fits(code) ? [`code: ${name} takes ${rules.code.rule}`] : []),
    ...(texts !== undefined && rules.hasTexts === undefined
      ? [`texts: ${name} has no room for words beside the code`]
      : []),
    ...(addMinor !== undefined && rules.addMinor?.fits(addMinor) === false
      ? [`addMinor: ${name} takes ${rules.addMinor.rule}`]
      : []),
  ];
}

const refused = (issue: string): Checked => ({ kind: 'refused', issues: [issue] });
const unique = <T>(list: readonly T[]): T[] => [...new Set(list)];
