import { describe, expect, it } from '@jest/globals';
import type { StatementHead } from '@tonle/contracts';
import { sequenceFault } from './statement-sequence.decide.js';

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
