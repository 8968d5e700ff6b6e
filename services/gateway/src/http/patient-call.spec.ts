import { describe, expect, it } from '@jest/globals';
import { DirectCalls, TryLater } from '@tonle/messaging';
import { TestClock } from '@tonle/platform';
import { z } from 'zod';
import { askPatiently } from './patient-call.js';

const contract = {
  service: 's',
  name: 's.ask',
  request: z.object({}),
  response: z.object({ n: z.int() }),
  timeoutMs: 1000,
};

describe('askPatiently', () => {
  it('asks again when the other service is away for a moment', async () => {
    const calls = new DirectCalls();
    const asked = askPatiently(calls, new TestClock(0), contract, {});
    calls.serve(contract, async () => ({ n: 1 }));
    expect(await asked).toEqual({ n: 1 });
  });

  it('gives up when the answer was slow to fail', async () => {
    const calls = new DirectCalls();
    const clock = new TestClock(0);
    let asked = 0;
    calls.serve(contract, async () => {
      asked += 1;
      clock.advance(3_000);
      throw new TryLater('late');
    });
    await expect(askPatiently(calls, clock, contract, {})).rejects.toThrow('did not answer');
    expect(asked).toBe(1);
  });

  it('does not ask again what the other service breaks at', async () => {
    const calls = new DirectCalls();
    let asked = 0;
    calls.serve(contract, async () => {
      asked += 1;
      throw new Error('unreadable');
    });
    await expect(askPatiently(calls, new TestClock(0), contract, {})).rejects.toThrow('did not answer');
    expect(asked).toBe(1);
  });
});
