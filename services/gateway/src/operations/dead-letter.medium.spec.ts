import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deadLetterCalls, type LetterAnswer, type LetterDecision, type ListedLetter } from '@tonle/contracts';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway with PostgreSQL and HTTP, and a dead letter of its own. Routing and one adapter answer from here; the
// others do not.

const ops = { participant: 'OPERATOR' };
const LETTER = '00000000-0000-4000-8000-00000000000a';
const letter: ListedLetter = {
  letterId: LETTER,
  reader: 'routing',
  topic: 'tonle.routing.inbox.v1',
  type: 'leg.result',
  messageId: 'm-1',
  key: 'payment-1',
  cause: 'Error: no',
  attempts: 3,
  bytes: 12,
  firstAt: '2099-01-01T00:00:00.000Z',
  lastAt: '2099-01-01T00:00:01.000Z',
};

let world: GatewayWorld;
let answer: LetterAnswer;
const decided: LetterDecision[] = [];
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_dead_letters');
  const { calls } = world.platform;
  for (const service of ['routing', 'adapter-thailand', 'settlement'])
    calls.serve(deadLetterCalls(service).list, () =>
      Promise.resolve(service === 'routing' ? { letters: [letter], count: 7 } : { letters: [], count: 0 }),
    );
  calls.serve(deadLetterCalls('routing').decide, (asked) => {
    decided.push(asked);
    return Promise.resolve(answer);
  });
  await world.test.database.query(
    `INSERT INTO dead_letter (reader, topic, message_id, key, type, body, position, cause, attempts)
     VALUES ('gateway', 'tonle.payment.event.v1', 'm-2', 'payment-2', 'payment.event', '{"secret":1}', 'memory', 'Error: x', 1)`,
  );
});
afterAll(() => world.close());

describe('dead letters', () => {
  it('of all services are listed together, the latest first, and who is silent is named', async () => {
    const { json, text } = await world.get('/v1/ops/dead-letters', ops);
    expect(json.deadLetters).toMatchObject([
      { id: `routing.${LETTER}`, service: 'routing', topic: 'tonle.routing.inbox.v1', key: 'payment-1' },
      { service: 'gateway', type: 'payment.event', key: 'payment-2', bytes: 12 },
    ]);
    expect(json.count).toBe(8);
    expect([...json.silentServices].sort()).toEqual(['adapter-bakong', 'fx']);
    expect(text).not.toContain('secret');
  });

  it('are decided where they are, by whom and why', async () => {
    answer = { kind: 'done' };
    const path = `/v1/ops/dead-letters/routing.${LETTER}`;
    expect((await world.post(`${path}/replay`, { reason: 'mended' }, ops)).json).toEqual({ done: true });
    expect((await world.post(`${path}/discard`, { reason: 'a test' }, ops)).status).toBe(200);
    expect(decided).toEqual([
      {
        letterId: LETTER,
        decision: 'replay',
        operator: 'OPERATOR-1',
        participant: 'OPERATOR',
        reason: 'mended',
      },
      {
        letterId: LETTER,
        decision: 'discard',
        operator: 'OPERATOR-1',
        participant: 'OPERATOR',
        reason: 'a test',
      },
    ]);
    answer = { kind: 'refused', reason: 'replay_failed', detail: 'Error: still no' };
    expect(await world.post(`${path}/replay`, { reason: 'again' }, ops)).toMatchObject({
      status: 409,
      json: { code: 'replay_failed', detail: 'Error: still no' },
    });
  });

  it('of the gateway itself are decided here, and that is among the deeds', async () => {
    const { json } = await world.get('/v1/ops/dead-letters', ops);
    const own = json.deadLetters.find(({ service }: { service: string }) => service === 'gateway').id;
    expect(
      (await world.post(`/v1/ops/dead-letters/${own}/discard`, { reason: 'made by a test' }, ops)).status,
    ).toBe(200);
    expect((await world.get('/v1/ops/dead-letters', ops)).json.count).toBe(7);
    expect((await world.get(`/v1/ops/actions?subject=${own}`, ops)).json.actions).toMatchObject([
      {
        action: 'dead-letter.discard',
        operator: 'OPERATOR-1',
        reason: 'made by a test',
      },
    ]);
  });

  it.each([
    ['nobody.00000000-0000-4000-8000-000000000001', 404],
    ['gateway.00000000-0000-4000-8000-000000000001', 404],
    ['17', 400],
  ])('that are none are refused: %s', async (id, status) => {
    expect((await world.post(`/v1/ops/dead-letters/${id}/replay`, { reason: 'why' }, ops)).status).toBe(
      status,
    );
  });

  it('are for operators, who say why', async () => {
    expect((await world.get('/v1/ops/dead-letters')).status).toBe(403);
    const path = `/v1/ops/dead-letters/routing.${LETTER}/replay`;
    expect((await world.post(path, {}, ops)).status).toBe(400);
  });

  it('are looked at, tried, grouped and redriven where they are', async () => {
    const { calls } = world.platform;
    const { rehearse, redrive, redrives } = deadLetterCalls('routing');
    calls.serve(rehearse, () => Promise.resolve({ kind: 'rehearsed', would: ['move payment-1'] } as const));
    const redriveId = '00000000-0000-4000-8000-00000000000b';
    const asked: unknown[] = [];
    calls.serve(redrive, (given) => {
      asked.push(given);
      return Promise.resolve({ kind: 'started', redriveId, total: 7 } as const);
    });
    calls.serve(redrives, () => Promise.resolve({ redrives: [] }));
    const dry = await world.get(`/v1/ops/dead-letters/routing.${LETTER}/dry-run`, ops);
    expect(dry.json).toEqual({ would: ['move payment-1'] });
    await world.test.database.query(`UPDATE dead_letter SET decision = NULL`);
    const { json } = await world.get('/v1/ops/dead-letters/groups', ops);
    const own = json.groups.find(({ service }: { service: string }) => service === 'gateway');
    expect(own).toMatchObject({ count: 1, type: 'payment.event', cause: 'Error: x' });
    const listed = await world.get(`/v1/ops/dead-letters?group=${own.groupId}`, ops);
    expect(listed.json).toMatchObject({ count: 1, deadLetters: [{ service: 'gateway' }] });
    const { id } = listed.json.deadLetters[0];
    const shown = await world.get(`/v1/ops/dead-letters/${id}`, ops);
    expect(shown.json).toMatchObject({ id, groupId: own.groupId, position: 'memory' });
    expect(shown.text).not.toContain('secret');
    const revealed = await world.post(`/v1/ops/dead-letters/${id}/reveal`, { reason: 'why it fails' }, ops);
    expect(revealed.json.body).toContain('secret');
    const group = `routing.${'0'.repeat(32)}`;
    const path = `/v1/ops/dead-letters/groups/${group}/redrive`;
    expect((await world.post(path, { reason: 'mended' }, ops)).json).toEqual({
      started: true,
      redriveId: `routing.${redriveId}`,
      total: 7,
    });
    const by = { operator: 'OPERATOR-1', participant: 'OPERATOR', reason: 'mended' };
    expect(asked).toEqual([{ groupId: '0'.repeat(32), perSecond: 10, stopOnFailure: true, most: 10, ...by }]);
    expect((await world.post(path, { reason: 'mended', perSecond: 0 }, ops)).status).toBe(400);
    expect((await world.get('/v1/ops/dead-letters/redrives', ops)).json.silentServices).toContain('fx');
    const discarded = await world.post(`/v1/ops/dead-letters/groups/${own.groupId}/discard`, by, ops);
    expect(discarded.status).toBe(400);
    const done = await world.post(
      `/v1/ops/dead-letters/groups/${own.groupId}/discard`,
      { reason: 'made by a test' },
      ops,
    );
    expect(done.json).toEqual({ discarded: 1 });
  });
});
