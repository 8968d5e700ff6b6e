import { describe, expect, it } from '@jest/globals';
import type { PaymentEventMessage } from '@tonle/contracts';
import { WaitingCallers } from './waiting-callers.js';

const event = (paymentId: string) => ({ paymentId }) as PaymentEventMessage;

describe(WaitingCallers.name, () => {
  it('tells all callers of a payment, and no other', async () => {
    const waiting = new WaitingCallers(10);
    const told = [waiting.wait('a', 60_000), waiting.wait('a', 60_000)];
    const other = waiting.wait('b', 60_000);
    waiting.deliver(event('a'));
    expect(await Promise.all(told)).toEqual([event('a'), event('a')]);
    expect(waiting.paymentIds).toEqual(['b']);
    waiting.letGo();
    expect(await other).toBeUndefined();
    expect(waiting.paymentIds).toEqual([]);
    expect(waiting.full).toBe(true);
  });

  it('lets go after the time, and forgets', async () => {
    const waiting = new WaitingCallers(10);
    expect(await waiting.wait('a', 1)).toBeUndefined();
    waiting.deliver(event('a'));
    expect(waiting.paymentIds).toEqual([]);
  });

  it('is full at its limit and has room again when callers leave', async () => {
    const waiting = new WaitingCallers(1);
    const held = waiting.wait('a', 60_000);
    expect(waiting.full).toBe(true);
    waiting.deliver(event('a'));
    await held;
    expect(waiting.full).toBe(false);
  });
});
