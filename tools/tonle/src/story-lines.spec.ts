import { expect, it } from '@jest/globals';
import { storyText, type ShownStory } from './story-lines.js';
import { nextSteps } from './story-next.js';

const STORY: ShownStory = {
  paymentId: 'P',
  payment: {
    uetr: 'U',
    state: 'REJECTED',
    isoStatus: 'RJCT',
    reason: 'partner_rejected',
    corridor: 'KH-TH',
    direction: 'outbound',
    sender: 'KHMEKONG',
    source: { currency: 'KHR', amount: '100240.00' },
    target: { currency: 'THB', amount: '820.00' },
    receivedAt: '2026-11-28T12:00:00.000Z',
  },
  entries: [
    {
      id: 'fx/1',
      at: '2026-11-28T11:59:58.500Z',
      service: 'fx',
      kind: 'quote',
      words: 'was quoted',
      amount: { currency: 'THB', amount: '820.00' },
    },
    {
      id: 'x/1',
      at: '2026-11-28T12:00:00.020Z',
      service: 'adapter-thailand',
      kind: 'message_in',
      words: 'pacs.008 from thailand',
      message: { file: 'messages/1.xml', sha256: 'ab'.repeat(32), size: 12, headers: { signature: 's' } },
    },
    {
      id: 'routing/1',
      at: '2026-11-30T13:01:02.000Z',
      service: 'routing',
      kind: 'state',
      words: 'the reversal was accepted',
      facts: { to: 'REJECTED' },
    },
  ],
  incomplete: ['settlement'],
  cut: [],
};

it('a story tells when, who and what, in its order', () => {
  expect(storyText(STORY)).toBe(
    [
      'P  REJECTED (RJCT, partner_rejected)',
      '  uetr      U',
      '  corridor  KH-TH outbound',
      '  from      KHMEKONG  100,240 KHR',
      '  to        820.00 THB',
      '  received  2026-11-28T12:00:00.000Z',
      '  settlement does not answer: what it knows is not shown',
      '       -1.500 s  fx                    was quoted  820.00 THB',
      '       +0.020 s  adapter-thailand  <-  pacs.008 from thailand  (12 bytes, sha256 abababababab)',
      '  +2 d 01:01:02  routing           ==  REJECTED: the reversal was accepted',
    ].join('\n'),
  );
});

it('bytes stand below their message, each line behind a bar and none of them a command to the terminal', () => {
  const bytes = Buffer.from('a\r\n  +0.000 s  routing\u001b[2J\u0000');
  const text = storyText(STORY, () => bytes);
  expect(text).toContain(
    ['      | signature: s', '      | a', '      |   +0.000 s  routing\\u001b[2J\\u0000'].join('\n'),
  );
});

it('a story says what can be done now: for its state, for open dead letters, for breaks; else nothing', () => {
  expect(nextSteps(STORY, './tonle')).toEqual([]);
  const about = { at: '2026-11-28T12:00:00.000Z', service: 'routing', kind: 'trouble', words: '' };
  const story: ShownStory = {
    ...STORY,
    payment: { ...STORY.payment!, state: 'MANUAL_REVIEW' },
    entries: [
      { ...about, id: 'routing/1', facts: { letterId: 'L1', decision: 'open' } },
      { ...about, id: 'routing/2', facts: { letterId: 'L2', decision: 'replayed' } },
      { ...about, id: 'routing/3', facts: { breakId: 'B' } },
    ],
  };
  expect(nextSteps(story, './tonle')).toEqual([
    'Two operators decide: ./tonle review propose P --decision ... --reason "..." --evidence "..."',
    'A message about it could not be handled: ./tonle deadletter show routing.L1',
    'It had a break; is it open still? ./tonle ops breaks',
  ]);
});
