import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { InProcessTransport, TOPICS } from '@tonle/messaging';
import { createTestPlatform } from '@tonle/platform';
import type { InboundOutcome, PaymentSubmit } from '@tonle/contracts';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { InboundDesk } from './inbound.desk.js';
import { INBOUND_TABLES_SQL } from './inbound.migration.js';
import { InboundStore } from './inbound.store.js';
import { clock } from './leg.testing.js';

// Real: PostgreSQL, the transport. Routing is deaf at first.

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('inbound_desk');
  for (const statement of INBOUND_TABLES_SQL) await test.database.query(statement);
});
afterAll(() => test.drop());

it('requests without an outcome are all submitted again, in turns, the oldest first, until they have one', async () => {
  const store = new InboundStore();
  const transport = new InProcessTransport({ lingerMs: 0 });
  const submitted: string[] = [];
  await transport.subscribe(
    TOPICS.routing,
    (records) => {
      submitted.push(...records.map(({ key }) => key));
      return Promise.resolve();
    },
    { group: 'routing' },
  );
  const paymentIds: string[] = [];
  for (let age = 5; age >= 1; age -= 1) {
    const [paymentId, uetr] = [crypto.randomUUID(), crypto.randomUUID()];
    const receivedAt = new Date(clock.now() - age * 86_400_000).toISOString();
    const submit = { paymentId, uetr, messageId: `M${age}`, receivedAt } as PaymentSubmit;
    const request = { submit, contentHash: 'h', raw: Buffer.from('x'), headers: {}, takeBefore: 0 };
    await store.insert(test.database, [request]);
    paymentIds.push(paymentId);
  }
  const platform = createTestPlatform('adapter', test.database, { clock, transport });
  const times = { republishAfterMs: 0, republishEveryMs: 10, republishBatchMax: 2 };
  const desk = new InboundDesk({ platform, lane: undefined as never, ...times });
  await desk.start();
  const until = async (look: () => boolean): Promise<void> => {
    const end = performance.now() + 5_000;
    while (!look() && performance.now() < end) await new Promise((next) => setTimeout(next, 5));
    expect(look()).toBe(true);
  };
  await until(() => submitted.length >= 10);
  expect(submitted.slice(0, 10)).toEqual([...paymentIds, ...paymentIds]);
  const outcomes = paymentIds.slice(0, 4).map((paymentId): InboundOutcome => {
    const outcome = { paymentId, version: 1, state: 'COMPLETED', at: new Date(clock.now()).toISOString() };
    return outcome as InboundOutcome;
  });
  await store.saveOutcomes(test.database, outcomes);
  await until(() => submitted.slice(-6).every((paymentId) => paymentId === paymentIds[4]));
  await desk.close();
  await transport.close();
});
