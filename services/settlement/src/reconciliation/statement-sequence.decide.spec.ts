import { describe, expect, it } from '@jest/globals';
import type { StatementHead } from '@tonle/contracts';
import { replacementFault, sequenceFault } from './statement-sequence.decide.js';

const head = (number: string | undefined, openingMinor: string, closingMinor: string): StatementHead => ({
  account: 'A',
  ...(number !== undefined && { number }),
  openingMinor,
  closingMinor,
});

describe(sequenceFault, () => {
  it('lets statements follow each other in number and balance', () => {
    expect(sequenceFault([head('7', '0', '5')], [head('8', '5', '9')])).toBeUndefined();
    const two = [head('8', '5', '-9'), head('7', '0', '5')];
    expect(sequenceFault(two, [head('10', '-3', '0'), head('009', '-9', '-3')])).toBeUndefined();
    expect(sequenceFault([head('365', '0', '5')], [head('1', '5', '9')])).toBeUndefined();
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
      'the statement 8 of account A opens with 6, the day before closed with 5 (minor units)',
    ],
  ])('says it when %s', (_name, now, fault) => {
    expect(sequenceFault([head('7', '0', '5')], [now])).toBe(fault);
  });

  it('says nothing where nobody can tell', () => {
    expect(sequenceFault([], [head('9', '5', '9')])).toBeUndefined();
    expect(sequenceFault([head(undefined, '0', '5')], [head('9', '6', '9')])).toBeUndefined();
    expect(sequenceFault([head('7', '0', '5')], [{ ...head('9', '6', '9'), account: 'B' }])).toBeUndefined();
  });
});

describe('a statement in the place of one that was taken', () => {
  const ENDS = Date.parse('2026-11-20T17:00:00Z');
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
  const faultOf = (before: Partial<StatementHead>, now: Partial<StatementHead>) =>
    replacementFault([taken(before)], [taken(now)], ENDS);

  it.each<[string, Partial<StatementHead>, Partial<StatementHead>]>([
    ['the same once more', {}, {}],
    ['the same, made anew', {}, later],
    ['another number', {}, { number: '8', digest: 'b' }],
    ['another account', {}, { account: 'B', digest: 'b' }],
    ['an id of its own, from later', {}, { ...later, statementId: 'S2', digest: 'b' }],
    ['one from before the day was over', { createdAt: '2026-11-20T16:59:59Z' }, { digest: 'b' }],
    ['one that is not numbered', { number: undefined }, { number: undefined, digest: 'b' }],
    ['one of which no content is known', { digest: undefined }, { digest: 'b' }],
  ])('counts: %s', (_, before, now) => expect(faultOf(before, now)).toBeUndefined());

  it.each<[string, Partial<StatementHead>, Partial<StatementHead>, string]>([
    ['other content', {}, { ...later, digest: 'b' }, 'under the same number'],
    ['other content from the same moment', {}, { statementId: 'S2', digest: 'b' }, 'under the same number'],
    ['content that is gone', {}, { ...later, digest: undefined }, 'under the same number'],
    [
      'from an unknown time',
      { createdAt: undefined },
      { statementId: 'S2', digest: 'b' },
      'under the same number',
    ],
    [
      'from earlier',
      {},
      { createdAt: '2026-11-20T17:59:59.000Z', statementId: 'S2', digest: 'b' },
      'is from 2026-11-20T17:59:59.000Z, and one from 2026-11-20T18:00:00.000Z',
    ],
  ])('does not: %s', (_, before, now, words) => expect(faultOf(before, now)).toContain(words));
});
