import { describe, expect, it } from '@jest/globals';
import { refused, type Refusal } from '@tonle/contracts';
import type { Reply } from '@tonle/door';
import { createTestTelemetry } from '@tonle/telemetry';
import { until } from '../../../tests/world/until.js';
import { AnswersLater } from './answers-later.js';
import type { WireReply } from './exchange.js';
import type { WireRequest } from './network.js';

// A network asks, gets a receipt, and is told the answer by a request of ours.

const MESSAGE = { bytes: Buffer.of(), headers: {}, path: '/quotes/1' };
const ROUTE = 'POST /quotes';
const reply = (body: string): Reply => ({ status: 200, contentType: 'application/json', body });
const TAKEN: WireReply = { kind: 'answered', status: 200, headers: {}, bytes: Buffer.of() };
const AWAY: WireReply = { kind: 'not_sent', because: 'ECONNREFUSED' };

function open(...replies: readonly WireReply[]) {
  const told: string[] = [];
  const telemetry = createTestTelemetry('later', { TONLE_LOG_LEVEL: 'silent' });
  const later = new AnswersLater({
    callsBack: {
      waitsMs: [0, 1, 1],
      refusal: (_route, { path }) => (path === '/nonsense' ? reply('no sense') : undefined),
      write: ({ body }) =>
        body === '' ? undefined : ({ path: '/quotes/1', body: Buffer.from(body) } as unknown as WireRequest),
      subjectOf: (_route, { path = '' }) => path.replace('/quotes/', ''),
      isAboutAnother: ({ body }) => body === 'another has this id',
      isTaken: (said) => said.kind === 'answered' && said.status === 200,
    },
    refusal: ({ reason }) => reply(reason),
    wires: {
      ask: ({ body }) => {
        told.push(Buffer.from(body ?? []).toString());
        return Promise.resolve({ reply: replies[told.length - 1] ?? TAKEN, evidence: [] });
      },
    },
    evidence: { keep: () => undefined },
    told: { once: (_kept, work) => work() },
    telemetry,
  });
  const givenUp = async () => {
    const { values } = await telemetry.counter('tonle_answers_given_up_total', '', [], []).get();
    return values.some(({ value }) => value > 0) || undefined;
  };
  const take = (answer: Reply | Refusal | Promise<Reply | Refusal>, isMoney = false, message = MESSAGE) =>
    later.take(ROUTE, message, isMoney, () => Promise.resolve(answer));
  return { later, told, take, givenUp };
}

describe('an answer by call-back', () => {
  it('comes after its receipt', async () => {
    const { later, told, take } = open();
    let answer: (said: Reply) => void = () => undefined;
    const receipt = await take(new Promise<Reply>((done) => (answer = done)));
    expect(receipt).toMatchObject({ status: 202, body: '' });
    expect(told).toEqual([]);
    answer(reply('a quote'));
    await later.close();
    expect(told).toEqual(['a quote']);
  });

  it('is told until it is taken, a few times at most', async () => {
    const again = open(AWAY, TAKEN);
    await again.take(reply('a quote'));
    const never = open(AWAY, AWAY, AWAY, AWAY);
    await never.take(reply('a quote'));
    await until('it was given up', () => never.givenUp());
    expect([again.told.length, never.told.length]).toEqual([2, 3]);
  });

  it('that would be about another message under its id is told at once, in place of a receipt', async () => {
    const { later, told, take } = open();
    expect(await take(reply('another has this id'), true)).toMatchObject({ body: 'another has this id' });
    await later.close();
    expect(told).toEqual([]);
  });

  it('says why there is none', async () => {
    const { later, told, take } = open();
    expect(await take(refused('unavailable'))).toMatchObject({ status: 202 });
    await later.close();
    expect(told).toEqual(['unavailable']);
  });

  it('is not told while there is nothing to tell', async () => {
    const { later, told, take } = open();
    await take(reply(''), true);
    await later.close();
    expect(told).toEqual([]);
  });

  it('about money has its receipt only when the money is noted', async () => {
    const { later, told, take } = open();
    expect(await take(refused('unavailable'), true)).toEqual(refused('unavailable'));
    await expect(take(Promise.reject(new Error('the database is away')), true)).rejects.toThrow('away');
    await later.close();
    expect(told).toEqual([]);
  });

  it('is not promised to what makes no sense', async () => {
    const { later, told, take } = open();
    expect(await take(reply('a quote'), false, { ...MESSAGE, path: '/nonsense' })).toEqual(reply('no sense'));
    await later.close();
    expect(told).toEqual([]);
  });

  it('is not promised when too many wait', async () => {
    const { later, take } = open();
    let answer: (said: Reply) => void = () => undefined;
    const never = new Promise<Reply>((done) => (answer = done));
    for (let n = 0; n < 2_000; n += 1) await take(never);
    expect(await take(reply('a quote'))).toEqual(refused('overloaded'));
    answer(reply(''));
    await later.close();
    expect(await take(reply('a quote'))).toMatchObject({ status: 202 });
  });
});
