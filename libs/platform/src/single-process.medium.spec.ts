import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openLane, Outbox1763990000000 } from '@tonle/messaging';
import { createTestDatabase } from '@tonle/persistence';
import type { TestDatabase } from '@tonle/persistence';
import { createTestTelemetry } from '@tonle/telemetry';
import { z } from 'zod';
import { moveSandboxClock } from './clock.js';
import type { RunningService, StartService } from './platform.js';
import { createSingleProcessPlatforms } from './single-process.js';

// Real: PostgreSQL, a schema each; transport, calls and state in memory.

const hello = {
  service: 'fx',
  name: 'fx.hello',
  request: z.object({ name: z.string() }),
  response: z.object({ text: z.string() }),
  timeoutMs: 500,
};

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('single_process');
});
afterAll(() => test.drop());

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
    while (heard.length === 0) await new Promise((done) => setTimeout(done, 5));
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
    const platforms = createSingleProcessPlatforms({
      databaseUrl: test.url,
      settings: {},
      telemetryOf: createTestTelemetry,
    });
    const [one, two] = [await platforms.platformOf('routing'), await platforms.platformOf('fx')];
    const [row] = await test.database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    expect(Math.abs(one.clock.now() - row!.now.getTime())).toBeLessThan(500);
    let last = 0;
    for (let n = 0; n < 1_000; n += 1) {
      const now = one.clock.now();
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
    await moveSandboxClock(one.shared, 3_600_000);
    while (two.clock.now() < last + 3_000_000) await new Promise((done) => setTimeout(done, 5));
    expect(Math.abs(one.clock.now() - two.clock.now())).toBeLessThan(500);
    await moveSandboxClock(one.shared, 0);
    while (one.clock.now() > last + 3_000_000) await new Promise((done) => setTimeout(done, 5));
    await platforms.close();
  });
});
