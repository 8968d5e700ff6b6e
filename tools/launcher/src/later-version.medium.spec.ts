import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Outbox1763990000000 } from '@tonle/messaging';
import { createTestDatabase, Migration, type TestDatabase } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';
import { knownMigrations, writtenLater } from './later-version.js';

// Real: PostgreSQL, with what a version has migrated in it.

class Later1764000000001 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE later (id text)');
  }
}

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('later_version', 'fx');
});
afterAll(() => test.drop());

it('knows the migrations of every service and lib', () => {
  const known = knownMigrations();
  // The outbox is a lib's, the windows are a service's.
  for (const name of ['Outbox1763990000000', 'First1764000600000']) expect(known).toContain(name);
});

it('says what a later version made, in whatever schema', async () => {
  const { pathname } = new URL(test.url);
  const told = () => writtenLater(test.url, [pathname.slice(1)], knownMigrations());
  expect(await told()).toBeUndefined();
  await test.database.openOrm({ migrations: [Outbox1763990000000] });
  expect(await told()).toBeUndefined();
  const routing = await test.another('routing');
  await routing.openOrm({ migrations: [Outbox1763990000000, Later1764000000001] });
  expect(await told()).toBe(
    'was written by a later version of Tonle: its database has 1 change that this version does not know (Later1764000000001)',
  );
});
