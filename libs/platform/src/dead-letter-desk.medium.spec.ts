import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { deadLetterCalls, type AuditEntry, type ListedLetter } from '@tonle/contracts';
import {
  DeadLetterDeeds1768200400000,
  DeadLetterGroups1772400000000,
  DeadLetters1767000000000,
  keepDeadLetters,
  Unsendable,
  type InboundRecord,
  type OutboundRecord,
} from '@tonle/messaging';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { declareDeadLetters } from './dead-letters.js';
import { AuditLog1772800000000 } from './migrations/1772800000000-audit-log.js';
import { Service } from './service.js';
import { auditedActions, createTestPlatform, type TestPlatform } from './test-platform.js';

// Real: PostgreSQL, calls. A handler that fails as long as the test says so, and a transport that sends or not.

const TOPIC = 'tonle.routing.inbox.v1';
const calls = deadLetterCalls('routing');
const { list, decide, actions, find, reveal, rehearse, groups, redrive, redrives, stopRedrive } = calls;
const { discardGroup } = calls;
const by = { operator: 'OPERATOR-1', reason: 'the cause is removed' };

let test: TestDatabase;
let platform: TestPlatform;
let service: Service;
let round: () => Promise<unknown>;
let failure: Error | undefined;
/** Message that always fails. */
let bad: string | undefined;
let handled: InboundRecord[];
let published: OutboundRecord[];
beforeAll(async () => {
  test = await createTestDatabase('dead_letter_desk');
  await test.database.openOrm({
    migrations: [
      DeadLetters1767000000000,
      DeadLetterDeeds1768200400000,
      DeadLetterGroups1772400000000,
      AuditLog1772800000000,
    ],
  });
  platform = createTestPlatform('routing', test.database, {
    transport: {
      publish: (records: readonly OutboundRecord[]) => {
        if (failure !== undefined) return Promise.reject(failure);
        published.push(...records);
        return Promise.resolve();
      },
      subscribe: () => Promise.reject(new Error('nothing flows here')),
      close: () => Promise.resolve(),
    },
  });
  service = new Service(platform);
  jest.spyOn(service, 'job').mockImplementation((_name, _pause, run) => void (round = run));
  service.topic(
    TOPIC,
    (records) => {
      // What comes of a deed is later than it: lists are by time.
      platform.clock.advance(1);
      if (failure !== undefined || records.some(({ messageId }) => messageId === bad))
        return Promise.reject(failure ?? new Error('still bad'));
      handled.push(...records);
      return Promise.resolve();
    },
    {
      rehearse: ({ key }) =>
        failure === undefined ? Promise.resolve([`move ${key}`]) : Promise.reject(failure),
    },
  );
  service.topic('tonle.payment.event.v1', () => Promise.resolve());
  declareDeadLetters(service, platform);
  service.serveCalls();
});
afterAll(() => test.drop());
beforeEach(async () => {
  failure = undefined;
  bad = undefined;
  handled = [];
  published = [];
  await test.database.query('TRUNCATE dead_letter, dead_letter_deed, dead_letter_redrive');
});

const record: InboundRecord = {
  topic: TOPIC,
  key: 'payment-1',
  type: 'leg.result',
  messageId: 'm-1',
  body: '{"name":"Sok Dara"}',
  position: `${TOPIC}/0/7`,
  headers: { ce_id: 'm-1' },
  traceparent: '00-1-2-01',
};
const bury = (group = 'routing', more: Partial<InboundRecord> = {}) =>
  keepDeadLetters(test.database, [
    { record: { ...record, ...more }, group, cause: 'Error: no', attempts: 3 },
  ]);
const open = async (): Promise<ListedLetter[]> => (await platform.calls.call(list, { limit: 10 })).letters;
const ask = async (decision: 'replay' | 'discard', letterId?: string) =>
  platform.calls.call(decide, { letterId: letterId ?? (await open())[0]!.letterId, decision, ...by });

describe('a dead letter', () => {
  it('is listed without what it says', async () => {
    await bury();
    const [letter, ...others] = await open();
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      reader: 'routing',
      topic: TOPIC,
      type: 'leg.result',
      key: 'payment-1',
      cause: 'Error: no',
      attempts: 3,
      bytes: record.body.length,
    });
    expect(JSON.stringify(letter)).not.toContain('Sok Dara');
    await bury('routing', { messageId: 'm-2' });
    expect(await platform.calls.call(list, { limit: 1 })).toMatchObject({ count: 2, letters: [{}] });
  });

  it('is given to its handler whole, once, and is not listed any more', async () => {
    await bury();
    const [{ letterId }] = (await open()) as [ListedLetter];
    expect(await ask('replay', letterId)).toEqual({ kind: 'done' });
    expect(handled).toEqual([record]);
    expect(await open()).toEqual([]);
    expect(await ask('replay', letterId)).toEqual({ kind: 'done' });
    expect(handled).toHaveLength(1);
    expect(await ask('discard', letterId)).toMatchObject({ reason: 'letter_decided' });
  });

  it('stays when it fails again, with the new cause, and can be replayed later', async () => {
    await bury();
    failure = new RangeError('still no');
    const [{ letterId }] = (await open()) as [ListedLetter];
    expect(await ask('replay', letterId)).toMatchObject({
      reason: 'replay_failed',
      detail: 'RangeError: still no',
    });
    expect(await open()).toMatchObject([{ letterId, cause: 'RangeError: still no', attempts: 4 }]);
    failure = undefined;
    expect(await ask('replay', letterId)).toEqual({ kind: 'done' });
    expect(handled).toEqual([record]);
  });

  it('that could not be sent is sent again', async () => {
    await bury('outbox', { position: 'outbox/main' });
    failure = new Unsendable([{ record, cause: 'too large' }]);
    expect(await ask('replay')).toMatchObject({ reason: 'replay_failed' });
    failure = undefined;
    expect(await ask('replay')).toEqual({ kind: 'done' });
    expect(published).toMatchObject([{ messageId: 'm-1', body: record.body }]);
    expect(handled).toEqual([]);
  });

  it('is discarded without being read', async () => {
    await bury();
    const [{ letterId }] = (await open()) as [ListedLetter];
    expect(await ask('discard', letterId)).toEqual({ kind: 'done' });
    expect([handled, await open()]).toEqual([[], []]);
    // The same record of the topic, read again after a crash, does not undo what was decided; a new failure does.
    await bury();
    expect(await open()).toEqual([]);
    await bury('routing', { position: `${TOPIC}/0/8` });
    expect(await open()).toMatchObject([{ letterId, attempts: 6 }]);
  });

  it('of a topic that nobody handles, and one that is not there, are told apart', async () => {
    await bury('routing', { topic: 'tonle.away.v1' });
    expect(await ask('replay')).toMatchObject({
      reason: 'replay_failed',
      detail: 'nothing here handles tonle.away.v1 any more',
    });
    expect(await ask('replay', '00000000-0000-4000-8000-000000000001')).toMatchObject({
      reason: 'not_found',
    });
  });

  it('has its deeds, with who and why, newest first', async () => {
    await bury();
    failure = new Error('no');
    const [{ letterId }] = (await open()) as [ListedLetter];
    await ask('replay');
    platform.clock.advance(1_000);
    await ask('discard');
    const deeds = async (filter: object) =>
      (await platform.calls.call(actions, { limit: 10, ...filter })).actions;
    expect(await deeds({})).toMatchObject([
      {
        action: 'dead-letter.discard',
        subject: `routing.${letterId}`,
        ...by,
        detail: 'leg.result payment-1',
      },
      { action: 'dead-letter.replay-failed', ...by, detail: 'leg.result payment-1: Error: no' },
      { action: 'dead-letter.replay', ...by },
    ]);
    const recorded = ['dead-letter.replay', 'dead-letter.replay-failed', 'dead-letter.discard'];
    expect((await auditedActions(test.database)).slice(-3)).toEqual(recorded);
    expect(await deeds({ subject: 'payment-1' })).toHaveLength(3);
    expect(await deeds({ subject: `routing.${letterId}`, operator: 'OPERATOR-2' })).toEqual([]);
    const [newest] = await deeds({});
    expect(await deeds({ before: newest!.actionId })).toHaveLength(2);
  });
});

describe('one letter', () => {
  it('is looked at with its headers and its whole cause; what it says is told to who says why, on record', async () => {
    await bury();
    const [{ letterId }] = (await open()) as [ListedLetter];
    const found = await platform.calls.call(find, { letterId });
    expect(found).toMatchObject({
      kind: 'found',
      letter: { letterId, headers: { ce_id: 'm-1' }, position: `${TOPIC}/0/7`, cause: 'Error: no' },
    });
    expect(JSON.stringify(found)).not.toContain('Sok Dara');
    expect(await platform.calls.call(reveal, { letterId, ...by })).toEqual({
      kind: 'found',
      body: record.body,
    });
    const { actions: deeds } = await platform.calls.call(actions, { limit: 10 });
    expect(deeds).toMatchObject([{ action: 'dead-letter.reveal', subject: `routing.${letterId}`, ...by }]);
    expect((await auditedActions(test.database)).at(-1)).toBe('dead-letter.reveal');
    const none = '00000000-0000-4000-8000-000000000001';
    expect(await platform.calls.call(find, { letterId: none })).toMatchObject({ reason: 'not_found' });
    expect(await platform.calls.call(rehearse, { letterId: none })).toMatchObject({ reason: 'not_found' });
  });

  it('is tried without being handled: by its handler, by what reads it, or by what sends it', async () => {
    await bury();
    await bury('routing', {
      messageId: 'm-2',
      topic: 'tonle.payment.event.v1',
      type: 'payment.event',
      body: '{}',
    });
    await bury('outbox', { messageId: 'm-3', position: 'outbox/main' });
    await bury('outbox', { messageId: 'm-4', body: 'x'.repeat(1_000_000) });
    await bury('routing', { messageId: 'm-5', topic: 'tonle.away.v1' });
    const tried = new Map<string, unknown>();
    for (const { letterId, messageId } of await open())
      tried.set(messageId, await platform.calls.call(rehearse, { letterId }));
    expect(tried.get('m-1')).toEqual({ kind: 'rehearsed', would: ['move payment-1'] });
    expect(tried.get('m-2')).toMatchObject({ would: [], failure: expect.stringContaining('paymentId') });
    expect(tried.get('m-3')).toMatchObject({
      would: [expect.stringMatching(/^send leg.result about payment-1/)],
    });
    expect(tried.get('m-4')).toMatchObject({ failure: expect.stringContaining('larger than') });
    expect(tried.get('m-5')).toMatchObject({ failure: expect.stringContaining('nothing here handles') });
    expect([handled, published, (await open()).length]).toEqual([[], [], 5]);
  });
});

describe('a group of dead letters', () => {
  const THREE = ['m-1', 'm-2', 'm-3'];
  const buryThree = async () => {
    for (const [index, messageId] of THREE.entries())
      await keepDeadLetters(test.database, [
        {
          record: { ...record, messageId, key: `payment-${index}` },
          group: 'routing',
          cause: `Error: payment 0193f5d2-1111-7000-8000-00000000000${index} has ${index} legs, code MS03`,
          attempts: 3,
        },
      ]);
  };
  const all = async () => (await platform.calls.call(groups, { limit: 10 })).groups;
  const start = async (more: object = {}) => {
    const { groupId } = (await all())[0]!;
    return platform.calls.call(redrive, { groupId, perSecond: 2, stopOnFailure: true, ...by, ...more });
  };
  const latest = async () => (await platform.calls.call(redrives, { limit: 1 })).redrives[0];

  it('is what failed for one cause, whatever ids and numbers it names', async () => {
    await buryThree();
    await bury('routing', { messageId: 'm-9' });
    expect(await all()).toMatchObject([
      { count: 3, attempts: 9, type: 'leg.result', cause: 'Error: payment … has … legs, code MS03' },
      { count: 1, cause: 'Error: no' },
    ]);
    const { groupId } = (await all())[0]!;
    const listed = await platform.calls.call(list, { limit: 10, groupId });
    expect(listed.letters.map(({ messageId }) => messageId).sort()).toEqual(THREE);
  });

  it('is not redriven when it has more than was asked for, and once under one name', async () => {
    expect(await buryThree().then(() => start({ most: 2 }))).toMatchObject({ reason: 'redrive_larger' });
    const once = () => start({ most: 3, redriveId: '00000000-0000-4000-8000-0000000000d1' });
    expect([await once(), await once()]).toMatchObject([{ total: 3 }, { total: 3 }]);
  });

  it('is redriven at its rate, the oldest first, to its end; what comes meanwhile is not of it', async () => {
    await buryThree();
    expect(await start()).toMatchObject({ kind: 'started', total: 3 });
    expect(await start()).toMatchObject({ reason: 'redrive_running' });
    await round();
    expect(handled.map(({ messageId }) => messageId)).toEqual(['m-1', 'm-2']);
    expect(await latest()).toMatchObject({ state: 'running', replayed: 2, failed: 0 });
    await bury('routing', { messageId: 'm-9' });
    await test.database.query(
      `UPDATE dead_letter SET cause = 'Error: payment 1 has 2 legs, code MS03' WHERE message_id = 'm-9'`,
    );
    await round();
    await round();
    expect(await latest()).toMatchObject({ state: 'done', replayed: 3, failed: 0 });
    expect((await open()).map(({ messageId }) => messageId)).toEqual(['m-9']);
    const { actions: deeds } = await platform.calls.call(actions, { limit: 10 });
    expect(deeds.map(({ action }) => action.slice('dead-letter.'.length))).toEqual([
      ...['replayed', 'replayed', 'replayed', 'redrive'],
    ]);
    expect(deeds[0]!.detail).toMatch(/^leg.result payment-2 by redrive /);
  });

  it('leaves of each letter who replayed it, when, and with what result, in the audit log', async () => {
    await buryThree();
    bad = 'm-2';
    const started = await start({ stopOnFailure: false, perSecond: 3 });
    const letters = new Map((await open()).map(({ messageId, letterId }) => [messageId, letterId]));
    await round();
    const redriveId = started.kind === 'started' ? started.redriveId : '';
    const { groupId } = (await all()).find(({ cause }) => cause.includes('still bad'))!;
    await platform.calls.call(discardGroup, { groupId, ...by });
    const told = async (messageId: string) => {
      const sql = `SELECT entry FROM audit_entry WHERE entry ->> 'object' = $1 ORDER BY number`;
      const rows = await test.database.query<{ entry: AuditEntry }>(sql, [letters.get(messageId)]);
      expect(rows.every(({ entry }) => entry.before?.['messageId'] === messageId)).toBe(true);
      return rows.map(({ entry: { actor, action, reason, after } }) => [action, actor.name, reason, after]);
    };
    const done = (action: string, after?: object) => [`dead-letter.${action}`, ...Object.values(by), after];
    const replayed = done('replayed', { result: 'replayed', redriveId });
    expect([await told('m-1'), await told('m-3')]).toEqual([[replayed], [replayed]]);
    const failed = { result: 'failed', cause: 'Error: still bad', redriveId };
    expect(await told('m-2')).toEqual([done('replay-failed', failed), done('discard')]);
  });

  it('stops at the first that fails again, or goes on and leaves it', async () => {
    await buryThree();
    bad = 'm-2';
    await start();
    await round();
    expect(await latest()).toMatchObject({
      state: 'stopped',
      replayed: 1,
      failed: 1,
      stoppedBecause: 'a letter failed again: Error: still bad',
    });
    expect((await open()).map(({ messageId }) => messageId).sort()).toEqual(['m-2', 'm-3']);
    const { groupId } = (await all()).find(({ cause }) => cause.includes('MS03'))!;
    await bury('routing', { messageId: 'm-2' });
    await test.database.query(`UPDATE dead_letter SET cause = 'Error: payment 1 has 2 legs, code MS03'`);
    await platform.calls.call(redrive, { groupId, perSecond: 10, stopOnFailure: false, ...by });
    await round();
    await round();
    expect(await latest()).toMatchObject({ state: 'done', replayed: 1, failed: 1 });
    expect((await open()).map(({ messageId }) => messageId)).toEqual(['m-2']);
  });

  it('goes on at another process when the one that had it in hand is gone', async () => {
    await buryThree();
    await start();
    await test.database.query(
      `UPDATE dead_letter_redrive SET leased_until = clock_timestamp() + interval '1 hour'`,
    );
    await round();
    expect(handled).toEqual([]);
    await test.database.query(
      `UPDATE dead_letter_redrive SET leased_until = clock_timestamp() - interval '1 s'`,
    );
    await round();
    expect(handled).toHaveLength(2);
  });

  it('is stopped by people, and discarded whole', async () => {
    await buryThree();
    const started = await start();
    const redriveId = started.kind === 'started' ? started.redriveId : '';
    await round();
    expect(await platform.calls.call(stopRedrive, { redriveId, ...by })).toEqual({ kind: 'done' });
    expect(await platform.calls.call(stopRedrive, { redriveId, ...by })).toMatchObject({
      reason: 'not_found',
    });
    await round();
    expect(await latest()).toMatchObject({
      state: 'stopped',
      replayed: 2,
      stoppedBecause: `OPERATOR-1: ${by.reason}`,
    });
    const { groupId } = (await all())[0]!;
    const discard = () => platform.calls.call(discardGroup, { groupId, ...by });
    expect([await discard(), await discard()]).toMatchObject([{ count: 1 }, { reason: 'not_found' }]);
    expect([await open(), handled.length]).toEqual([[], 2]);
    expect((await auditedActions(test.database)).slice(-6)).toEqual([
      ...['dead-letter.redrive', 'dead-letter.replayed', 'dead-letter.replayed', 'dead-letter.stop-redrive'],
      ...['dead-letter.discard', 'dead-letter.discard'],
    ]);
  });
});
