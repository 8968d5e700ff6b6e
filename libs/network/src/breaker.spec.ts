import { beforeEach, describe, expect, it } from '@jest/globals';
import { RAMP_MS } from '@tonle/contracts';
import { MemoryState } from '@tonle/messaging';
import { CircuitBreaker } from './breaker.js';
import { EnquiryBudget } from './budget.js';

it('opens after failures in a row, lets one probe go at a time, closes on any answer', () => {
  let now = 0;
  const breaker = new CircuitBreaker(() => now, 3, 1_000, 100);
  breaker.failed();
  breaker.failed();
  breaker.succeeded();
  breaker.failed();
  breaker.failed();
  breaker.failed();
  // Many at once are one moment of bad luck.
  expect(breaker.admit()).toBe(true);
  now = 100;
  breaker.failed();
  expect(breaker.state).toBe('open');
  expect(breaker.admit()).toBe(false);
  now = 1_100;
  expect(breaker.admit()).toBe(true);
  expect(breaker.admit()).toBe(false);
  breaker.failed();
  now = 2_099;
  expect(breaker.admit()).toBe(false);
  now = 2_100;
  expect(breaker.admit()).toBe(true);
  breaker.succeeded();
  expect(breaker.healthy).toBe(true);
});

it('allows 5 % of the payment rate, at least one a second, doubling with each healthy minute', async () => {
  let now = 0;
  const budget = new EnquiryBudget(new MemoryState(), 'test', () => now);
  expect(budget.perSecond()).toBe(1);
  const shares: number[] = [];
  for (let minute = 1; minute <= 6; minute += 1) {
    budget.sent(6_000);
    now = minute * 60_000;
    shares.push(budget.perSecond());
  }
  expect(shares).toEqual([10, 20, 40, 50, 50, 50]);
  budget.failure();
  expect(budget.perSecond()).toBe(5);
  expect(await budget.take(3)).toBe(3);
  expect(await budget.take(10)).toBe(2);
  expect(await budget.take(10)).toBe(0);
  now += 1_000;
  expect(await budget.take(10)).toBe(5);
});

it('asks a healthy partner more when much waits, within bounds, and not at once after a failure', async () => {
  let now = 0;
  const budget = new EnquiryBudget(new MemoryState(), 'test', () => now);
  expect(budget.perSecond(1)).toBe(20);
  expect(budget.perSecond(300)).toBe(75);
  expect(budget.perSecond(1_000)).toBe(100);
  expect(budget.perSecond(1_000, false)).toBe(1);
  expect(await budget.take(50, 300)).toBe(50);
  expect(await budget.take(50, 300)).toBe(25);
  // The second gave 75, however often it was asked; once told it begins anew.
  expect([budget.allowed(), budget.allowed()]).toEqual([75, 0]);
  budget.failure();
  expect(budget.perSecond(300)).toBe(1);
  now += 2_000;
  expect(budget.perSecond(300)).toBe(75);
});

it('waits for no time of a clock that was set back', () => {
  let now = 3_600_000;
  const breaker = new CircuitBreaker(() => now, 1, 1_000, 0);
  const budget = new EnquiryBudget(new MemoryState(), 'test', () => now);
  breaker.failed();
  budget.failure();
  expect(breaker.admit()).toBe(false);
  now = 0;
  expect(breaker.admit()).toBe(true);
  expect(budget.perSecond(80)).toBe(20);
  budget.sent(6_000);
  now = 60_000;
  expect(budget.perSecond()).toBeGreaterThan(1);
});

it('is kept by each instance alone when Redis is away', async () => {
  const away = Object.assign(new MemoryState(), { increment: () => Promise.resolve(0) });
  const budget = new EnquiryBudget(away, 'test', () => 0, 10);
  expect(await budget.take(8)).toBe(8);
  expect(await budget.take(8)).toBe(2);
  expect(await budget.take(8)).toBe(0);
});

describe('what a breaker tells of', () => {
  let now: number;
  let breaker: CircuitBreaker;
  beforeEach(() => {
    now = 1_000_000;
    breaker = new CircuitBreaker(() => now, 1, 5_000, 0);
  });

  it('is nothing while all is well, and since when it is not', () => {
    expect(breaker.report).toEqual({ state: 'closed', hopeful: false });
    breaker.failed();
    expect(breaker.report).toEqual({ state: 'open', hopeful: false, downSinceMs: 1_000_000 });
    now += 5_000;
    breaker.admit();
    expect(breaker.report).toMatchObject({ state: 'probing', downSinceMs: 1_000_000 });
  });

  it('is hope from what was answered beside it, until the next failure', () => {
    breaker.hope();
    expect(breaker.report.hopeful).toBe(false);
    breaker.failed();
    breaker.hope();
    expect(breaker.report.hopeful).toBe(true);
    breaker.failed();
    expect(breaker.report.hopeful).toBe(false);
  });

  it('is an outage until the traffic is back to the full, and the same one when it fails before that', () => {
    breaker.failed();
    now += 60_000;
    breaker.succeeded();
    const back = { state: 'closed', hopeful: false, downSinceMs: 1_000_000, recoveredMs: now };
    expect(breaker.report).toEqual(back);
    now += RAMP_MS - 1;
    expect(breaker.report).toEqual(back);
    breaker.failed();
    expect(breaker.report).toEqual({ state: 'open', hopeful: false, downSinceMs: 1_000_000 });
    breaker.succeeded();
    now += RAMP_MS;
    expect(breaker.report).toEqual({ state: 'closed', hopeful: false });
    breaker.failed();
    expect(breaker.report).toEqual({ state: 'open', hopeful: false, downSinceMs: now });
  });
});
