import { describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { make } from './provision.js';

const client = (code: string | undefined) =>
  ({
    query: () =>
      code === undefined
        ? Promise.resolve()
        : Promise.reject(Object.assign(new Error('already exists'), { code })),
  }) as unknown as Pick<pg.ClientBase, 'query'>;

describe('making what others make at the same moment', () => {
  // Which of them the later one sees depends on how far the earlier one has come.
  it.each([undefined, '42P04', '42P06', '42P07', '42710', '23505'])('takes %s for made', async (code) => {
    await expect(make(client(code), 'CREATE ...')).resolves.toBeUndefined();
  });

  it.each(['42501', '53100', '57014'])('passes on %s', async (code) => {
    await expect(make(client(code), 'CREATE ...')).rejects.toMatchObject({ code });
  });
});
