import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inboxTopic, InProcessTransport, TOPICS, type InboundRecord } from '@tonle/messaging';
import type { RunningService } from '@tonle/platform';
import { routingCalls, type DirectoryEntry } from '@tonle/contracts';
import { sandboxDirectory } from './payment/directory.testing.js';
import {
  makeSubmit,
  openWorld,
  resultOf,
  resultRecord,
  submitRecord,
  type World,
} from './payment/payment.testing.js';
import { until } from '../../../tests/world/until.js';
import { startRouting } from './index.js';

// Real: the whole service on PostgreSQL with the in-process transport.

let world: World;
let transport: InProcessTransport;
let service: RunningService;
const entries: DirectoryEntry[] = [];
const heard: InboundRecord[] = [];
beforeAll(async () => {
  world = await openWorld('routing_service');
  await world.routing.commit.lane.close();
  transport = new InProcessTransport({ held: true, lingerMs: 0 });
  const keep = (records: readonly InboundRecord[]) => Promise.resolve(void heard.push(...records));
  for (const topic of [inboxTopic('adapter-bakong'), inboxTopic('adapter-thailand'), TOPICS.paymentEvent])
    await transport.subscribe(topic, keep, { group: 'test' });
  service = await startRouting({ ...world.platform, transport, database: await world.test.another() });
});
afterAll(async () => {
  await service.close();
  await transport.close();
  await world.close();
});

describe('the routing service', () => {
  it('starts before events flow, publishes its directory, and carries a payment from topic to topic', async () => {
    transport.release();
    await transport.subscribe(
      TOPICS.directory,
      (records) =>
        Promise.resolve(void entries.push(...records.map(({ body }) => JSON.parse(body) as DirectoryEntry))),
      { group: 'late' },
    );
    await until('the directory', () => entries.length === sandboxDirectory().entries.length);
    expect(new Set(entries.map(({ kind }) => kind))).toEqual(
      new Set(['participant', 'network', 'corridor', 'calendar']),
    );
    expect(entries).toEqual(
      expect.arrayContaining((await world.platform.calls.call(routingCalls.directory, {})).entries),
    );

    const submit = makeSubmit(world);
    await transport.publish([submitRecord(submit)]);
    await until('record 1', () => heard.length === 1);
    await transport.publish([resultRecord(resultOf(world, submit.paymentId, 'debit', 'accepted'))]);
    await until('record 2', () => heard.length === 2);
    await transport.publish([resultRecord(resultOf(world, submit.paymentId, 'credit', 'accepted'))]);
    await until('record 3', () => heard.length === 3);
    expect(heard.map(({ topic }) => topic)).toEqual([
      inboxTopic('adapter-bakong'),
      inboxTopic('adapter-thailand'),
      TOPICS.paymentEvent,
    ]);

    const { payments } = await world.platform.calls.call(routingCalls.payments, {
      paymentIds: [submit.paymentId],
    });
    expect(payments).toMatchObject([
      { paymentId: submit.paymentId, state: 'COMPLETED', debtor: submit.debtor, creditor: submit.creditor },
    ]);
    const [window] = payments[0]!.windows;
    const { events } = await world.platform.calls.call(routingCalls.completed, {
      windowId: window!.windowId,
      pageMax: 10,
    });
    expect(events).toMatchObject([
      { paymentId: submit.paymentId, obligations: [{ windowId: window!.windowId }, {}] },
    ]);
  });

  it('counts what it completed and what was undone, for who has missed it', async () => {
    const { calls, clock } = world.platform;
    const count = () => calls.call(routingCalls.windows, { since: new Date(clock.now()).toISOString() });
    const before = await count();
    expect(before.undone).toBe(0);
    expect(before.windows.filter(({ lanes }) => lanes.some(({ completed }) => completed > 0))).toEqual([
      { windowId: expect.stringMatching(/^BAKONG-KHR-/), lanes: [{ lane: 'main', completed: 1 }] },
      { windowId: expect.stringMatching(/^THSWITCH-THB-/), lanes: [{ lane: 'main', completed: 1 }] },
    ]);
    const submit = makeSubmit(world);
    const result = (leg: 'debit' | 'credit' | 'reversal', outcome: 'accepted' | 'rejected') =>
      transport.publish([resultRecord(resultOf(world, submit.paymentId, leg, outcome))]);
    await transport.publish([submitRecord(submit)]);
    await result('debit', 'accepted');
    await result('credit', 'rejected');
    await result('reversal', 'accepted');
    expect(await count()).toEqual({ ...before, undone: 1 });
    const { events } = await calls.call(routingCalls.undone, { pageMax: 10 });
    expect(events).toMatchObject([{ paymentId: submit.paymentId, state: 'REJECTED', windows: [] }]);
  });

  it('counts what has ended of the payments that came in a span, and pages through it', async () => {
    const { calls, clock } = world.platform;
    const open = makeSubmit(world);
    await transport.publish([submitRecord(open)]);
    const nowMs = clock.now();
    const [before, from, end] = [nowMs - 1, nowMs, nowMs + 1].map((ms) => new Date(ms).toISOString());
    const ended = (more: object) =>
      calls.call(routingCalls.ended, { from: from!, until: end!, pageMax: 1, ...more });
    const first = await ended({});
    const second = await ended({ after: first.events[0]!.paymentId });
    const states = [first, second].flatMap(({ events }) => events).map(({ state }) => state);
    expect(states.sort()).toEqual(['COMPLETED', 'REJECTED']);
    expect(await ended({ pageMax: 0 })).toEqual({ count: 2, events: [] });
    expect(await ended({ after: second.events[0]!.paymentId })).toEqual({ count: 2, events: [] });
    expect(await ended({ from: before!, until: from! })).toEqual({ count: 0, events: [] });
    await transport.publish([resultRecord(resultOf(world, open.paymentId, 'debit', 'rejected'))]);
    expect((await ended({})).count).toBe(3);
  });

  it('says what everybody holds and may still owe', async () => {
    const { accounts } = await world.platform.calls.call(routingCalls.liquidity, {});
    expect(accounts).toEqual(
      expect.arrayContaining([
        {
          participant: 'FXNAGA',
          currency: 'THB',
          prefundMinor: '500000000000',
          capMinor: '100000000000000',
          positionMinor: '82000',
          pendingDebitsMinor: '0',
          headroomMinor: '100499999918000',
          usedPercent: 0,
        },
        expect.objectContaining({
          participant: 'FXNAGA',
          currency: 'KHR',
          positionMinor: '0',
          railMinor: '5000000010024000',
          railPendingMinor: '0',
        }),
        expect.objectContaining({ participant: 'THSWITCH', currency: 'THB', positionMinor: '-82000' }),
      ]),
    );
  });
});
