import { describe, expect, it } from '@jest/globals';
import { createTestTelemetry } from '@tonle/telemetry';
import { AnswerIntake } from './inbound-answers.js';
import type { InboundAnswers } from './inbound.js';
import type { AnswerWithEvidence, LegAnswer, OpenLeg } from './leg.js';

// What comes by call-back: to whoever waits here, else to its leg, and on to other instances.

const LEG = { legKey: 'leg-1' } as OpenLeg;
const ROUTE: InboundAnswers = {
  kind: 'answers',
  operation: 'PUT transfers',
  keyOf: ({ path }) => (path === '/unreadable' ? undefined : path),
  leg: {
    externalRefOf: ({ path }) => path,
    read: ({ bytes }) => JSON.parse(Buffer.from(bytes).toString()) as LegAnswer,
  },
};
const ACCEPTED: LegAnswer = { kind: 'accepted', partnerRef: 'p' };

async function take(said: LegAnswer, { path = '/transfers/1', waits = false, isOurs = true } = {}) {
  const learnt: [string, AnswerWithEvidence][] = [];
  const [passed, kept]: [string[], string[]] = [[], []];
  const intake = new AnswerIntake({
    callBacks: {
      deliver: () => waits,
      pass: (key) => {
        passed.push(key);
        return Promise.resolve();
      },
    },
    legs: {
      byReference: () => Promise.resolve(isOurs ? LEG : undefined),
      learn: (legKey, answered) => {
        learnt.push([legKey, answered]);
        return Promise.resolve(true);
      },
    },
    evidence: { keep: ({ subject }) => void kept.push(subject) },
    clock: { now: () => 7 },
    telemetry: createTestTelemetry('answers', { TONLE_LOG_LEVEL: 'silent' }),
  });
  const bytes = Buffer.from(JSON.stringify(said));
  const answer = await intake.take(ROUTE, { bytes, headers: { signature: 's' }, path });
  return { answer, learnt, passed, kept };
}

describe('an answer by call-back', () => {
  it('is read by whoever waits for it here', async () => {
    const { answer, learnt, passed } = await take(ACCEPTED, { waits: true });
    expect(answer).toMatchObject({ status: 200 });
    expect([learnt, passed]).toEqual([[], []]);
  });

  it('that nobody waits for is learnt of its leg, with its evidence, and passed on', async () => {
    const { learnt, passed } = await take(ACCEPTED);
    const evidence = [
      expect.objectContaining({ subject: 'leg-1', direction: 'in', headers: { signature: 's' } }),
    ];
    expect(learnt).toEqual([['leg-1', { answer: ACCEPTED, evidence }]]);
    expect(passed).toEqual(['/transfers/1']);
  });

  it.each<LegAnswer>([
    { kind: 'not_found' },
    { kind: 'in_progress' },
    { kind: 'ambiguous', because: 'busy' },
    { kind: 'not_sent', because: 'never' },
  ])('that is not definite says nothing out of its question: %j', async (said) => {
    const { learnt, passed } = await take(said);
    expect([learnt, passed]).toEqual([[], ['/transfers/1']]);
  });

  it('about what was no leg of ours is kept', async () => {
    const { answer, learnt, kept } = await take(ACCEPTED, { isOurs: false });
    expect(answer).toMatchObject({ status: 200 });
    expect([learnt, kept]).toEqual([[], ['/transfers/1']]);
  });

  it('that cannot be read is refused', async () => {
    expect((await take(ACCEPTED, { path: '/unreadable' })).answer).toMatchObject({
      reason: 'schema_invalid',
    });
  });
});
