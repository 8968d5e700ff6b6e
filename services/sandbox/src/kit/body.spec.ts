import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { eitherAmount, readBody } from './body.js';
import { faultRequest } from './fault.js';
import type { HttpCall } from './listener.js';

const schema = z.union([faultRequest, z.array(faultRequest).max(100)]);

function issuesOf<T>(body: unknown, by: z.ZodType<T>): unknown {
  const read = readBody({ body: Buffer.from(JSON.stringify(body)) } as HttpCall, by);
  return read.kind === 'read' ? [] : (JSON.parse(read.reply.body.toString()) as { issues: unknown }).issues;
}

describe('a body that does not fit', () => {
  const fault = { network: 'thailand', operation: 'pacs.008', fault: 'delay' };

  it('is told by the form that it comes closest to', () => {
    expect(issuesOf({ ...fault, fault: 'wrong' }, schema)).toEqual([
      expect.stringMatching(/^fault: .*"timeout_after"/),
    ]);
    expect(issuesOf([fault, { ...fault, count: 0 }], schema)).toEqual([expect.stringMatching(/^1\/count: /)]);
    expect(issuesOf({ amount: { currency: 'KHR', minor: 5 } }, z.object({ amount: eitherAmount }))).toEqual([
      expect.stringMatching(/^amount\/minor: .*string/),
    ]);
  });

  it('and what fits is read', () => {
    expect(issuesOf(fault, schema)).toEqual([]);
  });
});
