import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { schemaProblem } from './problem.js';

const told = (schema: z.ZodType, value: unknown): readonly string[] =>
  schemaProblem(schema.safeParse(value).error!.issues).errors!.map(({ message }) => message);

describe('what a caller is told of a field', () => {
  it.each<[string, z.ZodType, unknown, string]>([
    ['one of several', z.enum(['outbound', 'inbound']), 'out', 'Must be one of: outbound, inbound.'],
    ['one word', z.literal('KHQR'), 'khqr', 'Must be KHQR.'],
    ['a date', z.iso.date(), '28.11.2026', 'Must be a date such as 2026-11-28.'],
    [
      'an instant',
      z.iso.datetime({ offset: true }),
      '2026-11-28T09:30:00',
      'Must be a date and time with its zone, such as 2026-11-28T09:30:00+07:00.',
    ],
    ['a long text', z.string().max(8), 'no-such-thing', 'Must have at most 8 characters.'],
    ['a short text', z.string().min(3), 'no', 'Must have at least 3 characters.'],
    ['a long list', z.array(z.string()).max(1), ['a', 'b'], 'Must have at most 1 entry.'],
    ['a small number', z.int().min(1), 0, 'Must be at least 1.'],
    ['no positive number', z.number().positive(), 0, 'Must be more than 0.'],
    ['a bound that is outside', z.number().lt(5), 5, 'Must be less than 5.'],
    ['a number for a text', z.string(), 7, 'Must be of type string.'],
    ['nothing', z.string(), undefined, 'This field is required.'],
    ['what has words of its own', z.string().regex(/^x/, 'Must begin with x.'), 'y', 'Must begin with x.'],
    ['a field that is not known', z.strictObject({}), { colour: 1 }, 'Unknown field.'],
  ])('is a sentence: %s', (_what, schema, value, sentence) => {
    expect(told(schema, value)).toEqual([sentence]);
  });
});
