import { describe, expect, it } from '@jest/globals';
import { endingText } from './ending.js';

describe('why a process ends', () => {
  const error = new Error('the directory file is refused:\n- corridor KH-TH: raise it\n  - and another');

  it('is told in one line, with every reason', () => {
    expect(endingText(error, false)).toBe(
      'the directory file is refused: - corridor KH-TH: raise it - and another',
    );
    expect(endingText(new Error('x'.repeat(9_000)), false)).toHaveLength(4_000);
    expect(endingText('a text', false)).toBe('a text');
  });

  it('is told with its stack to who debugs', () => {
    expect(endingText(error, true)).toContain('ending.spec.ts');
  });
});
