import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deadLetterCalls, type ListedLetter } from '@tonle/contracts';
import {
  DeadLetterDeeds1768200400000,
  DeadLetters1767000000000,
  keepDeadLetters,
  Unsendable,
  type InboundRecord,
  type OutboundRecord,
} from '@tonle/messaging';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { declareDeadLetters } from './dead-letter-desk.js';
import { AuditLog1772800000000 } from './migrations/1772800000000-audit-log.js';
import { Service } from './service.js';
import { createTestPlatform, type TestPlatform } from './test-platform.js';

// Real: PostgreSQL, calls. A handler that fails as long as the test says so, and a transport that sends or not.

const TOPIC = 'tonle.routing.inbox.v1';
const { list, decide, actions } = deadLetterCalls('routing');
const by = { operator: 'OPERATOR-1', reason: 'the cause is removed' };

let test: TestDatabase;
let platform: TestPlatform;
let failure: Error | undefined;
let handled: InboundRecord[];
let published: OutboundRecord[];
beforeAll(async () => {
  test = await createTestDatabase('dead_letter_desk');
  await test.database.openOrm({
    migrations: [DeadLetters1767000000000, DeadLetterDeeds1768200400000, AuditLog1772800000000],
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
  const service = new Service(platform);
  service.topic(TOPIC, (records) => {
    if (failure !== undefined) return Promise.reject(failure);
    handled.push(...records);
    return Promise.resolve();
  });
  declareDeadLetters(service, platform);
  service.serveCalls();
});
afterAll(() => test.drop());
beforeEach(async () => {
  failure = undefined;
  handled = [];
  published = [];
  await test.database.query('TRUNCATE dead_letter, dead_letter_deed');
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
      { action: 'dead-letter.replay', ...by },
    ]);
    expect(await deeds({ subject: 'payment-1' })).toHaveLength(2);
    expect(await deeds({ subject: `routing.${letterId}`, operator: 'OPERATOR-2' })).toEqual([]);
    const [newest] = await deeds({});
    expect(await deeds({ before: newest!.actionId })).toHaveLength(1);
  });
});
