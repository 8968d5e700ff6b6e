import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { factsCall, hashOfEntry, type AuditEntry } from '@tonle/contracts';
import {
  DeadLetterDeeds1768200400000,
  DeadLetterGroups1772400000000,
  DeadLetters1767000000000,
  keepDeadLetters,
} from '@tonle/messaging';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { recordDeeds } from '../audit-log/audit-log.store.js';
import { DeadLetterDesk } from '../dead-letter-desk.js';
import { AuditLog1772800000000 } from '../migrations/1772800000000-audit-log.js';
import { Facts1775003000000 } from '../migrations/1775003000000-facts.js';
import { createTestPlatform, type TestPlatform } from '../test-platform.js';
import { declareOwnFacts, errorClassOf, namelessKey } from './own-facts.js';

// Real: PostgreSQL. The handler that letters are replayed to is played.

const PAYMENT = '01a20056-8580-7b00-b8ee-ed94c0de9c1c';
let test: TestDatabase;
let platform: TestPlatform;
let gather: () => Promise<unknown>;
let ask: (source: string, after?: string) => Promise<{ rows: { id: string; body: unknown }[]; next: string }>;
beforeAll(async () => {
  test = await createTestDatabase('own_facts');
  await test.database.openOrm({
    migrations: [
      ...[DeadLetters1767000000000, DeadLetterDeeds1768200400000, DeadLetterGroups1772400000000],
      ...[AuditLog1772800000000, Facts1775003000000],
    ],
  });
  platform = createTestPlatform('routing', test.database);
  const service = {
    call: platform.calls.serve.bind(platform.calls),
    job: (_name: string, _everyMs: number, run: typeof gather) => void (gather = run),
  };
  declareOwnFacts(service as never, platform);
  ask = (source, after) =>
    platform.calls.call(factsCall('routing'), { source, max: 100, ...(after !== undefined && { after }) });
});
afterAll(() => test.drop());

describe('what every service tells', () => {
  it('is its audit log, to the byte, as it goes on', async () => {
    const write = (object: string) =>
      recordDeeds(test.database, 'routing', [
        {
          ...{ atMs: platform.clock.now(), actor: { kind: 'system', name: 'audit' } as const },
          ...{ action: 'corridor.close', object, after: { b: 1.5, a: 'é\u2028' } },
        },
      ]);
    await write('KH-TH');
    const first = await ask('switch.audit-entry');
    await write('KH-VN');
    const more = await ask('switch.audit-entry', first.next);
    const entries = [...first.rows, ...more.rows].map(
      ({ body }) => JSON.parse((body as { entry: string }).entry) as AuditEntry,
    );
    expect(entries.map(({ object, hash }) => [object, hash])).toEqual(
      entries.map((entry, index) => [['KH-TH', 'KH-VN'][index], hashOfEntry(entry)]),
    );
    expect(entries[1]!.previous).toBe(entries[0]!.hash);
  });

  it('is its dead letters with what people did, and nothing of what they say', async () => {
    const letter = (messageId: string, key: string, cause: string) => ({
      ...{ group: 'routing', cause, attempts: 1 },
      record: {
        ...{ topic: 'tonle.leg.v1', messageId, key, type: 'leg.result', body: '{"name":"Sok Dara"}' },
        ...{ position: `leg/0/${messageId}`, headers: {} },
      },
    });
    const letters = [
      letter('1', PAYMENT, 'TypeError: Sok Dara'),
      letter('2', '85512345678', 'Sok Dara has no account'),
    ];
    await keepDeadLetters(test.database, letters);
    const round = async () => {
      platform.clock.advance(60_000);
      await gather();
      return (await ask('switch.dead-letter')).rows.map(({ body }) => body as Record<string, unknown>);
    };
    const told = await round();
    expect(JSON.stringify(told)).not.toMatch(/Dara|85512345678/);
    // In the order of their ids.
    told.sort(({ errorClass: a }, { errorClass: b }) => (String(a) < String(b) ? 1 : -1));
    expect(told).toMatchObject([
      { key: PAYMENT, errorClass: 'TypeError', result: 'OPEN', by: null, attempts: 1 },
      { key: namelessKey('85512345678'), errorClass: 'Error', result: 'OPEN' },
    ]);
    let fails = true;
    const handler = () => (fails ? Promise.reject(new Error('still bad')) : Promise.resolve());
    const desk = new DeadLetterDesk(platform, () => ({ handler }));
    const [row] = await test.database.query<{ letter_id: string }>(
      `SELECT letter_id FROM dead_letter WHERE message_id = '1'`,
    );
    const replay = {
      ...{ letterId: row!.letter_id, decision: 'replay' as const },
      operator: 'OPS-1',
      reason: 'mended',
    };
    await desk.decide(replay);
    expect(await round()).toContainEqual(
      expect.objectContaining({ key: PAYMENT, result: 'FAILED_AGAIN', by: 'OPS-1', attempts: 2 }),
    );
    fails = false;
    await desk.decide({ ...replay, operator: 'OPS-2' });
    expect(await round()).toContainEqual(
      expect.objectContaining({ key: PAYMENT, result: 'REPLAYED', by: 'OPS-2', at: expect.any(String) }),
    );
    // The same once more, at another place of the topic.
    const again = letter('1', PAYMENT, 'TypeError: again');
    await keepDeadLetters(test.database, [{ ...again, record: { ...again.record, position: 'leg/0/9' } }]);
    expect(await round()).toContainEqual(
      expect.objectContaining({ key: PAYMENT, result: 'OPEN', attempts: 3 }),
    );
    const { next } = await ask('switch.dead-letter');
    await round();
    expect(await ask('switch.dead-letter', next)).toMatchObject({ rows: [] });
  });

  it('names keys and errors without what they quote', () => {
    expect([PAYMENT, 'KH-TH', 'KHMEKONG'].map(namelessKey)).toEqual([PAYMENT, 'KH-TH', 'KHMEKONG']);
    for (const key of ['sok.dara@bank', '000123456', 'Sok Dara', ''])
      expect(namelessKey(key)).toMatch(/^sha256:[0-9a-f]{16}$/);
    expect(['ZodError: x', 'nothing here handles it: y', 'A'].map(errorClassOf)).toEqual([
      ...['ZodError', 'Error', 'Error'],
    ]);
  });
});
