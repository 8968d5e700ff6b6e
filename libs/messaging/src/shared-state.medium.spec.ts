import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ensureRedis, startRedis, type RedisServer } from '@tonle/tool-servers';
import { createTestTelemetry, type Telemetry } from '@tonle/telemetry';
import { freePort } from '../../../tests/world/free-port.js';
import { until } from '../../../tests/world/until.js';
import { MemoryState } from './memory-state.js';
import { RedisState } from './redis-state.js';
import type { SharedState } from './shared-state.js';

// Real: redis-server (installed once by tools/servers) and memory; both must keep one contract.

const folder = mkdtempSync(join(tmpdir(), 'tonle-redis-'));
let redis: RedisServer;
beforeAll(async () => {
  await ensureRedis();
  redis = await startRedis({ port: await freePort(), dataFolder: folder });
}, 180_000);
afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Reads that were waited for and that Redis did not answer. */
async function waitsIn({ counter }: Telemetry): Promise<number> {
  const { values } = await counter('tonle_shared_state_errors_total', '', ['what']).get();
  return values.find(({ labels }) => labels['what'] === 'get')!.value;
}
const ready = async (state: SharedState) => {
  await until('shared state', async () => {
    await state.set('ready', '1', 1_000);
    return (await state.get('ready')) === '1';
  });
  return state;
};

describe.each([
  ['in memory', () => Promise.resolve<SharedState>(new MemoryState())],
  ['in Redis', () => ready(new RedisState(redis.url))],
])('shared state %s', (_name, open) => {
  let state: SharedState;
  beforeAll(async () => {
    state = await open();
  });
  afterAll(() => state.close());

  it('keeps a value until its time is over', async () => {
    await state.set('a', 'x', 60_000);
    expect(await state.get('a')).toBe('x');
    await state.set('a', 'x', 60);
    await until('the end of a', async () => (await state.get('a')) === undefined);
  });

  it('counts from nothing, and the time runs from the first increment', async () => {
    const sums = await Promise.all(
      [1, 2, 3].map((by) => state.increment('c', by, by === 1 ? 2_000 : 3_600_000)),
    );
    expect(Math.max(...sums)).toBe(6);
    await until('the end of c', async () => (await state.get('c')) === undefined);
    expect(await state.increment('c', 4, 2_000)).toBe(4);
  });

  it('gives from a bucket what is in it, to all who ask at once no more', async () => {
    const bucket = { size: 10, perSecond: 0.001 };
    const asked = await Promise.all(Array.from({ length: 30 }, () => state.spend('b', { cost: 1 }, bucket)));
    expect(asked.filter((spent) => spent?.taken)).toHaveLength(10);
    expect((await state.spend('b', { cost: 2, anyway: true }, bucket))!.level).toBeCloseTo(-2, 1);
    expect((await state.spend('b', { cost: -3.5, anyway: true }, bucket))!.level).toBeCloseTo(1.5, 1);
    expect(await state.spend('b', { cost: 1 }, bucket)).toMatchObject({ taken: true });
    expect(await state.spend('b', { cost: 1 }, bucket)).toMatchObject({ taken: false });
    expect((await state.spend('b', { cost: -99, anyway: true }, bucket))!.level).toBe(10);
    expect((await state.spend('b', { cost: 99, anyway: true }, bucket))!.level).toBe(-10);
    expect((await state.spend('other', { cost: 1 }, bucket))!.level).toBeCloseTo(9, 3);
  });

  it('fills a bucket with time', async () => {
    const bucket = { size: 5, perSecond: 100 };
    await state.spend('f', { cost: 5 }, bucket);
    await until('more', async () => (await state.spend('f', { cost: 5 }, bucket))!.taken);
  });

  it('tells who listens now, and no more afterwards', async () => {
    const heard: string[] = [];
    const stop = await state.listen('channel', (message) => heard.push(message));
    await state.publish('channel', 'one');
    await state.publish('other', 'x');
    await until('the message', () => heard.length === 1);
    await stop();
    await state.publish('channel', 'two');
    await state.set('d', '', 1_000);
    expect(heard).toEqual(['one']);
  });
});

describe('shared state without Redis', () => {
  it('never throws, answers with nothing, and is back when Redis is', async () => {
    const state = await ready(new RedisState(redis.url));
    const heard: string[] = [];
    await state.listen('news', (message) => heard.push(message));
    await redis.stop();
    expect(await state.get('a')).toBeUndefined();
    expect(await state.increment('a', 1, 1_000)).toBe(0);
    expect(await state.spend('b', { cost: 1 }, { size: 1, perSecond: 1 })).toBeUndefined();
    await state.publish('news', 'lost');
    await state.set('a', '1', 1_000);
    redis = await startRedis({ port: redis.port, dataFolder: folder });
    await ready(state);
    await until('news', async () => {
      await state.publish('news', 'again');
      return heard.includes('again');
    });
    expect(heard).not.toContain('lost');
    await state.close();
  }, 60_000);

  it('waits for a Redis that hangs once in two seconds, not with every command', async () => {
    const telemetry = createTestTelemetry('redis');
    const state = await ready(new RedisState(redis.url, telemetry));
    const waitedBefore = await waitsIn(telemetry);
    // The watch stands still, however long a busy machine takes.
    const now = performance.now();
    const watch = jest.spyOn(performance, 'now');
    const waitsAt = async (passedMs: number) => {
      watch.mockReturnValue(now + passedMs);
      for (let n = 0; n < 50; n += 1) expect(await state.get('a')).toBeUndefined();
      return (await waitsIn(telemetry)) - waitedBefore;
    };
    process.kill(redis.pid, 'SIGSTOP');
    try {
      expect(await waitsAt(0)).toBe(1);
      expect(await waitsAt(1_999)).toBe(1);
      expect(await waitsAt(2_000)).toBe(2);
    } finally {
      process.kill(redis.pid, 'SIGCONT');
      watch.mockRestore();
    }
    await ready(state);
    await state.close();
  }, 60_000);
});
