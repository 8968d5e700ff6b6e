import { expect, it } from '@jest/globals';
import { TestClock } from '@tonle/platform';
import { ClockWatch } from './clock-watch.js';

it('sees that a clock was moved on, once, and neither that time goes by nor that it is put right', () => {
  const clock = new TestClock(0);
  let inFactMs = 0;
  const watch = new ClockWatch(clock, () => inFactMs);
  const pass = (ms: number, movedMs = 0) => {
    clock.advance(ms + movedMs);
    inFactMs += ms;
    return watch.hasMoved();
  };
  expect([pass(5_000), pass(3_600_000), pass(5_000, 59_999)]).toEqual([false, false, false]);
  expect([pass(5_000, 86_400_000), pass(5_000)]).toEqual([true, false]);
  expect([pass(86_400_000), pass(0, 60_000)]).toEqual([false, true]);
  expect(new ClockWatch(clock).hasMoved()).toBe(false);
});
