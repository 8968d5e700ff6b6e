import { describe, expect, it } from '@jest/globals';
import { withoutBlanks } from './characters.js';

describe('blanks around a date and time', () => {
  it.each([
    ['2026-03-28T23:33:55Z\n', '2026-03-28T23:33:55Z'],
    ['2026-03-28T23:33:55.5+07:00 \t', '2026-03-28T23:33:55.5+07:00'],
    ['2026-03-28T23:33:55.914663\n', '2026-03-28T23:33:55.914663\n'],
    [' 2026-03-28T23:33:55Z', ' 2026-03-28T23:33:55Z'],
  ])('are dropped after a zone only, as libxml2 takes them: %j', (written, kept) => {
    expect(withoutBlanks(written, 'drop_after_zone')).toBe(kept);
  });
});
