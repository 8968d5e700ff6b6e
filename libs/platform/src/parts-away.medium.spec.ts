import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  ensureTopics,
  KafkaTransport,
  openLane,
  Outbox1763990000000,
  RedisState,
  ServiceKeys,
  HttpCalls,
  type OutboxLane,
} from '@tonle/messaging';
import { openDatabase, type Database } from '@tonle/persistence';
import {
  ensureKafka,
  ensureRedis,
  startKafka,
  startPostgres,
  startRedis,
  type PostgresServer,
  type SpawnedServer,
} from '@tonle/tool-servers';
import { freePort } from '../../../tests/world/free-port.js';
import { until } from '../../../tests/world/until.js';
import { startInternalServer, type InternalServer } from './internal-server.js';
import { createTestPlatform } from './test-platform.js';

// Real: a PostgreSQL, an Apache Kafka and a Redis of their own, that are stopped (they hang) and killed (they are down) while a
// service commits and publishes. What it answered to have committed arrives, once each, when they are back.

const WAIT_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'tonle-away-'));
const TOPIC = 'tonle.away.v1';
const keys = new ServiceKeys('fx', { fx: [{ id: 'a', secret: '0f'.repeat(32) }] });

interface Part {
  readonly part: 'database' | 'broker' | 'shared state';
  server: SpawnedServer;
  start(): Promise<SpawnedServer>;
}

const parts: Part[] = [];
let database: Database;
let transport: KafkaTransport;
let shared: RedisState;
let lane: OutboxLane;
let internal: InternalServer;
const committed: string[] = [];
const seen: string[] = [];

async function started(part: Part['part'], start: Part['start']): Promise<void> {
  parts.push({ part, start, server: await start() });
}

beforeAll(async () => {
  const libs = await ensureKafka();
  await ensureRedis();
  const ports = {
    database: await freePort(),
    broker: await freePort(),
    controller: await freePort(),
    redis: await freePort(),
  };
  const postgres = () =>
    startPostgres({ dataFolder: join(folder, 'data'), port: ports.database, password: 'test' });
  const kafka = () =>
    startKafka({
      dataFolder: join(folder, 'kafka'),
      port: ports.broker,
      controllerPort: ports.controller,
      libs,
      heapMb: 256,
      shortLived: true,
    });
  const redis = () => startRedis({ port: ports.redis, dataFolder: join(folder, 'redis') });
  await Promise.all([
    started('database', postgres),
    started('broker', kafka),
    started('shared state', redis),
  ]);
  const { url } = parts.find(({ part }) => part === 'database')!.server as PostgresServer;
  database = await openDatabase({ url: url('tonle'), schema: 'fx', service: 'fx' });
  await database.openOrm({ migrations: [Outbox1763990000000] });
  const broker = { brokers: `127.0.0.1:${ports.broker}`, clientId: 'fx' };
  await ensureTopics({ ...broker, topics: [TOPIC], partitions: 1, replicationFactor: 1 });
  transport = new KafkaTransport({ ...broker, keys });
  shared = new RedisState(`redis://127.0.0.1:${ports.redis}`);
  const platform = createTestPlatform('fx', database, { transport: transport as never, shared });
  await transport.subscribe(
    TOPIC,
    (records) => {
      seen.push(...records.map(({ messageId }) => messageId));
      return Promise.resolve();
    },
    { group: 'fx' },
  );
  lane = await openLane({ database, transport, instance: 'one' });
  const calls = new HttpCalls({ keys, urlOf: () => undefined, now: () => 0 });
  const listener = { port: 0, host: '127.0.0.1', isReady: () => true, impaired: () => [] };
  internal = await startInternalServer(platform, calls, listener);
}, 180_000);
afterAll(async () => {
  await internal.close();
  await lane.close();
  await transport.close();
  await shared.close();
  await database.close();
  await Promise.all(parts.map(({ server }) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

interface Health {
  readonly status: string;
  readonly missing: readonly string[];
  readonly impaired: readonly string[];
  readonly troubles: readonly { readonly part: string; readonly since: string; readonly says: string }[];
}

async function health(): Promise<Health & { readonly http: number }> {
  const answer = await fetch(`${internal.url}/health/ready`);
  return { ...((await answer.json()) as Health), http: answer.status };
}

/** Resolves to whether it stands; a commit that was not answered may stand even so. */
async function commit(): Promise<boolean> {
  const messageId = `M${committed.length}-${performance.now()}`;
  try {
    await lane.commit(() =>
      Promise.resolve({
        result: null,
        records: [{ topic: TOPIC, key: 'k', type: 'x', messageId, body: '{}' }],
      }),
    );
    committed.push(messageId);
    return true;
  } catch {
    return false;
  }
}

/** The process and all that it has started: servers of PostgreSQL are in sessions of their own. */
function familyOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number);
  return [pid, ...children.flatMap(familyOf)];
}

const signal = (pids: readonly number[], name: NodeJS.Signals) => {
  for (const pid of pids) process.kill(pid, name);
};

const TROUBLES = (['database', 'broker', 'shared state'] as const).flatMap((part) => [
  [part, 'hangs'] as const,
  [part, 'is down'] as const,
]);

it.each(TROUBLES)(
  'while the %s %s, health says so, and what was committed goes out afterwards',
  async (name, how) => {
    const part = parts.find((each) => each.part === name)!;
    await until('a service that is ready', async () => (await health()).http === 200, WAIT_MS);
    await until('a commit', commit, WAIT_MS);
    const family = familyOf(part.server.pid);
    signal(how === 'hangs' ? family : [part.server.pid], how === 'hangs' ? 'SIGSTOP' : 'SIGKILL');
    // Under way when it happens, and after it: the service is not held up by what it does without.
    const meanwhile = [commit(), commit()];
    if (name !== 'database') expect(await Promise.all(meanwhile)).toEqual([true, true]);
    if (name === 'shared state') expect(await shared.get('k')).toBeUndefined();
    await until('trouble', async () => (await health()).troubles.length > 0, WAIT_MS);
    const told = await health();
    const needed = name === 'shared state' ? [] : [name];
    expect(told).toMatchObject({ http: needed.length > 0 ? 503 : 200, missing: needed });
    expect(told.impaired).toEqual(needed.length > 0 ? [] : [name]);
    expect(told.troubles).toMatchObject([{ part: name }]);
    expect(told.troubles[0]!.says).toMatch(
      how === 'hangs' ? /does not answer/ : /down|start|stopped|not answer/,
    );
    if (how === 'hangs') signal(family, 'SIGCONT');
    else {
      await part.server.stop();
      part.server = await part.start();
    }
    await until('a service that is ready again', async () => (await health()).http === 200, WAIT_MS);
    await Promise.all(meanwhile);
    await until('a commit', commit, WAIT_MS);
    await until('all that was committed', () => committed.every((id) => seen.includes(id)), WAIT_MS);
    await until('no trouble', async () => (await health()).troubles.length === 0, WAIT_MS);
  },
  2 * WAIT_MS,
);
