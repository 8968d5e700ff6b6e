import type { AuditFacts, MatchRule, ReconciliationRules } from '@tonle/contracts';
import { minorText } from '@tonle/money';

const NONE = 'none';
/** Where a version of the rules does not say it. */
export const EDGE_MINUTES = 15;

/** What new rules would change, both ways, what stays left out: `tolerance BAKONG KHR` -> words. Pure. */
export function shownRules(
  was: ReconciliationRules,
  becomes: ReconciliationRules,
): { readonly before: AuditFacts; readonly after: AuditFacts } {
  const [old, now] = [wordsOf(was), wordsOf(becomes)];
  const differing = [...new Set([...old.keys(), ...now.keys()])].filter(
    (name) => old.get(name) !== now.get(name),
  );
  const side = (words: ReadonlyMap<string, string>): AuditFacts =>
    Object.fromEntries(differing.map((name) => [name, words.get(name) ?? NONE]));
  return { before: side(old), after: side(now) };
}

function wordsOf({
  rules,
  tolerances,
  suggestions,
  edgeMinutes = EDGE_MINUTES,
  fees = [],
  interest = [],
}: ReconciliationRules): ReadonlyMap<string, string> {
  return new Map([
    ...rules.map((rule): [string, string] => [`rule ${rule.id}`, ruleWords(rule)]),
    ...tolerances.map(({ partner, currency, itemMinor, dayMinor }): [string, string] => [
      `rounding ${partner} ${currency}`,
      `${minorText(BigInt(itemMinor), currency)} each, ${minorText(BigInt(dayMinor), currency)} a day`,
    ]),
    ...suggestions.map(({ currency, withoutPersonMinor }): [string, string] => [
      `matched without a person ${currency}`,
      `up to ${minorText(BigInt(withoutPersonMinor), currency)}`,
    ]),
    ['around midnight', `${edgeMinutes} minutes`],
    ...fees.map(({ partner, currency, basisPoints, fixedMinor }): [string, string] => [
      `fee ${partner} ${currency}`,
      `${basisPoints} basis points and ${minorText(BigInt(fixedMinor), currency)}`,
    ]),
    ...interest.map(({ currency, basisPointsPerYear, daysOfYear }): [string, string] => [
      `interest ${currency}`,
      `${basisPointsPerYear} basis points a year of ${daysOfYear} days`,
    ]),
  ]);
}

function ruleWords({
  level,
  pass,
  shape,
  searchKey,
  matchFields,
  withinMinutes,
  partsMax,
}: MatchRule): string {
  return [
    `${level} pass ${pass}, ${shape}`,
    `searched by ${searchKey.join(', ') || 'nothing'}`,
    `compared by ${matchFields.join(', ') || 'nothing'}`,
    ...(withinMinutes === undefined ? [] : [`within ${withinMinutes} minutes`]),
    ...(partsMax === undefined ? [] : [`${partsMax} parts at most`]),
  ].join('; ');
}
