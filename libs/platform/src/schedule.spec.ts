import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createTestTelemetry } from '@tonle/telemetry';
import { Schedule } from './schedule.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

describe(Schedule.name, () => {
  it('begins when it is started, and pauses from the end of a round', async () => {
    const schedule = new Schedule(createTestTelemetry('test'));
    let rounds = 0;
    let end: () => void = () => undefined;
    schedule.every('slow', 100, () => {
      rounds += 1;
      return new Promise<void>((done) => (end = done));
    });
    await pass(1_000);
    expect(rounds).toBe(0);
    schedule.start();
    await pass(99);
    expect(rounds).toBe(0);
    await pass(1);
    expect(rounds).toBe(1);
    // However long a round takes, there is only one.
    await pass(1_000);
    expect(rounds).toBe(1);
    end();
    await pass(99);
    expect(rounds).toBe(1);
    await pass(1);
    expect(rounds).toBe(2);
    end();
    await schedule.close();
  });

  it('goes on after a round that failed, and tells which job it was', async () => {
    const telemetry = createTestTelemetry('test');
    const schedule = new Schedule(telemetry);
    let rounds = 0;
    schedule.every('fragile', 10, () => {
      rounds += 1;
      return rounds === 1 ? Promise.reject(new Error('no')) : Promise.resolve();
    });
    schedule.start();
    await pass(20);
    expect(rounds).toBe(2);
    const [metric] = (await telemetry.registry.getMetricsAsJSON()).filter(
      ({ name }) => name === 'tonle_job_failures_total',
    );
    expect(metric?.values).toMatchObject([{ labels: { job: 'fragile' }, value: 1 }]);
    await schedule.close();
  });

  it('waits at the end for the round in hand, and begins no other', async () => {
    const schedule = new Schedule(createTestTelemetry('test'));
    let end: () => void = () => undefined;
    let rounds = 0;
    schedule.every('long', 10, () => {
      rounds += 1;
      return new Promise<void>((done) => (end = done));
    });
    schedule.start();
    await pass(10);
    let closed = false;
    const closing = schedule.close().then(() => (closed = true));
    await pass(1_000);
    expect(closed).toBe(false);
    end();
    await closing;
    await pass(1_000);
    expect(rounds).toBe(1);
  });

  it('takes a pause that changes, a first round of its own time, and a job that comes later', async () => {
    const schedule = new Schedule(createTestTelemetry('test'));
    const rounds: string[] = [];
    let pauseMs = 0;
    schedule.every(
      'eager',
      () => pauseMs,
      () => Promise.resolve(rounds.push('eager')),
      { firstAfterMs: 50 },
    );
    schedule.start();
    await pass(49);
    expect(rounds).toEqual([]);
    pauseMs = 500;
    await pass(1);
    schedule.every('late', 30, () => Promise.resolve(rounds.push('late')));
    await pass(499);
    expect(rounds.filter((name) => name === 'eager')).toHaveLength(1);
    expect(rounds.filter((name) => name === 'late')).toHaveLength(16);
    await schedule.close();
  });
});
