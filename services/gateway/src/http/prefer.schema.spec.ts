import { describe, expect, it } from '@jest/globals';
import { preferredWait } from './prefer.schema.js';

describe('Prefer', () => {
  it.each<[string | undefined, number]>([
    [undefined, 0],
    ['', 0],
    ['respond-async', 0],
    ['waiting=5', 0],
    ['wait-for=5', 0],
    ['note="wait=5, wait=x"', 0],
    ['wait=0', 0],
    ['wait=20', 20_000],
    ['WAIT = "20"', 20_000],
    ['respond-async, wait=10', 10_000],
    ['respond-async; wait=10', 10_000],
    ['wait=1, wait=2', 1_000],
    ['wait=999', 60_000],
    ['wait=99999999999999999999', 60_000],
  ])('%s is %d ms', (header, waitMs) => {
    expect(preferredWait.parse(header)).toBe(waitMs);
  });

  it.each(['wait=-1', 'wait=abc', 'wait', 'wait=', 'wait=1.5', 'wait=20s', 'a, wait="x"'])(
    '%s is refused, since its sender counts on being held',
    (header) => {
      const { error } = preferredWait.safeParse(header);
      expect(error?.issues.map(({ message }) => message)).toEqual([
        'wait must be whole seconds, such as wait=20.',
      ]);
    },
  );
});
