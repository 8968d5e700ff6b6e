import { beforeEach, describe, expect, it } from '@jest/globals';
import { routingCalls, type PaymentEventMessage } from '@tonle/contracts';
import { createTestTelemetry } from '@tonle/telemetry';
import type { CallContract, ServiceCalls } from './calls.js';
import { MissedPayments } from './missed-payments.js';

// Routing as it counts and pages; the consumer as a set of ids in each window.

const paymentIds = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => `00000000-0000-7000-8000-${String(n + from).padStart(12, '0')}`);

let routing: Map<string, string[]>;
let here: Map<string, Set<string>>;
let asked: string[];
let bad: string | undefined;
let now: number;
let missed: MissedPayments;
let telemetry: ReturnType<typeof createTestTelemetry>;

const calls = {
  call: (
    contract: CallContract<unknown, unknown>,
    request: { windowId?: string; after?: string; pageMax?: number },
  ) => {
    if (contract.name === routingCalls.windows.name)
      return Promise.resolve({
        undone: 0,
        windows: [...routing].map(([windowId, ids]) => ({
          windowId,
          lanes: [
            { lane: 'a', completed: 1 },
            { lane: 'b', completed: ids.length - 1 },
          ],
        })),
      });
    const { windowId, after = '', pageMax } = request;
    asked.push(windowId!);
    const page = routing.get(windowId!)!.filter((id) => id > after);
    return Promise.resolve({ events: page.slice(0, pageMax).map((paymentId) => ({ paymentId })) });
  },
} as unknown as ServiceCalls;

beforeEach(() => {
  const ids = paymentIds(1_200);
  routing = new Map([
    ['home', ids],
    ['partner', ids],
    ['quiet', paymentIds(3, 5_000)],
  ]);
  here = new Map([['quiet', new Set(routing.get('quiet'))]]);
  [asked, bad, now] = [[], undefined, Date.parse('2026-11-20T05:00:00Z')];
  const take = (events: readonly PaymentEventMessage[]) => {
    if (events.some(({ paymentId }) => paymentId === bad)) return Promise.reject(new Error('unreadable'));
    for (const { paymentId } of events)
      for (const [windowId, all] of routing)
        if (all.includes(paymentId)) here.set(windowId, (here.get(windowId) ?? new Set()).add(paymentId));
    return Promise.resolve();
  };
  const counts = () => Promise.resolve(new Map([...here].map(([windowId, ids]) => [windowId, ids.size])));
  telemetry = createTestTelemetry('test');
  const host = { calls, clock: { now: () => now }, telemetry };
  missed = new MissedPayments(host, { counts, take });
});

const incomplete = async () => {
  const metrics = await telemetry.registry.getMetricsAsJSON();
  return metrics.find(({ name }) => name === 'tonle_windows_incomplete')?.values[0]?.value;
};
const lack = (windowId: string, count: number) =>
  here.set(windowId, new Set([...here.get(windowId)!].slice(count)));

describe('missed payments', () => {
  it('are taken in at the first round, page by page, and asked for once though they are in two windows', async () => {
    await missed.run();
    expect(here).toEqual(new Map([...routing].map(([windowId, ids]) => [windowId, new Set(ids)])));
    expect(asked).toEqual(['home', 'home', 'home']);
  });

  it('are those that routing had a round ago: what is on its way is nobody to be asked for', async () => {
    await missed.run();
    asked = [];
    routing.set('quiet', paymentIds(5, 5_000));
    await missed.run();
    expect(asked).toEqual([]);
    here.get('quiet')!.add(paymentIds(1, 5_003)[0]!);
    await missed.run();
    expect(asked).toEqual(['quiet']);
    expect(here.get('quiet')!.size).toBe(5);
  });

  it('are taken in but for one that cannot be, whose window rests before it is asked for again', async () => {
    [, , , bad] = routing.get('home')!;
    await missed.run();
    expect(here.get('home')!.size).toBe(1_199);
    expect(await incomplete()).toBe(2);
    asked = [];
    await missed.run();
    expect(asked).toEqual([]);
    bad = undefined;
    now += 15 * 60_000;
    await missed.run();
    expect(here.get('partner')!.size).toBe(1_200);
    expect(await incomplete()).toBe(0);
  });

  it('of a window are asked for whenever they are missing, not at the start alone', async () => {
    await missed.run();
    lack('home', 1);
    await missed.run();
    expect(here.get('home')!.size).toBe(1_200);
  });
});
