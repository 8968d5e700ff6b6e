import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditEntry, LetterAnswer } from '@tonle/contracts';
import {
  DeadLetterDeeds1768200400000,
  DeadLetterGroups1772400000000,
  DeadLetters1767000000000,
  findLetter,
  keepDeadLetters,
  openLetters,
} from '@tonle/messaging';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { DeadLetterDesk } from './dead-letter-desk.js';
import { AuditLog1772800000000 } from './migrations/1772800000000-audit-log.js';
import { createTestPlatform } from './test-platform.js';
import { lockWaiters } from '../../../tests/world/lock-waiters.js';
import { until } from '../../../tests/world/until.js';

// Real: PostgreSQL. While a handler has the record, the test does what others do at the same time.

const TOPIC = 'tonle.routing.inbox.v1';

let test: TestDatabase;
let desk: DeadLetterDesk;
let letterId: string;
let meanwhile: () => Promise<unknown>;
let timesHandled: number;
beforeAll(async () => {
  test = await createTestDatabase('dead_letter_race');
  await test.database.openOrm({
    migrations: [
      DeadLetters1767000000000,
      DeadLetterDeeds1768200400000,
      DeadLetterGroups1772400000000,
      AuditLog1772800000000,
    ],
  });
  const platform = createTestPlatform('routing', test.database);
  const handler = async () => {
    timesHandled += 1;
    platform.clock.advance(1);
    await meanwhile();
  };
  desk = new DeadLetterDesk(platform, () => ({ handler }));
});
afterAll(() => test.drop());
beforeEach(async () => {
  await test.database.query('TRUNCATE dead_letter, dead_letter_deed');
  const record = {
    ...{ topic: TOPIC, key: 'payment-1', type: 'leg.result', messageId: 'm-1', body: '{}' },
    ...{ position: `${TOPIC}/0/7`, headers: {} },
  };
  await keepDeadLetters(test.database, [{ record, group: 'routing', cause: 'Error: no', attempts: 3 }]);
  letterId = (await openLetters(test.database, { limit: 1 })).letters[0]!.letterId;
  timesHandled = 0;
});

const decide = (decision: 'replay' | 'discard', operator: string): Promise<LetterAnswer> =>
  desk.decide({ letterId, decision, operator, reason: 'looked into' });
const deeds = async (): Promise<unknown[]> => {
  const sql = `SELECT entry FROM audit_entry WHERE entry ->> 'object' = $1 ORDER BY number`;
  const rows = await test.database.query<{ entry: AuditEntry }>(sql, [letterId]);
  return rows.map(({ entry: { actor, action, after } }) => [actor.name, action, after]);
};

describe('a dead letter that one replays and another discards at the same time', () => {
  it('is discarded when that came first: who replays it is told by whom, and that it is handled all the same', async () => {
    meanwhile = async () => expect(await decide('discard', 'OPERATOR-2')).toEqual({ kind: 'done' });
    expect(await decide('replay', 'OPERATOR-1')).toEqual({
      kind: 'refused',
      reason: 'letter_decided',
      detail: 'It was discarded by OPERATOR-2 while it was replayed, and is handled all the same.',
    });
    expect(await findLetter(test.database, letterId)).toMatchObject({
      ...{ decision: 'discarded', decidedBy: 'OPERATOR-2' },
    });
    expect(await deeds()).toEqual([
      ['OPERATOR-1', 'dead-letter.replay', undefined],
      ['OPERATOR-2', 'dead-letter.discard', undefined],
      [
        ...['OPERATOR-1', 'dead-letter.replayed-late'],
        { result: 'replayed', decided: 'discarded by OPERATOR-2' },
      ],
    ]);
  });

  it('stays discarded when the replay fails, and does not count as one that failed again', async () => {
    meanwhile = async () => {
      await decide('discard', 'OPERATOR-2');
      throw new Error('still bad');
    };
    expect(await decide('replay', 'OPERATOR-1')).toMatchObject({
      reason: 'letter_decided',
      detail: 'It was discarded by OPERATOR-2 while it was replayed, which failed: Error: still bad.',
    });
    const kept = 'SELECT decision, attempts FROM dead_letter';
    expect(await test.database.query(kept)).toEqual([{ decision: 'discarded', attempts: 3 }]);
  });

  it('is replayed when that came first: who discards it is told by whom, and has no deed', async () => {
    let discarded: Promise<LetterAnswer> | undefined;
    meanwhile = () => Promise.resolve();
    await test.database.transaction(async (transaction) => {
      // Both have found it open; the one who discards it waits for the row.
      await transaction.query('SELECT FROM dead_letter WHERE letter_id = $1 FOR UPDATE', [letterId]);
      discarded = decide('discard', 'OPERATOR-2');
      await until('a discard that waits', async () => (await lockWaiters(test.database)) === 1);
      await transaction.query(`UPDATE dead_letter SET decision = 'replayed'`);
      await desk.note(transaction, [
        { letterId, deed: 'replayed', operator: 'OPERATOR-1', reason: 'looked into' },
      ]);
    });
    expect(await discarded).toEqual({
      ...{ kind: 'refused', reason: 'letter_decided', detail: 'It was replayed by OPERATOR-1.' },
    });
    expect(await deeds()).toEqual([['OPERATOR-1', 'dead-letter.replayed', undefined]]);
  });

  it('is done for both who replay it, and a redrive does not count it among what failed', async () => {
    meanwhile = async () => {
      if (timesHandled === 1) expect(await decide('replay', 'OPERATOR-2')).toEqual({ kind: 'done' });
    };
    expect(await decide('replay', 'OPERATOR-1')).toEqual({ kind: 'done' });
    expect(timesHandled).toBe(2);
    await test.database.query('UPDATE dead_letter SET decision = NULL');
    meanwhile = () => decide('discard', 'OPERATOR-2');
    const by = { operator: 'OPERATOR-1', reason: 'looked into', redriveId: 'R' };
    expect(await desk.replayOne(letterId, by)).toBeUndefined();
  });
});
