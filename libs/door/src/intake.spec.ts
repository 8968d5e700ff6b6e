import { expect, it } from '@jest/globals';
import { refused } from '@tonle/contracts';
import type { OutboxLane } from '@tonle/messaging';
import { instructionOf } from './door.testing.js';
import { Intake } from './intake.js';

it('takes nothing more while the broker has not taken what was written, which is held in memory', async () => {
  let unsent = 49_999n;
  let commits = 0;
  const commit = () => {
    commits += 1;
    return Promise.reject(new Error('the database is not of this test'));
  };
  const lane = { id: 'main', unsent: () => unsent, commit } as unknown as OutboxLane;
  const intake = new Intake(lane, { now: () => 0 }, 1_000);
  await expect(intake.take(instructionOf(0))).rejects.toThrow('not of this test');
  unsent += 1n;
  expect(await intake.take(instructionOf(0))).toEqual(refused('overloaded'));
  expect(commits).toBe(1);
});
