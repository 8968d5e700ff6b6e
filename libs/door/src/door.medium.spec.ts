import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { refused, type PaymentEventMessage } from '@tonle/contracts';
import { MemoryState, openLane, TOPICS } from '@tonle/messaging';
import { until } from '../../../tests/world/until.js';
import { hasEnded, newestOf, type Door, type Taken } from './door.js';
import { instructionOf, newsOf, openDoorWorld, viewOf, type DoorWorld } from './door.testing.js';
import type { Instruction } from './instruction.js';
import { keyOf } from './intake.decide.js';
import { auditRequests } from './request-audit.js';
import { requestOutbox } from './request.store.js';

// Real: PostgreSQL, the lane, the in-process transport. Routing is played by the test.

const WAIT_MS = 60_000;
const ANSWER_WITHIN_MS = 15_000;

let world: DoorWorld;
let door: Door<PaymentEventMessage>;
beforeAll(async () => {
  world = await openDoorWorld('door');
});
afterAll(() => world.close());
beforeEach(() => {
  world.views.clear();
  door = world.door();
});

const now = (): number => world.platform.clock.now();
const taken = (answer: Awaited<ReturnType<typeof door.take>>): Taken<PaymentEventMessage> => {
  if (answer.kind !== 'taken') throw new Error(`refused: ${answer.reason}`);
  return answer;
};
const publishedOf = ({ submit }: Instruction) =>
  world.submits.filter(({ paymentId }) => paymentId === submit.paymentId);

describe('an instruction', () => {
  it('is durable and on its way when it is answered', async () => {
    const instruction = instructionOf(now(), {}, { headers: { signature: 's' }, messageVersion: 'v' });
    const answer = taken(await door.take(instruction, 0));
    expect(answer).toMatchObject({ repeated: false, news: undefined, request: { messageVersion: 'v' } });
    const [row] = await world.test.database.query(
      'SELECT raw, headers, submit, dialect, creditor_shown FROM request WHERE payment_id = $1',
      [instruction.submit.paymentId],
    );
    expect(row).toEqual({
      raw: instruction.raw,
      headers: { signature: 's' },
      submit: instruction.submit,
      dialect: 'rest',
      creditor_shown: 'Somchai',
    });
    await world.lane.published();
    expect(publishedOf(instruction)).toEqual([instruction.submit]);
  });

  it('is taken once, however often and by however many it is given at once', async () => {
    const first = instructionOf(now());
    const { messageId, uetr } = first.submit;
    const rivals = Array.from({ length: 20 }, () => instructionOf(now(), { messageId, uetr }));
    const before = await world.count();
    const answers = await Promise.all([first, ...rivals].map((each) => door.take(each, 0)));
    expect(new Set(answers.map((answer) => taken(answer).request.paymentId)).size).toBe(1);
    const again = taken(await door.take(instructionOf(now(), { messageId, uetr }), 0));
    expect(again).toMatchObject({ repeated: true, request: { messageId, uetr, submit: { messageId } } });
    expect(await world.count()).toBe(before + 1);
  });

  it('of a known key with other content, or of a known UETR, is refused, in one batch and later', async () => {
    const first = instructionOf(now());
    const { messageId, uetr } = first.submit;
    const other = instructionOf(now(), { messageId, endToEndId: 'E2' });
    const rival = instructionOf(now(), { uetr });
    const answers = await Promise.all([first, other, rival].map((each) => door.take(each, 0)));
    const reasons = answers.map((answer) => (answer.kind === 'refused' ? answer.reason : answer.kind));
    expect(reasons).toEqual(['taken', 'key_reused', 'uetr_in_use']);
    expect(await door.take(other, 0)).toEqual(refused('key_reused'));
    expect(await door.take(rival, 0)).toEqual(refused('uetr_in_use'));
    const strangers = instructionOf(now(), { messageId, sender: 'C' });
    expect(await door.take(strangers, 0)).toMatchObject({ kind: 'taken', repeated: false });
  });

  it('is not refused for a rival of its batch that was refused itself', async () => {
    const known = instructionOf(now());
    await door.take(known, 0);
    const reused = instructionOf(now(), { messageId: known.submit.messageId, endToEndId: 'E2' });
    const { uetr } = reused.submit;
    const fresh = instructionOf(now(), { uetr });
    const repeat = instructionOf(now(), { uetr, messageId: fresh.submit.messageId });
    const rival = instructionOf(now(), { uetr });
    const answers = await Promise.all([reused, fresh, repeat, rival].map((each) => door.take(each, 0)));
    expect(answers.map((answer) => (answer.kind === 'refused' ? answer.reason : answer.repeated))).toEqual([
      'key_reused',
      false,
      true,
      'uetr_in_use',
    ]);
  });

  it.each(['\u0000', '\ud83d', '\uffff', '\u202e'])(
    'whose text holds %j, which a later stage could not carry, is refused with its field',
    async (character) => {
      const debtor = { ...instructionOf(now()).submit.debtor, name: `Sok${character}` };
      const before = await world.count();
      expect(await door.take(instructionOf(now(), { debtor }), 0)).toMatchObject({
        kind: 'refused',
        reason: 'schema_invalid',
        errors: [{ path: '/debtor/name' }],
      });
      expect(await world.count()).toBe(before);
    },
  );

  it('that routing could not read is refused with its field', async () => {
    const before = await world.count();
    expect(await door.take(instructionOf(now(), { endToEndId: 'E'.repeat(36) }), 0)).toMatchObject({
      reason: 'schema_invalid',
      errors: [{ path: '/endToEndId' }],
    });
    expect(await world.count()).toBe(before);
  });

  it('that PostgreSQL cannot keep fails alone', async () => {
    const bad = instructionOf(now(), {}, { creditorShown: 'NUL \u0000 has no place in a text' });
    const batch = Array.from({ length: 40 }, (_, index) => (index === 13 ? bad : instructionOf(now())));
    const answers = await Promise.allSettled(batch.map((each) => door.take(each, 0)));
    const failed = batch.filter((_, index) => answers[index]!.status === 'rejected');
    expect(failed).toEqual([bad]);
  });

  it('that comes too late is not kept, and one that is a repeat gets its payment', async () => {
    const late = instructionOf(now(), {}, { takeBeforeMs: now() });
    const before = await world.count();
    const detail = expect.stringMatching(/^Late by [\d.]+ s: it had to be taken before .*Z\.$/);
    const refusal = { kind: 'refused', reason: 'deadline_passed', reasonField: 'acceptedAt', detail };
    expect(await door.take(late, 0)).toEqual(refusal);
    expect(await world.count()).toBe(before);
    const first = instructionOf(now(), {}, { takeBeforeMs: now() + 1 });
    const { messageId, uetr } = first.submit;
    const again = instructionOf(now(), { messageId, uetr }, { takeBeforeMs: now() });
    const [one, two] = await Promise.all([door.take(first, 0), door.take(again, 0)]);
    expect([taken(one!).repeated, taken(two!).repeated]).toEqual([false, true]);
    expect(await door.take(again, 0)).toMatchObject({ repeated: true });
  });

  it('leaves no gap in the lane when others of its batch are known', async () => {
    const known = instructionOf(now());
    await door.take(known, 0);
    const { messageId, uetr } = known.submit;
    const batch = Array.from({ length: 20 }, (_, index) =>
      instructionOf(now(), index % 3 === 0 ? { messageId, uetr } : {}),
    );
    await Promise.all(batch.map((each) => door.take(each, 0)));
    const [row] = await world.test.database.query<{ count: bigint; max: bigint; next: bigint }>(
      `SELECT count(*) AS count, max(sequence) AS max, (SELECT next_sequence FROM outbox_lane) AS next
       FROM request`,
    );
    expect(row!.max).toBe(row!.count);
    expect(row!.next).toBe(row!.count + 1n);
  });

  it('is refused when too many wait, and nothing is kept', async () => {
    const before = await world.count();
    const many = Array.from({ length: 5_001 }, () => door.take(instructionOf(now()), 0));
    expect(await many.at(-1)).toEqual(refused('overloaded'));
    await Promise.all(many);
    expect(await world.count()).toBe(before + 5_000);
  });
});

describe('what is refused before it is taken', () => {
  it('is answered from its payment when it is a repeat', async () => {
    const first = instructionOf(now());
    await door.take(first, 0);
    const key = keyOf(first);
    const refusal = refused('quote_expired');
    expect(await door.repeatOr(refusal, key, 0)).toMatchObject({
      kind: 'taken',
      repeated: true,
      request: { paymentId: first.submit.paymentId },
    });
    expect(await door.repeatOr(refusal, { ...key, contentHash: Buffer.alloc(32) }, 0)).toEqual(
      refused('key_reused'),
    );
    expect(await door.repeatOr(refusal, { ...key, messageId: 'other' }, 0)).toEqual(refused('uetr_in_use'));
    expect(await door.repeatOr(refusal, { ...key, messageId: 'other', uetr: undefined }, 0)).toEqual(refusal);
  });
});

describe('a caller', () => {
  it('that waits is told the end, a repeat too, and from then on without waiting', async () => {
    const instruction = instructionOf(now());
    const held = door.take(instruction, WAIT_MS);
    await until('what is published', () => publishedOf(instruction).length === 1);
    const { messageId, uetr } = instruction.submit;
    const again = instructionOf(now(), { messageId, uetr });
    const repeat = door.take(again, WAIT_MS);
    const end = newsOf(instruction.submit, 'COMPLETED');
    await door.news.take([end]);
    expect(newestOf(taken(await held))).toEqual(end);
    expect(newestOf(taken(await repeat))).toEqual(end);
    const later = taken(await door.take(again, WAIT_MS));
    expect(hasEnded(later)).toBe(true);
    expect(later.request.news).toEqual(end);
  });

  it('is let go when the process ends, with what routing knows', async () => {
    const instruction = instructionOf(now());
    world.views.set(instruction.submit.paymentId, viewOf(instruction.submit, 'CREDIT_SENT'));
    const held = door.take(instruction, WAIT_MS);
    await until('what is published', () => publishedOf(instruction).length === 1);
    door.letGo();
    const answer = taken(await held);
    expect(newestOf(answer)?.state).toBe('CREDIT_SENT');
    expect(hasEnded(answer)).toBe(false);
  });

  it('is not held when too many are', async () => {
    const small = world.door({ callersMax: 0 });
    expect(taken(await small.take(instructionOf(now()), WAIT_MS)).news).toBeUndefined();
  });

  it('of another instance is poked, and looks into the own table', async () => {
    const shared = new MemoryState();
    const here = world.door({}, { shared });
    const stop = await here.news.listen();
    const instruction = instructionOf(now());
    const held = here.take(instruction, WAIT_MS);
    await until('what is published', () => publishedOf(instruction).length === 1);
    const there = world.door({}, { shared, instance: 'gateway-other' });
    await there.news.take([newsOf(instruction.submit, 'REJECTED')]);
    expect(newestOf(taken(await held))?.state).toBe('REJECTED');
    await stop();
  });

  it('finds the end by looking when nobody pokes', async () => {
    const instruction = instructionOf(now());
    const held = door.take(instruction, WAIT_MS);
    await until('what is published', () => publishedOf(instruction).length === 1);
    await world.door().news.take([newsOf(instruction.submit, 'COMPLETED')]);
    await door.news.look();
    expect(newestOf(taken(await held))?.state).toBe('COMPLETED');
  });
});

describe('what is told of a payment', () => {
  it('counts by its version, and never changes an end', async () => {
    const { submit } = instructionOf(now());
    const instruction = instructionOf(now(), submit);
    await door.take(instruction, 0);
    const records = [
      newsOf(submit, 'SCREENING_HOLD', 3),
      newsOf(submit, 'COMPLETED', 5),
      newsOf(submit, 'CREDIT_SENT', 4),
    ].map((news) => ({
      topic: TOPICS.paymentEvent,
      key: submit.paymentId,
      type: 'payment.event',
      messageId: `${submit.paymentId}:${news.version}`,
      body: JSON.stringify(news),
      position: 'memory',
      headers: {},
    }));
    await door.news.take([newsOf(submit, 'RESERVED', 2)]);
    await door.news.take([newsOf(submit, 'VALIDATED', 1)]);
    const [open] = await door.list({ sender: 'A', messageId: submit.messageId, limit: 1 });
    expect(open!.request.news).toEqual(newsOf(submit, 'RESERVED', 2));
    await door.news.handle([{ ...records[0]!, type: 'something.else', body: '{}' }, ...records]);
    await door.news.take([newsOf(submit, 'REJECTED', 9)]);
    const [found] = await door.list({
      sender: 'A',
      partnerReference: 'C1',
      messageId: submit.messageId,
      limit: 9,
    });
    expect(found!.request.news).toEqual(newsOf(submit, 'COMPLETED', 5));
    expect(await auditRequests(world.test.database)).toEqual([
      expect.objectContaining({ ok: true }),
      expect.objectContaining({ ok: true }),
      expect.objectContaining({ ok: true }),
      expect.objectContaining({ ok: true }),
    ]);
  });
});

describe('a question', () => {
  it('is answered to the sender alone, open payments as routing knows them', async () => {
    const { submit } = instructionOf(now());
    await door.take(instructionOf(now(), submit), 0);
    world.views.set(submit.paymentId, viewOf(submit, 'CREDIT_UNKNOWN'));
    const { uetr, messageId } = submit;
    for (const about of [{ uetr }, { uetr, messageId: 'another' }, { messageId }]) {
      const found = await door.find('A', about);
      expect(newestOf(found!)?.state).toBe('CREDIT_UNKNOWN');
    }
    expect(await door.find('B', { uetr })).toBeUndefined();
    expect(await door.find('A', {})).toBeUndefined();
    expect(await door.show('B', submit.paymentId)).toEqual(refused('not_found'));
    expect(await door.show('A', submit.paymentId)).toMatchObject({ kind: 'taken' });
  });
});

describe('requests without an answer', () => {
  it('wait for no other: one whose news cannot be kept is passed over, the rest is taken in', async () => {
    const all = Array.from({ length: 5 }, () => instructionOf(now()));
    for (const each of all) await door.take(each, 0);
    const bad = all[1]!.submit;
    for (const { submit } of all) world.views.set(submit.paymentId, viewOf(submit, 'COMPLETED'));
    const unstorable = { ...viewOf(bad, 'COMPLETED'), partnerRefs: { debit: 'a\u0000b' } };
    world.views.set(bad.paymentId, unstorable);
    world.platform.clock.advance(ANSWER_WITHIN_MS);
    await drain(door);
    const states = await Promise.all(
      all.map(
        async ({ submit }) => (await door.show('A', submit.paymentId)) as { request?: { news: unknown } },
      ),
    );
    expect(states.filter(({ request }) => request?.news === null)).toHaveLength(1);
    world.views.set(bad.paymentId, viewOf(bad, 'COMPLETED'));
    world.platform.clock.advance(600_000);
    await drain(door);
  });

  it('do not wait for the time of a clock that was ahead', async () => {
    const lost = instructionOf(now());
    world.platform.clock.advance(3_600_000);
    await door.take(lost, 0);
    await world.lane.published();
    world.platform.clock.advance(-3_600_000);
    await drain(door);
    expect(publishedOf(lost)).toHaveLength(2);
  });

  it('are asked for, then published again under the same message id, ever later, until they have an end', async () => {
    const lost = instructionOf(now());
    const known = instructionOf(now());
    const ended = instructionOf(now());
    for (const each of [lost, known, ended]) await door.take(each, 0);
    await world.lane.published();
    world.views.set(known.submit.paymentId, viewOf(known.submit, 'CREDIT_SENT'));
    world.views.set(ended.submit.paymentId, viewOf(ended.submit, 'COMPLETED'));
    const times = () => [lost, known, ended].map((each) => publishedOf(each).length);
    world.platform.clock.advance(ANSWER_WITHIN_MS - 1);
    await drain(door);
    expect(times()).toEqual([1, 1, 1]);
    world.platform.clock.advance(1);
    await drain(door);
    expect(times()).toEqual([2, 1, 1]);
    expect(publishedOf(lost)[1]).toEqual(publishedOf(lost)[0]);
    const [row] = await door.list({ sender: 'A', messageId: ended.submit.messageId, limit: 1 });
    expect(row!.request.news?.state).toBe('COMPLETED');
    world.platform.clock.advance(ANSWER_WITHIN_MS * 2 - 1);
    await drain(door);
    expect(times()).toEqual([2, 1, 1]);
    world.platform.clock.advance(1);
    await drain(door);
    expect(times()).toEqual([3, 1, 1]);
    await door.news.take([newsOf(lost.submit, 'REJECTED')]);
    world.platform.clock.advance(3_600_000);
    await drain(door);
    expect(times()).toEqual([3, 1, 1]);
  });

  it('are published by the next process when the one that took them died first', async () => {
    const instruction = instructionOf(now());
    await door.take(instruction, 0);
    await world.lane.published();
    await world.test.database.query('UPDATE outbox_lane SET published_up_to = next_sequence - 2');
    const next = await openLane({ ...world.platform, instance: 'two' }, { source: requestOutbox });
    await until('what is published', () => publishedOf(instruction).length === 2);
    await next.close();
  });
});

/** Rounds until nothing is due. */
async function drain(of: Door<PaymentEventMessage>): Promise<void> {
  while ((await of.republication.run()) > 0);
}
