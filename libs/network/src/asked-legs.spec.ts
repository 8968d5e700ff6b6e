import { describe, expect, it } from '@jest/globals';
import { refused } from '@tonle/contracts';
import { AskedLegs } from './asked-legs.js';
import { InboundEvidence } from './inbound-evidence.js';
import type { InboundLegs, StandingLeg } from './inbound.js';
import type { AnswerWithEvidence, Evidence } from './leg.js';
import { commandOf } from './leg.testing.js';

const MESSAGE = { bytes: Buffer.from('A1'), headers: {} };
const text = (body: string) => ({ status: 200, contentType: 'text/plain', body });

function world(standing?: StandingLeg) {
  const kept: Evidence[] = [];
  const learnt: AnswerWithEvidence[] = [];
  let leg = standing;
  const legs = {
    standing: () => Promise.resolve(leg),
    learn: (_legKey: string, answered: AnswerWithEvidence) => {
      learnt.push(answered);
      if (leg !== undefined) leg = { ...leg, outcome: 'accepted' };
      return Promise.resolve(true);
    },
  };
  const drawn = { standing: () => Promise.resolve(undefined) };
  const evidence = new InboundEvidence({ keep: (each) => void kept.push(each) }, { now: () => 0 });
  const asked = new AskedLegs(legs, drawn, evidence);
  const answer = async (more: Partial<InboundLegs> = {}) => {
    const route: InboundLegs = {
      kind: 'legs',
      operation: 'ASK',
      read: ({ bytes }) => ({ kind: 'ok', externalRef: Buffer.from(bytes).toString() }),
      write: (found) => text(found === undefined ? 'unknown' : (found.outcome ?? 'open')),
      ...more,
    };
    const reply = await asked.answer(route, MESSAGE);
    return 'reason' in reply ? reply.reason : reply.body;
  };
  return { answer, kept, learnt };
}

describe('what a network says about what we sent', () => {
  const leg: StandingLeg = { command: commandOf(1) };

  it('is learnt before it is answered: of the leg as it stands then, with the message as evidence', async () => {
    const { answer, learnt, kept } = world(leg);
    expect(await answer({ says: () => ({ kind: 'accepted', partnerRef: 'V1' }) })).toBe('accepted');
    expect(learnt).toMatchObject([
      { answer: { kind: 'accepted' }, evidence: [{ subject: leg.command.legKey, operation: 'ASK' }] },
    ]);
    expect(kept.map(({ direction, subject }) => [direction, subject])).toEqual([
      ['in', leg.command.legKey],
      ['out', leg.command.legKey],
    ]);
  });

  it('may be nothing that counts', async () => {
    const { answer, learnt } = world(leg);
    expect(await answer({ says: () => undefined })).toBe('open');
    expect(await answer()).toBe('open');
    expect(learnt).toEqual([]);
  });

  it('is about nothing that we know, or cannot be read', async () => {
    const { answer, learnt } = world();
    expect(await answer({ says: () => ({ kind: 'accepted', partnerRef: 'V1' }) })).toBe('unknown');
    const read = () => refused('schema_invalid');
    expect(await answer({ read })).toBe('schema_invalid');
    expect(await answer({ read, refuse: ({ reason }) => text(`in words: ${reason}`) })).toBe(
      'in words: schema_invalid',
    );
    expect(learnt).toEqual([]);
  });
});
