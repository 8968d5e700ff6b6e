import { describe, expect, it } from '@jest/globals';
import { Conditions } from './conditions.js';

describe(Conditions.name, () => {
  it('numbers values in the order in which they came', () => {
    const conditions = new Conditions();
    conditions.add('A', (place) => `sender = ${place}`);
    conditions.add(undefined, () => 'never');
    conditions.add(3, (place) => `(low <= ${place} AND ${place} <= high)`);
    expect(conditions.where).toBe('WHERE sender = $1\n       AND (low <= $2 AND $2 <= high)');
    expect(conditions.place(50)).toBe('$3');
    expect(conditions.values).toEqual(['A', 3, 50]);
  });

  it('demands nothing when nothing is', () => {
    expect(new Conditions().where).toBe('');
  });

  it('refuses a condition that is not about its value, whether or not somebody asks for it', () => {
    const conditions = new Conditions();
    expect(() => conditions.add('x', () => `day < ${conditions.place('y')}`)).toThrow(
      'is not about its value',
    );
    expect(() => conditions.add(undefined, () => 'day < now()')).not.toThrow();
  });
});
