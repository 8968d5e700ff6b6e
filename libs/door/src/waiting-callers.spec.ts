import { describe, expect, it } from '@jest/globals';
import { WaitingCallers } from './waiting-callers.js';

const end = (paymentId: string) => ({ paymentId });

describe(WaitingCallers.name, () => {
  it('tells all callers of a payment, and no other', async () => {
    const waiting = new WaitingCallers(10);
    const callers = [waiting.enter('a'), waiting.enter('a')];
    const other = waiting.enter('b');
    const told = callers.map((caller) => caller.within(60_000));
    waiting.deliver(end('a'));
    expect(await Promise.all(told)).toEqual([end('a'), end('a')]);
    for (const caller of callers) caller.leave();
    expect(waiting.paymentIds).toEqual(['b']);
    const held = other.within(60_000);
    waiting.letGo();
    expect(await held).toBeUndefined();
    other.leave();
    expect(waiting.paymentIds).toEqual([]);
    expect(waiting.full).toBe(true);
  });

  it('keeps an end that comes before its caller has begun to count', async () => {
    const waiting = new WaitingCallers(10);
    const caller = waiting.enter('a');
    waiting.deliver(end('a'));
    expect(await caller.within(60_000)).toEqual(end('a'));
    caller.leave();
  });

  it('lets go after the time, and forgets who left', async () => {
    const waiting = new WaitingCallers(10);
    const caller = waiting.enter('a');
    expect(await caller.within(1)).toBeUndefined();
    caller.leave();
    waiting.deliver(end('a'));
    expect(waiting.paymentIds).toEqual([]);
  });

  it('holds nobody beyond its limit, and has room again when callers leave', async () => {
    const waiting = new WaitingCallers(1);
    const first = waiting.enter('a');
    expect(waiting.full).toBe(true);
    const second = waiting.enter('b');
    expect(await second.within(60_000)).toBeUndefined();
    second.leave();
    expect(waiting.full).toBe(true);
    first.leave();
    first.leave();
    expect(waiting.full).toBe(false);
    expect(waiting.paymentIds).toEqual([]);
    waiting.enter('c');
    expect(waiting.full).toBe(true);
  });
});
