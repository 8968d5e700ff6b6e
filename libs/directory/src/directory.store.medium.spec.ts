import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routingCalls, type DirectoryEntry } from '@tonle/contracts';
import { TOPICS } from '@tonle/messaging';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, Service, type TestPlatform } from '@tonle/platform';
import { until } from '../../../tests/world/until.js';
import { Directory } from './directory.js';
import { DirectoryFeed } from './directory-feed.js';
import { DirectoryStore } from './directory.store.js';
import { participantEntry } from './directory.testing.js';

// Real: PostgreSQL. The table is made as the services make theirs.

const TABLE = `
CREATE TABLE directory_entry (
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL,
  id text NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  ended boolean NOT NULL DEFAULT false,
  body jsonb NOT NULL,
  source text NOT NULL,
  changed_at timestamptz NOT NULL,
  changed_by text NOT NULL,
  change_reason text NOT NULL,
  PRIMARY KEY (kind, id, version)
)`;

let test: TestDatabase;
let platform: TestPlatform;
const store = new DirectoryStore();

beforeAll(async () => {
  test = await createTestDatabase('directory_store');
  platform = createTestPlatform('gateway', test.database);
  await test.database.query(TABLE);
});
afterAll(async () => {
  await platform.transport.close();
  await test.drop();
});

const append = (...entries: DirectoryEntry[]) =>
  test.database.transaction(async (transaction) => {
    await store.lock(transaction);
    const change = { source: 'operator', atMs: 0, by: 'DARA', reason: 'a test' } as const;
    return store.append(transaction, entries, change);
  });

describe(DirectoryStore.name, () => {
  it('appends versions and gives the newest of each; a version that exists stays as it is', async () => {
    expect(await store.sequence(test.database)).toBe(0n);
    expect(await append(participantEntry('A'), participantEntry('B'))).toBe(2);
    const before = await store.sequence(test.database);
    expect(await append(participantEntry('A', { name: 'changed' }))).toBe(0);
    expect(await append(participantEntry('A', { state: 'paused' }, 2))).toBe(1);
    const directory = await store.load(test.database);
    expect(directory.sequence).toBeGreaterThan(before);
    expect(directory.participant('A')).toMatchObject({ name: 'A', state: 'paused' });
    const [row] = await test.database.query('SELECT count(*) AS n FROM directory_entry');
    expect(row).toEqual({ n: 3n });
  });
});

const poke = { topic: TOPICS.directory, key: 'any', type: 'directory.entry', messageId: 'any', body: '{}' };

describe('a feed that keeps its copy', () => {
  const start = async (): Promise<{ directory: Directory; service: Service }> => {
    const directory = new Directory();
    const feed = new DirectoryFeed(directory, platform, { keepIn: test.database });
    await feed.look();
    const service = new Service(platform);
    feed.runIn(service);
    await service.start();
    return { directory, service };
  };

  it('knows at its start what is kept, while routing is away; keeps what comes; sees what others keep', async () => {
    const { directory, service } = await start();
    expect(directory.isLoaded).toBe(true);
    expect(directory.participant('A')?.state).toBe('paused');
    let entries = [participantEntry('A', {}, 3)];
    platform.calls.serve(routingCalls.directory, () => Promise.resolve({ entries }));
    await until('the change', () => directory.participant('A')?.state === 'active');
    entries = [...entries, participantEntry('C')];
    await platform.transport.publish([poke]);
    expect(await store.newest(test.database)).toContainEqual(participantEntry('C'));
    await service.close();
    const other = await start();
    expect(other.directory.entry('participant', 'A')?.version).toBe(3);
    await append(participantEntry('D'));
    await until('the other copy', () => other.directory.participant('D') !== undefined);
    await other.service.close();
  });

  it('drops what routing does not know from the table too, a forged key and a forged version', async () => {
    await append(participantEntry('EVIL', { scopes: ['ops'] }));
    await append(participantEntry('A', { name: 'forged' }, 99));
    const entries = [participantEntry('A', {}, 3), participantEntry('C')];
    platform.calls.serve(routingCalls.directory, () => Promise.resolve({ entries }));
    const { directory, service } = await start();
    await until('the deletion', () => directory.participant('EVIL') === undefined);
    await platform.transport.publish([poke]);
    expect(await store.newest(test.database)).toEqual(entries);
    expect((await store.versions(test.database)).map(({ entry }) => `${entry.id}${entry.version}`)).toEqual(
      expect.arrayContaining(['A1', 'A3', 'C1']),
    );
    await service.close();
  });
});
