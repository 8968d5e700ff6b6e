import { expect, it } from '@jest/globals';
import { Admission } from './admission.js';

const enterMany = (admission: Admission, who: string, many: number): object[] =>
  Array.from({ length: many }, () => ({})).filter((request) => admission.enter(request, who));

it('one participant takes half, and others still find places', () => {
  const admission = new Admission(12);
  expect(enterMany(admission, 'A', 20)).toHaveLength(6);
  expect(enterMany(admission, 'B', 20)).toHaveLength(3);
  expect(enterMany(admission, 'C', 20)).toHaveLength(2);
  expect(admission.inWork).toBe(11);
});

it('a place comes back once, whatever happens to its request', async () => {
  const admission = new Admission(2);
  const request = {};
  expect(admission.enter(request, 'A')).toBe(true);
  await admission.aside('A', async () => {
    expect(admission.inWork).toBe(0);
    admission.leave(request);
    admission.leave(request);
  });
  expect(admission.inWork).toBe(0);
  // Its caller had gone before it was known who it is.
  expect(admission.enter(request, 'A')).toBe(true);
  expect(admission.inWork).toBe(0);
});
