import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { REASONS, type PaymentEventMessage } from '@tonle/contracts';
import { InProcessTransport, openLane, TOPICS } from '@tonle/messaging';
import { until } from '../../../tests/world/until.js';
import type { Door } from './door.js';
import { instructionOf, openDoorWorld, viewOf, type DoorWorld } from './door.testing.js';
import { requestOutbox } from './request.store.js';

// A queue that grows old in front of routing, both ways: routing does not take what the broker has, and the broker takes nothing.

const LIMIT_MS = 400;

let world: DoorWorld;
beforeAll(async () => {
  world = await openDoorWorld('intake_gate');
});
afterAll(() => world.close());
beforeEach(() => world.views.clear());

const now = (): number => world.platform.clock.now();

interface Gated {
  readonly door: Door<PaymentEventMessage>;
  measure(): Promise<void>;
}

/** A door whose measuring is a job that the test runs. */
async function gated(lane = world.lane, limitMs = LIMIT_MS): Promise<Gated> {
  const settings = { TONLE_QUEUE_AGE_MAX_MS: String(limitMs) };
  const door = world.door({ lane }, { settings });
  const jobs = new Map<string, () => Promise<unknown>>();
  const nothing = () => undefined;
  const service = { leaving: nothing, mayLack: nothing, resource: nothing, queue: nothing };
  const job = (name: string, _pause: number, run: () => Promise<unknown>) => void jobs.set(name, run);
  await door.declare({ ...service, job } as unknown as Parameters<typeof door.declare>[0]);
  return { door, measure: async () => void (await jobs.get('measure-queue')!()) };
}

async function measuredUntil({ door, measure }: Gated, outcome: string): Promise<void> {
  await until(`a payment that is ${outcome}`, async () => {
    await measure();
    const answer = await door.take(instructionOf(now()), 0);
    return (answer.kind === 'refused' ? answer.reason : answer.kind) === outcome;
  });
}

describe('while routing takes nothing of what was taken here', () => {
  it('new payments are refused and kept nowhere; repeats, refunds and what has ended are not', async () => {
    const gate = await gated();
    const first = instructionOf(now());
    expect((await gate.door.take(first, 0)).kind).toBe('taken');
    await measuredUntil(gate, 'overloaded');
    const before = await world.count();
    const again = instructionOf(now(), { messageId: first.submit.messageId });
    expect(await gate.door.take(again, 0)).toMatchObject({ kind: 'taken', repeated: true });
    expect(await gate.door.take(instructionOf(now()), 0)).toMatchObject({ kind: 'refused', retryAfterS: 1 });
    expect(await world.count()).toBe(before);
    const { paymentId, uetr, quoteId } = first.submit;
    const refundOf = { paymentId, uetr, quoteId } as typeof first.submit.refundOf;
    const refund = await gate.door.take(instructionOf(now(), { refundOf }), 0);
    expect(refund.kind === 'refused' && refund.reason).not.toBe('overloaded');
    // Routing has the youngest: what was taken before it is there, or lost.
    for (const submit of world.submits) world.views.set(submit.paymentId, viewOf(submit, 'RECEIVED'));
    await measuredUntil(gate, 'taken');
  });
});

describe('while the broker takes nothing', () => {
  it('new payments are refused until it does', async () => {
    const transport = new InProcessTransport({ lingerMs: 0 });
    let go: () => void = () => undefined;
    const stands = new Promise<void>((done) => (go = done));
    await transport.subscribe(TOPICS.routing, () => stands, { group: 'routing' });
    const lane = await openLane({ ...world.platform, transport, lane: 'stands' }, { source: requestOutbox });
    const gate = await gated(lane);
    expect((await gate.door.take(instructionOf(now()), 0)).kind).toBe('taken');
    await measuredUntil(gate, 'overloaded');
    go();
    await lane.published();
    for (const { paymentId } of await paymentsOf()) world.views.set(paymentId, viewed(paymentId));
    await measuredUntil(gate, 'taken');
    await lane.close();
    await transport.close();
  });
});

const paymentsOf = async () =>
  (await world.test.database.query<{ payment_id: string }>('SELECT payment_id FROM request')).map((row) => ({
    paymentId: row.payment_id,
  }));
const viewed = (paymentId: string) => viewOf({ ...instructionOf(now()).submit, paymentId }, 'RECEIVED');

it('one whose time would end before routing takes it is refused before others are', async () => {
  const gate = await gated(world.lane, 100 * LIMIT_MS);
  await gate.door.take(instructionOf(now()), 0);
  const hasted = () => instructionOf(now(), { deadline: new Date(now() + LIMIT_MS / 2).toISOString() });
  const refused = await until('a refusal', async () => {
    await gate.measure();
    const answer = await gate.door.take(hasted(), 0);
    return answer.kind === 'refused' && answer;
  });
  expect(refused).toMatchObject({ reason: 'overloaded', retryAfterS: (100 * LIMIT_MS) / 2_000 });
  expect(REASONS[refused.reason].http).toBe(503);
  expect((await gate.door.take(instructionOf(now()), 0)).kind).toBe('taken');
});
