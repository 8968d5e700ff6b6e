import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routingCalls, type PaymentView } from '@tonle/contracts';
import { DirectCalls } from '@tonle/messaging';
import { instructionOf, newsOf, openDoorWorld, type DoorWorld } from './door.testing.js';
import { auditDoor, auditRequests } from './request-audit.js';

// Real: PostgreSQL. Routing answers from this file.

let world: DoorWorld;
beforeAll(async () => {
  world = await openDoorWorld('door_request_audit');
});
afterAll(() => world.close());

const MINUTE_MS = 60_000;
const broken = async (at: number, calls = world.platform.calls) => {
  const { findings } = await auditDoor({ ...world.platform, calls, clock: { now: () => at } });
  return Object.fromEntries(
    findings.filter(({ ok }) => !ok).map(({ invariant, violations }) => [invariant, violations]),
  );
};

describe('open requests', () => {
  it('without a payment, or long after their deadline, are violations', async () => {
    const at = world.platform.clock.now();
    const door = world.door();
    const lost = instructionOf(at);
    const slow = instructionOf(at, { deadline: new Date(at + 30 * MINUTE_MS).toISOString() });
    await door.take(lost, 0);
    await door.take(slow, 0);
    world.views.set(slow.submit.paymentId, newsOf(slow.submit, 'CREDIT_SENT') as PaymentView);
    const takenMs = Date.parse(lost.submit.receivedAt) + 2 * MINUTE_MS;
    expect(await broken(takenMs)).toEqual({});
    const isLost = {
      'I3 every open request is a payment': [
        expect.stringContaining(`request ${lost.submit.paymentId} of A, received `),
      ],
    };
    expect(await broken(takenMs + 1)).toEqual(isLost);
    const key = 'I3 every request ends, not long after its deadline';
    expect((await broken(at + 60 * MINUTE_MS))[key]).toBeUndefined();
    expect((await broken(at + 60 * MINUTE_MS + 1))[key]).toEqual([
      `request ${lost.submit.paymentId} of A is unanswered, its deadline was ${lost.submit.acceptedAt}`,
    ]);
    // Known in a state that is no end: people were asked, and it is still open.
    await door.news.take([newsOf(slow.submit, 'MANUAL_REVIEW', 3)]);
    expect((await broken(at + 91 * MINUTE_MS))[key]).toContainEqual(
      `request ${slow.submit.paymentId} of A is MANUAL_REVIEW, its deadline was ${slow.submit.deadline}`,
    );
    await door.news.take([newsOf(slow.submit, 'COMPLETED', 4), newsOf(lost.submit, 'EXPIRED', 4)]);
    expect(await broken(at + 91 * MINUTE_MS)).toEqual({});
  });

  it('are not judged while routing cannot be asked', async () => {
    const at = world.platform.clock.now();
    await world.door().take(instructionOf(at), 0);
    const calls = new DirectCalls();
    const checked = async () => {
      const later = { ...world.platform, calls, clock: { now: () => at + 3 * MINUTE_MS } };
      return (await auditDoor(later)).findings.at(-1)!.checked;
    };
    expect(await broken(at + 3 * MINUTE_MS, calls)).toEqual({});
    expect(await checked()).toBe(0);
    calls.serve(routingCalls.known, () => Promise.resolve({ payments: [] }));
    expect(Object.keys(await broken(at + 3 * MINUTE_MS, calls))).toHaveLength(1);
    expect(await checked()).toBe(1);
  });

  it('are asked about when there are some, and a wrong answer is no silence', async () => {
    const at = world.platform.clock.now();
    const calls = new DirectCalls();
    calls.serve(routingCalls.known, () => Promise.resolve({} as never));
    expect(await broken(at, calls)).toEqual({});
    await expect(broken(at + 3 * MINUTE_MS, calls)).rejects.toThrow('does not fit');
  });
});

it('what moved money is counted with its amounts', async () => {
  const at = world.platform.clock.now();
  const { totals } = await auditDoor({ ...world.platform, clock: { now: () => at } });
  expect(totals).toMatchObject({
    requests: '3',
    'payments.COMPLETED': '1',
    'payments.EXPIRED': '1',
    'payments.open': '1',
    'minor.source.KHR': '10024000',
    'minor.target.THB': '82000',
  });
});

// One broken state for each arm of the checks over the table alone, known by its text.
describe('the table of requests', () => {
  let ended: string;
  let open: string;
  beforeAll(async () => {
    const at = world.platform.clock.now();
    const door = world.door();
    const [a, b] = [instructionOf(at), instructionOf(at)];
    [ended, open] = [a.submit.paymentId, b.submit.paymentId];
    await door.take(a, 0);
    await door.take(b, 0);
    await door.news.take([newsOf(a.submit, 'COMPLETED', 4)]);
  });

  const brokenBy = (...statements: string[]): Promise<string[]> =>
    world.test.undone(async (transaction) => {
      for (const statement of statements) await transaction.query(statement);
      return (await auditRequests(transaction)).flatMap(({ violations }) => violations);
    });
  const set = (change: string) => `UPDATE request SET ${change} WHERE payment_id = '${ended}'`;
  const inSubmit = (field: string) => set(`submit = jsonb_set(submit, '{${field}}', '"x"')`);
  const inEvent = (field: string, value: string) => set(`event = jsonb_set(event, '{${field}}', '${value}')`);
  const differs = () => `request ${ended} differs from its record`;

  const inState = (state: string) => [
    set(`state = '${state}', due_at = now()`),
    inEvent('state', `"${state}"`),
  ];

  const auditAfter = (at: number, ...statements: string[]) =>
    world.test.undone(async (transaction) => {
      for (const statement of statements) await transaction.query(statement);
      return auditDoor({ ...world.platform, database: transaction as never, clock: { now: () => at } });
    });

  it('is sound', async () => {
    const at = world.platform.clock.now();
    const { findings } = await auditAfter(at);
    expect(findings.map(({ invariant, ok, checked }) => [invariant, ok, checked])).toEqual([
      ['I10 a request key and a UETR belong to one request with one content', true, 5],
      ['I10 no message is a payment and was refused', true, 5],
      ['I10 what was published is what was asked for', true, 5],
      ['I19 the end of a payment is recorded once and is that of the event', true, 5],
      ['I3 every request ends, not long after its deadline', true, 0],
      ['I3 every open request is a payment', true, 0],
    ]);
    expect(await brokenBy(...inState('MANUAL_REVIEW'))).toEqual([]);
  });

  it('is counted by how requests ended', async () => {
    const totalsAfter = async (...statements: string[]) =>
      (await auditAfter(world.platform.clock.now(), ...statements)).totals;
    const sums = { 'minor.source.KHR': '20048000', 'minor.target.THB': '164000' };
    const counts = { requests: '5', 'payments.EXPIRED': '1', 'payments.open': '2' };
    expect(await totalsAfter()).toEqual({ ...counts, ...sums, 'payments.COMPLETED': '2' });
    const blocked = await totalsAfter(...inState('BLOCKED'));
    expect(blocked).toEqual({ ...counts, ...sums, 'payments.COMPLETED': '1', 'payments.BLOCKED': '1' });
    const review = await totalsAfter(...inState('MANUAL_REVIEW'));
    expect(review).toMatchObject({
      'payments.COMPLETED': '1',
      'payments.open': '3',
      'minor.source.KHR': '10024000',
    });
    expect(review).not.toHaveProperty(['payments.MANUAL_REVIEW']);
  });

  it('names the first twenty, of the thousand that are asked about', async () => {
    const { findings } = await auditAfter(
      world.platform.clock.now() + 61 * MINUTE_MS,
      `INSERT INTO request
       SELECT (jsonb_populate_record(one, jsonb_build_object('payment_id', id, 'uetr', id, 'message_id', id, 'lane', null))).*
       FROM request AS one
       CROSS JOIN LATERAL (SELECT gen_random_uuid() AS id FROM generate_series(1, 1001)) AS other
       WHERE payment_id = '${open}'`,
    );
    expect(findings.map(({ checked, violations }) => [checked, violations.length])).toEqual([
      [1_006, 0],
      [1_006, 0],
      [1_006, 20],
      [1_006, 0],
      [20, 20],
      [1_000, 20],
    ]);
  });

  it.each<[string, () => string, () => string[]]>([
    [
      'a key twice',
      () => 'A twice has 2 requests',
      () => [
        'ALTER TABLE request DROP CONSTRAINT request_key',
        `UPDATE request SET message_id = 'twice', submit = jsonb_set(submit, '{messageId}', '"twice"')
         WHERE payment_id IN ('${ended}', '${open}')`,
      ],
    ],
    [
      'a UETR twice',
      () => ' has 2 requests',
      () => [
        'ALTER TABLE request DROP CONSTRAINT request_uetr',
        set(`uetr = (SELECT uetr FROM request WHERE payment_id = '${open}')`),
      ],
    ],
    [
      'a refusal of what was taken',
      () => ` was refused and is payment ${ended}`,
      () => [
        `INSERT INTO refused_message (sender, message_id, content_hash, refusal)
         SELECT sender, message_id, content_hash, '{}' FROM request WHERE payment_id = '${ended}'`,
      ],
    ],
    ['another payment in its record', differs, () => [inSubmit('paymentId')]],
    ['another UETR in its record', differs, () => [inSubmit('uetr')]],
    ['another sender in its record', differs, () => [inSubmit('sender')]],
    ['another message in its record', differs, () => [inSubmit('messageId')]],
    [
      'another end in the event',
      () => `request ${ended} says COMPLETED, its event REJECTED`,
      () => [inEvent('state', '"REJECTED"')],
    ],
    [
      'an event of another payment',
      () => `request ${ended} says COMPLETED`,
      () => [inEvent('paymentId', '"x"')],
    ],
    ['an event of another UETR', () => `request ${ended} says COMPLETED`, () => [inEvent('uetr', '"x"')]],
    ['an event of another version', () => `request ${ended} says COMPLETED`, () => [inEvent('version', '3')]],
    ['an end that is asked about', () => `request ${ended} says COMPLETED`, () => [set('due_at = now()')]],
  ])('%s is a violation', async (_name, text, statements) => {
    expect(await brokenBy(...statements())).toContainEqual(expect.stringContaining(text()));
  });
});
