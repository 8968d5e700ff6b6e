import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { DEEDS, EXAMPLES } from './deeds.testing.js';
import { publicApi } from './public-api.js';

const { paths } = publicApi() as { paths: Record<string, Record<string, { operationId: string }>> };
const changing = Object.values(paths).flatMap((methods) =>
  Object.entries(methods).flatMap(([method, { operationId }]) => (method === 'get' ? [] : [operationId])),
);
const recorded = Object.entries(DEEDS).flatMap(([operationId, deed]) =>
  'action' in deed ? [[operationId, deed] as const] : [],
);

describe('an operation that is not read with GET', () => {
  it('is a deed in the audit log, or there is a reason why it is none', () => {
    expect(Object.keys(DEEDS).sort()).toEqual(changing.sort());
  });

  it.each(recorded.filter(([, { seenIn }]) => seenIn !== EXAMPLES))(
    '%s is looked for in the log by the test that says so',
    (_operationId, { action, seenIn }) => {
      const text = readFileSync(seenIn, 'utf8');
      const named = [...text.matchAll(/'([a-z-]+\.[a-z._-]+)'/g)].map(([, name]) => name!);
      expect(named.filter((name) => action.test(name))).not.toEqual([]);
    },
  );
});
