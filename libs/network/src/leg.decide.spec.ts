import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LegCommand, LegOutcome } from '@tonle/contracts';
import {
  decideAnswer,
  nextEnquiryAt,
  notFoundFinalFrom,
  type LegState,
  type LegTimers,
} from './leg.decide.js';
import type { LegAnswer } from './leg.js';

const TIMERS: LegTimers = {
  enquiryMs: [4_000, 4_000, 30_000, 900_000],
  notFoundFinalAfterMs: 60_000,
  reviewAfterMs: 1_800_000,
};
const START = 1_700_000_000_000;

function legOf(more: Partial<LegState> = {}, reported: LegOutcome[] = []): LegState {
  const command = {
    legKey: 'p:C',
    paymentId: 'p',
    leg: 'credit',
    attempt: 1,
    sendBefore: new Date(START + 20_000).toISOString(),
  } as LegCommand;
  const known = { intentMs: START, enquiries: 0, notFounds: 0, notFoundIsFinal: true };
  return { command, ...known, ...more, reported: new Set(reported) };
}

const decide = (leg: LegState, answer: LegAnswer, now = START + 1_000, healthy = true) =>
  decideAnswer(leg, answer, TIMERS, now, 0.5, healthy);

describe('what an answer means', () => {
  const accepted: LegAnswer = { kind: 'accepted', partnerRef: 'ref' };
  const rejected: LegAnswer = { kind: 'rejected', reason: 'AC04' };
  it.each<[string, LegOutcome[], LegAnswer, LegOutcome | undefined, boolean]>([
    ['accepted ends it', [], accepted, 'accepted', false],
    ['accepted after unknown ends it', ['unknown'], accepted, 'accepted', false],
    ['accepted again is not told again', ['accepted'], accepted, undefined, false],
    ['accepted after rejected is a conflict', ['rejected'], accepted, 'conflicting', false],
    ['rejected after accepted is a conflict', ['unknown', 'accepted'], rejected, 'conflicting', false],
    ['a conflict is told once', ['accepted', 'conflicting'], rejected, undefined, false],
    ['an older word opens nothing again', ['accepted'], { kind: 'in_progress' }, undefined, false],
    [
      'accepted after not received is told: routing opens the break',
      ['unknown', 'not_received'],
      accepted,
      'accepted',
      false,
    ],
    ['rejected ends it', [], rejected, 'rejected', false],
    ['blocked ends it', ['unknown'], { kind: 'blocked' }, 'blocked', false],
    ['never sent, with proof', [], { kind: 'not_sent', because: 'refused' }, 'not_sent', false],
    [
      'an enquiry that was not sent proves nothing',
      ['unknown'],
      { kind: 'not_sent', because: 'refused' },
      undefined,
      true,
    ],
    ['silence is unknown', [], { kind: 'ambiguous', because: 'timeout' }, 'unknown', true],
    ['unknown is told once', ['unknown'], { kind: 'ambiguous', because: 'timeout' }, undefined, true],
    ['in progress is unknown', [], { kind: 'in_progress' }, 'unknown', true],
    ['an early not-found is unknown', [], { kind: 'not_found' }, 'unknown', true],
  ])('%s', (_name, reported, answer, outcome, asking) => {
    const decision = decide(legOf({}, reported), answer);
    expect(decision.report?.outcome).toBe(outcome);
    expect(decision.enquiry !== undefined).toBe(asking);
  });

  it('says exhausted once when it is old, and goes on asking', () => {
    const old = START + TIMERS.reviewAfterMs;
    const first = decide(
      legOf({ enquiries: 9 }, ['unknown']),
      { kind: 'ambiguous', because: 'timeout' },
      old,
    );
    expect(first.report?.outcome).toBe('exhausted');
    const later = decide(
      legOf({ enquiries: 10 }, ['unknown', 'exhausted']),
      { kind: 'ambiguous', because: 'timeout' },
      old + 1,
    );
    expect(later.report).toBeUndefined();
    expect(later.enquiry?.nextEnquiryMs).toBe(old + 1 + 900_000);
  });

  it.each<[string, LegAnswer]>([
    ['a reason text', { kind: 'rejected', reason: 'MS03', reasonText: `a\u0000b\n${'x'.repeat(250)}` }],
    ['a pair that is cut', { kind: 'rejected', reason: 'MS03', reasonText: `${'x'.repeat(200)}\u{1f600}` }],
    ['a code', { kind: 'rejected', reason: 'MS\u00003' }],
    ['a reference', { kind: 'accepted', partnerRef: 'r\u0000f' }],
    ['why it was not sent', { kind: 'not_sent', because: `\u0000\ud83d${'x'.repeat(250)}` }],
  ])('tells %s as plain text that every table can hold', (_name, answer) => {
    const { partnerRef = '', reason = '', reasonText = '' } = decide(legOf(), answer).report!;
    for (const text of [partnerRef, reason, reasonText]) {
      expect(text.isWellFormed()).toBe(true);
      expect(text).not.toMatch(/\p{Cc}/u);
    }
    expect([...reasonText].length).toBeLessThanOrEqual(200);
    expect(reason.length).toBeLessThanOrEqual(4);
  });

  it('keeps a reference that an open answer gave', () => {
    expect(decide(legOf(), { kind: 'in_progress', partnerRef: 'hash' }).enquiry?.partnerRef).toBe('hash');
    expect(
      decide(legOf({ partnerRef: 'hash' }), { kind: 'ambiguous', because: 'x' }).enquiry?.partnerRef,
    ).toBe('hash');
  });
});

describe('when not-found is believed (6.7)', () => {
  const ready = { notFounds: 2, lastNotFoundMs: START + 40_000, enquiries: 5 };
  const at = START + 70_000;
  it.each<[string, Partial<LegState>, number, boolean, boolean]>([
    ['old enough, three in a row, spaced, healthy', ready, at, true, true],
    ['too young', { ...ready, lastNotFoundMs: START + 20_000 }, START + 59_999, true, false],
    ['only two in a row', { ...ready, notFounds: 1 }, at, true, false],
    ['the last one was just before', { ...ready, lastNotFoundMs: at - 29_999 }, at, true, false],
    ['the partner is not healthy', ready, at, false, false],
    ['the partner has named it before', { ...ready, partnerRef: 'hash' }, at, true, false],
    ['the partner takes what arrives late', { ...ready, notFoundIsFinal: false }, at, true, false],
  ])('%s', (_name, more, now, healthy, believed) => {
    const decision = decide(legOf(more, ['unknown']), { kind: 'not_found' }, now, healthy);
    expect(decision.report?.outcome).toBe(believed ? 'not_received' : undefined);
    expect(decision.enquiry === undefined).toBe(believed);
  });

  it('counts from the last possible byte, with a margin', () => {
    const late = { ...legOf().command, sendBefore: new Date(START + 58_000).toISOString() } as LegCommand;
    expect(notFoundFinalFrom({ intentMs: START, command: late }, TIMERS)).toBe(START + 63_000);
  });

  it('any other answer starts the row again', () => {
    const decision = decide(legOf(ready, ['unknown']), { kind: 'ambiguous', because: 'timeout' }, at);
    expect(decision.enquiry).toMatchObject({ notFounds: 0, lastNotFoundMs: undefined });
  });

  it('never earlier than the rule, whatever is answered when', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('not_found', 'ambiguous'), fc.integer({ min: 1, max: 40_000 })), {
          maxLength: 30,
        }),
        (steps) => {
          let leg = legOf({}, ['unknown']);
          let now = START;
          let spaced: number[] = [];
          for (const [kind, wait] of steps) {
            now += wait;
            const answer =
              kind === 'not_found' ? ({ kind } as const) : ({ kind: 'ambiguous', because: 'x' } as const);
            if (kind === 'ambiguous') spaced = [];
            else if (spaced.length === 0 || now - spaced.at(-1)! >= 30_000) spaced.push(now);
            const decision = decide(leg, answer, now);
            if (decision.report?.outcome === 'not_received') {
              expect(now - START).toBeGreaterThanOrEqual(60_000);
              expect(spaced.length).toBeGreaterThanOrEqual(3);
              return;
            }
            leg = { ...leg, ...decision.enquiry, enquiries: leg.enquiries + 1 };
          }
        },
      ),
    );
  });
});

it('spreads enquiries by a tenth either way and repeats the last wait', () => {
  expect(nextEnquiryAt(TIMERS, 0, START, 0)).toBe(START + 3_600);
  expect(nextEnquiryAt(TIMERS, 2, START, 0.5)).toBe(START + 30_000);
  expect(nextEnquiryAt(TIMERS, 99, START, 0.999)).toBeLessThan(START + 990_000);
});
