import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { refused } from '@tonle/contracts';
import type { Reply } from '@tonle/door';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { CALLING_NETWORK_DATABASE } from './host.js';
import { ToldAnswers } from './told-answers.js';

// Real: PostgreSQL. A price that a network asks for, once and again.

const [NAME, CONTENT, OTHER] = ['quotes/1', Buffer.from('one'), Buffer.from('other')];
const reply = (body: string, status = 200): Reply => ({ status, contentType: 'application/json', body });

let test: TestDatabase;
let told: ToldAnswers;
let made: number;
const make = (status = 200) => {
  made += 1;
  return Promise.resolve(reply(`price ${made}`, status));
};
const ask = (contentHash?: Buffer, status?: number) =>
  told.once({ name: NAME, ...(contentHash !== undefined && { contentHash }) }, () => make(status));

beforeAll(async () => {
  test = await createTestDatabase('told_answers');
  await test.database.openOrm(CALLING_NETWORK_DATABASE);
});
afterAll(() => test.drop());
beforeEach(async () => {
  [made, told] = [0, new ToldAnswers(test.database)];
  await test.database.query('TRUNCATE told_answer');
});

describe('an answer that is given once', () => {
  it('is the same when it is asked for again, also elsewhere and by its name alone', async () => {
    expect(await ask(CONTENT)).toEqual(reply('price 1'));
    told = new ToldAnswers(test.database);
    expect(await ask(CONTENT)).toEqual(reply('price 1'));
    expect(await ask()).toEqual(reply('price 1'));
    expect(made).toBe(1);
  });

  it('is one of two that are made at once', async () => {
    const [one, other] = await Promise.all([ask(CONTENT), ask(CONTENT)]);
    expect(one).toEqual(other);
  });

  it('is no answer to something else under its name', async () => {
    await ask(CONTENT);
    expect(await ask(OTHER)).toEqual(refused('key_reused'));
  });

  it('is made again when it was an error, and asked for by its name when there is none', async () => {
    expect(await ask(CONTENT, 400)).toEqual(reply('price 1', 400));
    expect(await ask(undefined, 404)).toEqual(reply('price 2', 404));
    expect(await ask(CONTENT)).toEqual(reply('price 3'));
  });

  it('is forgotten in time', async () => {
    await ask(CONTENT);
    await told.forget();
    expect(await ask(CONTENT)).toEqual(reply('price 1'));
    await test.database.query(`UPDATE told_answer SET at = at - interval '61 minutes'`);
    await told.forget();
    expect(await ask(CONTENT)).toEqual(reply('price 2'));
  });
});
