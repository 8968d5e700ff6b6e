import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  DeadLetterDeeds1768200400000,
  DeadLetterGroups1772400000000,
  DeadLetters1767000000000,
  openLane,
  Outbox1763990000000,
  TryLater,
} from '@tonle/messaging';
import { createTestDatabase } from '@tonle/persistence';
import type { TestDatabase } from '@tonle/persistence';
import { moveSandboxTime, sandboxTimeFile } from '@tonle/security';
import { createTestTelemetry } from '@tonle/telemetry';
import { z } from 'zod';
import { until } from '../../../tests/world/until.js';
import type { DatabaseClock } from './clock.js';
import type { RunningService, StartService } from './platform.js';
import { createSingleProcessPlatforms } from './single-process.js';

// Real: PostgreSQL, a schema each; transport, calls and state in memory.

/** More than any machine stalls, and far less than the hour by which the sandbox's time is moved. */
const STALL_MS_MAX = 600_000;

const hello = {
  service: 'fx',
  name: 'fx.hello',
  request: z.object({ name: z.string() }),
  response: z.object({ text: z.string() }),
  timeoutMs: 20_000,
};

let test: TestDatabase;
let home: string;
beforeAll(async () => {
  test = await createTestDatabase('single_process');
  home = mkdtempSync(join(tmpdir(), 'tonle-time-'));
});
afterAll(async () => {
  rmSync(home, { recursive: true });
  await test.drop();
});

describe('services in one process', () => {
  const heard: string[] = [];
  const writer: StartService = async (platform): Promise<RunningService> => {
    await platform.database.openOrm({ migrations: [Outbox1763990000000] });
    const lane = await openLane(platform);
    await lane.commit(() =>
      Promise.resolve({
        result: null,
        records: [{ topic: 'news', key: 'k', type: 't', messageId: 'early', body: '{}' }],
      }),
    );
    return { name: platform.service, addresses: {}, close: () => lane.close() };
  };
  const reader: StartService = async (platform): Promise<RunningService> => {
    await platform.database.openOrm({ migrations: [Outbox1763990000000] });
    platform.calls.serve(hello, ({ name }) =>
      Promise.resolve({ text: `${platform.service} greets ${name}` }),
    );
    const subscription = await platform.transport.subscribe(
      'news',
      (records) => {
        heard.push(...records.map((one) => one.messageId));
        return Promise.resolve();
      },
      { group: platform.service },
    );
    return { name: platform.service, addresses: {}, close: () => subscription.close() };
  };

  it('start one after another and miss no event; each has its own schema; calls go through', async () => {
    const platforms = createSingleProcessPlatforms({
      databaseUrl: test.url,
      settings: {},
      telemetryOf: createTestTelemetry,
    });
    const routing = await platforms.platformOf('routing');
    const fx = await platforms.platformOf('fx');
    const running = [await writer(routing)];
    expect(heard).toEqual([]);
    running.push(await reader(fx));
    platforms.ready();
    await until('the early record', () => heard.length > 0);
    expect(heard).toEqual(['early']);
    await expect(routing.calls.call(hello, { name: 'x' })).resolves.toEqual({ text: 'fx greets x' });
    expect(
      await test.database.query(
        "SELECT table_schema FROM information_schema.tables WHERE table_name = 'outbox' ORDER BY 1",
      ),
    ).toEqual([{ table_schema: 'fx' }, { table_schema: 'routing' }]);
    for (const one of running) await one.close();
    await platforms.close();
  });

  it('share one time that the sandbox can move, and it never goes back by itself', async () => {
    const file = sandboxTimeFile(home);
    const platforms = createSingleProcessPlatforms({
      databaseUrl: test.url,
      settings: { TONLE_SANDBOX: 'true', TONLE_SANDBOX_TIME_FILE: file },
      telemetryOf: createTestTelemetry,
    });
    const [one, two] = [await platforms.platformOf('routing'), await platforms.platformOf('fx')];
    const [row] = await test.database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    expect(Math.abs(one.clock.now() - row!.now.getTime())).toBeLessThan(STALL_MS_MAX);
    let last = 0;
    for (let n = 0; n < 1_000; n += 1) {
      const now = one.clock.now();
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
    moveSandboxTime(file, 3_600_000);
    await until('the moved clock', () => two.clock.now() > last + 3_000_000);
    await until('the moved clock everywhere', () => one.clock.now() > last + 3_000_000);
    expect(Math.abs(one.clock.now() - two.clock.now())).toBeLessThan(STALL_MS_MAX);
    expect((one.clock as DatabaseClock).unshifted()).toBeLessThan(last + 3_000_000);
    await platforms.close();
  });

  it('keep dead letters of each in its own database, once it can be asked', async () => {
    const platforms = createSingleProcessPlatforms({
      databaseUrl: test.url,
      settings: {},
      telemetryOf: createTestTelemetry,
    });
    const platform = await platforms.platformOf('letters');
    platforms.ready();
    let reads = 0;
    const read = (): Promise<void> => {
      reads += 1;
      // A NUL in the cause is what PostgreSQL's text does not take.
      return Promise.reject(reads < 3 ? new TryLater('not yet') : new Error('unreadable \u0000'));
    };
    await platform.transport.subscribe('news', read, { group: 'letters' });
    const record = { topic: 'news', key: 'k', type: 't', messageId: 'bad', body: '{"a":1}' };
    const published = platform.transport.publish([record]);
    await until('the handler to give up', () => platforms.transport.deadLetters().length > 0 || reads > 4);
    await platform.database.openOrm({
      migrations: [DeadLetters1767000000000, DeadLetterDeeds1768200400000, DeadLetterGroups1772400000000],
    });
    await published;
    await platforms.close();
    expect(
      await test.database.query('SELECT reader, message_id, body, cause, attempts FROM letters.dead_letter'),
    ).toEqual([
      {
        reader: 'letters',
        message_id: 'bad',
        body: '{"a":1}',
        cause: 'Error: unreadable \ufffd',
        attempts: 3,
      },
    ]);
  });

  it('have a time that nobody moves, and refuse an unclear setting, when they are no sandbox', async () => {
    const host = { databaseUrl: test.url, telemetryOf: createTestTelemetry };
    const file = sandboxTimeFile(home);
    moveSandboxTime(file, 7_200_000);
    const platforms = createSingleProcessPlatforms({ ...host, settings: { TONLE_SANDBOX_TIME_FILE: file } });
    const { clock } = await platforms.platformOf('routing');
    const [row] = await test.database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    expect(clock.now()).toBeLessThan(row!.now.getTime() + 1_800_000);
    await platforms.close();
    const elsewhere = { ...host, databaseUrl: 'postgres://a:b@db.example/a' };
    expect(() => createSingleProcessPlatforms({ ...elsewhere, settings: {} })).toThrow('sslmode=verify-full');
    expect(() => createSingleProcessPlatforms({ ...host, settings: { TONLE_SANDBOX: 'yes' } })).toThrow(
      'TONLE_SANDBOX must be true or false, not yes',
    );
  });
});
