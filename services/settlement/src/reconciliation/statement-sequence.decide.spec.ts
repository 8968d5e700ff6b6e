import { describe, expect, it } from '@jest/globals';
import type { StatementHead } from '@tonle/contracts';
import { replacementFault, replacements, sequenceFault } from './statement-sequence.decide.js';

const head = (number: string | undefined, openingMinor: string, closingMinor: string): StatementHead => ({
  account: 'A',
  ...(number !== undefined && { number }),
  openingMinor,
  closingMinor,
});

describe(sequenceFault, () => {
  it('lets statements follow each other in number and balance', () => {
    expect(sequenceFault([head('7', '0', '5')], [head('8', '5', '9')], 'THB')).toBeUndefined();
    const two = [head('8', '5', '-9'), head('7', '0', '5')];
    expect(sequenceFault(two, [head('10', '-3', '0'), head('009', '-9', '-3')], 'THB')).toBeUndefined();
    expect(sequenceFault([head('365', '0', '5')], [head('1', '5', '9')], 'THB')).toBeUndefined();
  });

  it.each<[string, StatementHead, string]>([
    [
      'one is missing',
      head('9', '5', '9'),
      'the statement 9 of account A does not follow 7 of the day before',
    ],
    [
      'it is the same',
      head('7', '0', '5'),
      'the statement 7 of account A does not follow 7 of the day before',
    ],
    [
      'it begins elsewhere',
      head('8', '6', '9'),
      'the statement 8 of account A opens with 0.06 THB, the day before closed with 0.05 THB',
    ],
  ])('says it when %s', (_name, now, fault) => {
    expect(sequenceFault([head('7', '0', '5')], [now], 'THB')).toBe(fault);
  });

  it('says nothing where nobody can tell', () => {
    expect(sequenceFault([], [head('9', '5', '9')], 'THB')).toBeUndefined();
    expect(sequenceFault([head(undefined, '0', '5')], [head('9', '6', '9')], 'THB')).toBeUndefined();
    expect(
      sequenceFault([head('7', '0', '5')], [{ ...head('9', '6', '9'), account: 'B' }], 'THB'),
    ).toBeUndefined();
  });
});

describe('a statement in the place of one that was taken', () => {
  const taken = (over: Partial<StatementHead> = {}): StatementHead => ({
    account: 'A',
    number: '7',
    openingMinor: '0',
    closingMinor: '5',
    statementId: 'S',
    createdAt: '2026-11-20T18:00:00.000Z',
    digest: 'a',
    ...over,
  });
  const later = { createdAt: '2026-11-20T18:00:00.001Z' };

  it.each<[string, Partial<StatementHead>, Partial<StatementHead>]>([
    ['the same once more', {}, {}],
    ['the same, made anew', {}, later],
    ['another number', {}, { number: '8', digest: 'b' }],
    ['another account', {}, { account: 'B', digest: 'b' }],
    ['other content from later', {}, { ...later, digest: 'b' }],
    ['other content from later, under an id of its own', {}, { ...later, statementId: 'S2', digest: 'b' }],
    ['content that is gone, from later', {}, { ...later, digest: undefined }],
    ['one that says when it was made, after one that did not', { createdAt: undefined }, { digest: 'b' }],
    ['one that is not numbered', { number: undefined }, { number: undefined, digest: 'b' }],
    ['one of which no content is known', { digest: undefined }, { digest: 'b' }],
  ])('counts: %s', (_, before, now) => {
    expect(replacementFault([taken(before)], [taken(now)])).toBeUndefined();
  });

  const earlier = '2026-11-20T17:59:59.000Z';
  it.each<[string, Partial<StatementHead>, string]>([
    ['from the same moment', {}, 'is from 2026-11-20T18:00:00.000Z, not later than that'],
    ['from the same moment, under an id of its own', { statementId: 'S2' }, 'not later than that'],
    [
      'from earlier',
      { createdAt: earlier },
      `is from ${earlier}, not later than that (2026-11-20T18:00:00.000Z)`,
    ],
    ['from an unknown time', { createdAt: undefined }, 'does not say when it was made'],
    [
      'of which nothing is known',
      { createdAt: undefined, digest: undefined },
      'does not say when it was made',
    ],
    ['under a number that is written otherwise', { number: '007' }, 'the statement 007 of account A'],
  ])('does not: other content %s; it is said what to do', (_, now, words) => {
    const fault = replacementFault([taken()], [taken({ digest: 'b', ...now })]);
    expect(fault).toContain(words);
    expect(fault).toMatch(/ask the network for a statement .* and reconcile the day again$/);
  });

  it('is named, with the one that it replaces', () => {
    expect(replacements([], [taken()], 'THB')).toEqual([]);
    expect(replacements([taken()], [taken(later)], 'THB')).toEqual([]);
    expect(replacements([taken({ digest: undefined })], [taken()], 'THB')).toEqual([]);
    const one = 'the statement 7 of account A (id S, from 2026-11-20T18:00:00.000Z, closing with 0.05 THB)';
    expect(replacements([taken()], [taken({ ...later, closingMinor: '6', digest: 'b' })], 'THB')).toEqual([
      `${one} gave way to the statement 7 of account A (id S, from ${later.createdAt}, closing with 0.06 THB)`,
    ]);
    expect(replacements([taken()], [taken({ account: 'B' })], 'THB')).toEqual([`${one} gave way to nothing`]);
    const bare = { number: undefined, statementId: undefined, createdAt: undefined };
    expect(replacements([taken({ ...bare })], [taken({ ...bare, digest: 'b' })], 'THB')).toEqual([
      'the statement of account A (closing with 0.05 THB) gave way to the statement of account A (closing with 0.05 THB)',
    ]);
  });
});
