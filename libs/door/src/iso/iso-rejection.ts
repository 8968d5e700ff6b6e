import type { Rejection } from '@tonle/iso20022';
import { oneLine } from './iso-answers.js';

const LOCATION_MAX = 350;
const DESCRIPTION_MAX = 350;
const FINDINGS_MAX = 20_000;
/** Room for the line that counts what is left out. */
const MORE_MAX = 40;

/** What is wrong, in words, and the path of the element that it is about. */
export interface RejectionFinding {
  readonly path?: string;
  readonly text: string;
}

/**
 * The texts of an admi.002: each finding whole. The first is its description where it fits there; of several, or of a
 * longer one, all are in its additional data, a line each, and a last line counts those that it has no room for. Of
 * findings of which none has room the first is cut.
 */
export function rejectionTexts(
  findings: readonly RejectionFinding[],
): Pick<Rejection, 'location' | 'description' | 'findings'> {
  const lines = findings.map(({ text }) => oneLine(text));
  const [first] = lines;
  if (first === undefined) return {};
  const location = oneLine(findings[0]?.path ?? '');
  const fits = lengthOf(first) <= DESCRIPTION_MAX;
  return {
    ...(location === '' || lengthOf(location) > LOCATION_MAX ? {} : { location }),
    description: fits ? first : 'The findings are in AddtlData.',
    ...(fits && lines.length === 1 ? {} : { findings: inOneText(lines) }),
  };
}

function inOneText(lines: readonly string[]): string {
  const whole = lines.join('\n');
  if (lengthOf(whole) <= FINDINGS_MAX) return whole;
  const shown: string[] = [];
  let length = 0;
  for (const line of lines) {
    const longer = length + lengthOf(line) + 1;
    if (longer > FINDINGS_MAX - MORE_MAX) continue;
    length = longer;
    shown.push(line);
  }
  if (shown.length === 0) return `${[...lines[0]!].slice(0, FINDINGS_MAX - MORE_MAX).join('')} ...`;
  return [...shown, `Findings left out: ${lines.length - shown.length}.`].join('\n');
}

const lengthOf = (text: string): number => [...text].length;
