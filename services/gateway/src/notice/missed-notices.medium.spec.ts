import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { routingCalls, type PaymentEventMessage, type PaymentState } from '@tonle/contracts';
import { Door, publicEvents } from '@tonle/door';
import type { OutboxLane } from '@tonle/messaging';
import { GatewayWorld } from '../testing/gateway-world.js';
import { eventOf } from '../testing/payment-event.js';
import { auditNotices } from './notice-audit.js';
import { NoticeBell } from './notice-bell.js';
import { noticeWriter } from './notice-writer.js';
import { MissedNoticesJob } from './missed-notices.job.js';

// Real: the gateway with PostgreSQL and HTTP. Routing is played: what it has ended, it does not tell by itself.

const MINUTE_MS = 60_000;
const ROUND_MS = 30_000;
let world: GatewayWorld;
let job: MissedNoticesJob;
let ended: PaymentEventMessage[] = [];
let asked = 0;
/** The payment whose event cannot be taken in. */
let bad: string | undefined;

beforeAll(async () => {
  world = await GatewayWorld.start('gateway_missed_notices');
  const { calls, database, clock } = world.platform;
  calls.serve(routingCalls.ended, ({ from, until, after = '', pageMax }) => {
    const within = ended
      .filter(({ acceptedAt }) => acceptedAt >= from && acceptedAt < until)
      .sort((a, b) => (a.paymentId < b.paymentId ? -1 : 1));
    if (pageMax > 0) asked += 1;
    const events = within.filter(({ paymentId }) => paymentId > after).slice(0, pageMax);
    return Promise.resolve({ count: within.length, events });
  });
  const alongside = noticeWriter(new NoticeBell(database, 1), clock);
  const door = new Door(world.platform, { lane: {} as OutboxLane, form: publicEvents, alongside });
  job = new MissedNoticesJob(world.platform, async (events) => {
    if (events.some(({ paymentId }) => paymentId === bad)) throw new Error('cannot be told');
    await door.news.take(events);
  });
  await job.run();
});
afterAll(() => world.close());
beforeEach(() => {
  [ended, asked, bad] = [[], 0, undefined];
});

/** A payment of a payer of Thailand to a customer of KHMEKONG, as routing has it; nobody tells it. */
function received(state: PaymentState): PaymentEventMessage {
  const { clock, random } = world.platform;
  const nowMs = clock.now();
  const at = new Date(nowMs).toISOString();
  const submit = {
    ...{ paymentId: random.id(nowMs), uetr: random.uuid(), quoteId: random.uuid(), acceptedAt: at },
    ...{ direction: 'inbound', corridor: 'KH-TH', sender: 'THSWITCH', messageId: random.uuid() },
    ...{ endToEndId: 'E2E', debtorAgent: 'THSWITCH', creditorAgent: 'KHMEKONG' },
    source: { currency: 'THB', minor: '33745' },
    target: { currency: 'KHR', minor: '4100000' },
    replyTo: { service: 'adapter-thailand', instance: 'one' },
  };
  const history = ['RESERVED', state].map((to) => ({ from: 'RECEIVED', event: 'test', to, at }));
  const event = eventOf(submit as never, state, nowMs, { history } as never);
  ended.push(event);
  return event;
}

/** Rounds by the clock until so long has passed. */
async function pass(ms: number): Promise<void> {
  for (let gone = 0; gone < ms; gone += ROUND_MS) {
    world.platform.clock.advance(ROUND_MS);
    await job.run();
  }
}

async function toldOf({ paymentId }: PaymentEventMessage, participant: string): Promise<string[]> {
  const { json } = await world.get('/v1/events?limit=200', { participant });
  return (json.events as { type: string; subject?: string }[])
    .filter(({ subject }) => subject === paymentId)
    .map(({ type }) => type);
}

it('tells the bank of the payee and the FX provider what no event has told', async () => {
  const [paid, failed] = [received('COMPLETED'), received('REJECTED')];
  await pass(MINUTE_MS);
  expect(await toldOf(paid, 'KHMEKONG')).toEqual([]);
  await pass(2 * MINUTE_MS);
  expect(await toldOf(paid, 'KHMEKONG')).toEqual(['payment.completed']);
  expect(await toldOf(paid, 'FXNAGA')).toEqual(['quote.used', 'quote.completed']);
  expect(await toldOf(failed, 'KHMEKONG')).toEqual(['payment.failed']);
  expect(await toldOf(failed, 'FXNAGA')).toEqual(['quote.used', 'quote.failed']);
  expect(asked).toBe(1);
  // At every later age as well: nothing is told again.
  await pass(12 * MINUTE_MS);
  expect([asked, await toldOf(paid, 'KHMEKONG')]).toEqual([1, ['payment.completed']]);
});

it('tells at a later age what ended after the first', async () => {
  const late = received('COMPLETED');
  ended = [];
  await pass(5 * MINUTE_MS);
  ended = [late];
  await pass(4 * MINUTE_MS);
  expect(await toldOf(late, 'KHMEKONG')).toEqual([]);
  await pass(2 * MINUTE_MS);
  expect(await toldOf(late, 'KHMEKONG')).toEqual(['payment.completed']);
});

it('keeps what cannot be told as a violation, goes on with the others, and asks again', async () => {
  const [one, two] = [received('COMPLETED'), received('COMPLETED')];
  bad = one.paymentId;
  await pass(3 * MINUTE_MS);
  expect(await toldOf(two, 'KHMEKONG')).toEqual(['payment.completed']);
  const untold = async () =>
    (await auditNotices(world.platform.database, world.platform.clock.now())).flatMap(
      ({ violations }) => violations,
    );
  expect(await untold()).toEqual([expect.stringMatching(/, 1 ended and nobody was told$/)]);
  bad = undefined;
  await pass(16 * MINUTE_MS);
  expect([await toldOf(one, 'KHMEKONG'), await untold()]).toEqual([['payment.completed'], []]);
});
