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
    amount: { currency: 'KHR', minor: '5000' },
    sendBefore: new Date(START + 20_000).toISOString(),
  } as LegCommand;
  const conflicts = new Set(reported.includes('conflicting') ? [''] : []);
  const known = { intentMs: START, enquiries: 0, notFounds: 0, notFoundIsFinal: true, conflicts };
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
    ['rejected after blocked is a conflict', ['blocked'], rejected, 'conflicting', false],
    [
      'a contradiction of its own is a conflict, and is asked about once',
      [],
      { kind: 'conflicting', reasonText: 'two' },
      'conflicting',
      true,
    ],
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
    ['a reason text', { kind: 'rejected', reason: 'MS03', reasonText: `a\u0000b\n${'x'.repeat(20_000)}` }],
    ['pairs that are cut', { kind: 'rejected', reason: 'MS03', reasonText: '\u{1f600}'.repeat(20_001) }],
    ['a code', { kind: 'rejected', reason: 'MS\u00003' }],
    ['a long code', { kind: 'rejected', reason: 'MS033' }],
    ['a long reference', { kind: 'accepted', partnerRef: 'r'.repeat(141) }],
    ['a reference', { kind: 'accepted', partnerRef: 'r\u0000f' }],
    ['why it was not sent', { kind: 'not_sent', because: `\u0000\ud83d${'x'.repeat(20_000)}` }],
  ])('tells %s as plain text that every table can hold', (_name, answer) => {
    const { partnerRef = '', reason = '', reasonText = '' } = decide(legOf(), answer).report!;
    for (const text of [partnerRef, reason, reasonText]) {
      expect(text.isWellFormed()).toBe(true);
      expect(text).not.toMatch(/\p{Cc}/u);
    }
    expect(reasonText).toMatch(/^$|^[^]{19997}\.\.\.$/u);
    expect(reason.length).toBeLessThanOrEqual(4);
    expect(partnerRef.length).toBeLessThanOrEqual(140);
  });

  it('tells routing all that the partner said, of this leg and attempt', () => {
    const amount = { currency: 'KHR', minor: '3000' };
    const of = { legKey: 'p:C', paymentId: 'p', leg: 'credit', attempt: 1, at: START + 1_000 };
    expect(decide(legOf(), { kind: 'accepted', partnerRef: 'ref', amount }).report).toEqual({
      ...of,
      outcome: 'accepted',
      partnerRef: 'ref',
      amount,
    });
    const reasonText = 'closed on request of its owner, '.repeat(60);
    expect(decide(legOf(), { kind: 'rejected', reason: 'AC04', reasonText }).report).toEqual({
      ...of,
      outcome: 'rejected',
      reason: 'AC04',
      reasonText,
    });
  });

  it('says what contradicts what', () => {
    expect(decide(legOf({}, ['accepted']), rejected).report?.reasonText).toBe(
      'was accepted, is now rejected',
    );
  });

  it.each<[string, LegState['acceptedAmount'], string, string, string | undefined]>([
    ['what it was asked for', undefined, 'KHR', '5000', undefined],
    ['the amount before', { currency: 'KHR', minor: '3000' }, 'KHR', '03000', undefined],
    ['more than it was asked for', undefined, 'KHR', '5001', '50 KHR, is now accepted with 50.01 KHR'],
    [
      'what it was asked for, and not the amount before',
      { currency: 'KHR', minor: '3000' },
      'KHR',
      '5000',
      '30 KHR, is now accepted with 50 KHR',
    ],
    ['another currency', undefined, 'THB', '5000', '50 KHR, is now accepted with 50.00 THB'],
  ])('accepted again with %s', (_name, acceptedAmount, currency, minor, text) => {
    const answer: LegAnswer = { kind: 'accepted', partnerRef: 'ref', amount: { currency, minor } };
    const { report } = decide(legOf({ acceptedAmount }, ['accepted']), answer);
    expect(report?.reasonText).toBe(text && `was accepted with ${text}`);
    expect(report?.outcome).toBe(text && 'conflicting');
    expect(report?.amount).toEqual(text && answer.amount);
  });

  it('an enquiry that was not sent changes nothing that is known', () => {
    const known = { enquiries: 1, notFounds: 2, lastNotFoundMs: START + 500 };
    const decision = decide(legOf(known), { kind: 'not_sent', because: 'refused' });
    expect(decision).toMatchObject({
      report: { outcome: 'unknown' },
      enquiry: { notFounds: 2, lastNotFoundMs: START + 500 },
    });
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
    ['just old enough', { ...ready, lastNotFoundMs: START + 30_000 }, START + 60_000, true, true],
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

  it.each<[string, Partial<LegState>, LegAnswer, number, number]>([
    ['one after another', ready, { kind: 'not_found' }, 70_000, 3],
    ['but not two at once', ready, { kind: 'not_found' }, 69_999, 2],
    ['nor of the same instant', ready, { kind: 'not_found' }, 40_000, 2],
    ['nor of who takes what is late', { ...ready, notFoundIsFinal: false }, { kind: 'not_found' }, 70_000, 2],
    [
      'unless no statement has it that may be believed',
      { notFoundIsFinal: false },
      { kind: 'not_found', noStatementHasIt: true },
      25_000,
      1,
    ],
    [
      'which an early one may not',
      { notFoundIsFinal: false },
      { kind: 'not_found', noStatementHasIt: true },
      24_999,
      0,
    ],
  ])('counts %s', (_name, more, answer, after, notFounds) => {
    const now = START + after;
    const decision = decide(legOf(more, ['unknown']), answer, now, false);
    const counted = notFounds > (more.notFounds ?? 0);
    const lastNotFoundMs = counted ? now : more.lastNotFoundMs;
    expect(decision.enquiry).toMatchObject({ notFounds, lastNotFoundMs });
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

describe('when to ask next', () => {
  const next = (more: Partial<LegState>, now: number, jitter = 0.5) =>
    nextEnquiryAt(TIMERS, legOf(more), now, jitter) - now;
  // Its not-found can end it no more: the schedule alone.
  const named = { partnerRef: 'hash' };

  it('spreads enquiries by a tenth either way and repeats the last wait', () => {
    expect(next(named, START, 0)).toBe(3_600);
    expect(next({ ...named, enquiries: 2 }, START)).toBe(30_000);
    expect(next({ ...named, enquiries: 99 }, START, 0.999)).toBeLessThan(990_000);
    expect(next({ ...named, enquiries: 2, notFoundIsFinal: false }, START)).toBe(30_000);
    expect(nextEnquiryAt({ ...TIMERS, enquiryMs: [] }, legOf(named), START, 0.5)).toBe(START + 60_000);
  });

  it('spreads what it asks sooner by a tenth later, a second at most', () => {
    const takesLate = { notFoundIsFinal: false, enquiries: 9 };
    expect(next(takesLate, START + 4_000)).toBe(5_250);
    expect(next({ ...takesLate, notFounds: 1, lastNotFoundMs: START + 25_000 }, START + 25_000)).toBe(35_500);
  });

  it.each<[string, Partial<LegState>, number, number]>([
    ['when it is old enough', {}, 4_000, 56_000],
    ['when the next one counts', { notFounds: 1, lastNotFoundMs: START + 5_000 }, 10_000, 25_000],
    [
      'when it is old enough, once all have counted',
      { notFounds: 3, lastNotFoundMs: START + 50_000 },
      52_000,
      8_000,
    ],
  ])('asks a partner whose not-found is final: %s', (_name, more, at, wait) => {
    expect(next({ enquiries: 9, ...more }, START + at, 0)).toBe(wait);
  });

  it('never later than the schedule says', () => {
    const fast = { ...TIMERS, enquiryMs: [50] };
    expect(nextEnquiryAt(fast, legOf({ notFoundIsFinal: false }), START + 19_000, 0.5)).toBe(START + 19_050);
  });

  it.each<[string, Partial<LegState>, number, number]>([
    ['half of the time that is left to send again', { enquiries: 2 }, 4_001, 5_000],
    ['at most once a second', { enquiries: 2 }, 13_500, 1_000],
    ['when a statement counts', { enquiries: 3 }, 20_000, 5_000],
    ['when it is old enough', { enquiries: 9, notFounds: 1, lastNotFoundMs: START + 25_000 }, 25_000, 35_000],
    ['by schedule when that is sooner', { enquiries: 0 }, 20_000, 4_000],
    [
      'when the next statement counts',
      { enquiries: 9, notFounds: 1, lastNotFoundMs: START + 65_000 },
      70_000,
      25_000,
    ],
    ['by schedule when nothing ends it', { enquiries: 9 }, 70_000, 900_000],
    ['by schedule when a statement counts now', { enquiries: 9 }, 25_000, 900_000],
    [
      'by schedule when the next statement counts now',
      { enquiries: 9, notFounds: 1, lastNotFoundMs: START + 65_000 },
      95_000,
      900_000,
    ],
    [
      'by schedule when all have counted',
      { enquiries: 9, notFounds: 2, lastNotFoundMs: START + 65_000 },
      200_000,
      900_000,
    ],
  ])('asks a partner that takes what is late: %s', (_name, more, at, wait) => {
    expect(next({ notFoundIsFinal: false, ...more }, START + at, 0)).toBe(
      wait === 4_000 || wait === 900_000 ? wait * 0.9 : wait,
    );
  });
});

describe('a leg that complete statements lack', () => {
  const absent: LegAnswer = { kind: 'not_found', noStatementHasIt: true };
  const late = START + 65_000;
  const leg = { notFoundIsFinal: false, enquiries: 3 };
  const lackedOnce = { ...leg, notFounds: 1, lastNotFoundMs: late };

  it('has not arrived when two of them do, half a minute apart', () => {
    const first = decide(legOf(leg, ['unknown']), absent, late);
    expect(first.report).toBeUndefined();
    expect(first.enquiry).toMatchObject({ notFounds: 1, lastNotFoundMs: late });
    const soon = decide(legOf(lackedOnce, ['unknown']), absent, late + 29_000);
    expect(soon.report).toBeUndefined();
    const second = decide(legOf(lackedOnce, ['unknown']), absent, late + 30_000);
    expect(second).toMatchObject({ report: { outcome: 'not_received' } });
    expect(second.enquiry).toBeUndefined();
  });

  it.each<[string, Partial<LegState>, LegAnswer, number, boolean]>([
    ['before it can be too late for it', { ...leg, notFounds: 1 }, absent, START + 24_000, true],
    [
      'before it is old enough',
      { ...lackedOnce, lastNotFoundMs: START + 25_000 },
      absent,
      START + 59_000,
      true,
    ],
    ['without a statement', lackedOnce, { kind: 'not_found' }, late + 60_000, true],
    ['while the partner is not well', lackedOnce, absent, late + 60_000, false],
    ['once the partner has named it', { ...lackedOnce, partnerRef: 'hash' }, absent, late + 60_000, true],
  ])('may still arrive %s', (_name, known, answer, now, healthy) => {
    const decision = decide(legOf(known, ['unknown']), answer, now, healthy);
    expect(decision.report).toBeUndefined();
    expect(decision.enquiry).toBeDefined();
  });

  it('counts from anew after an answer of another kind', () => {
    const decision = decide(legOf(lackedOnce, ['unknown']), { kind: 'in_progress' }, late + 60_000);
    expect(decision.enquiry).toMatchObject({ notFounds: 0 });
    expect(decision.enquiry?.lastNotFoundMs).toBeUndefined();
  });

  it('does not wait for the time of a clock that was wrong', () => {
    const future = { ...lackedOnce, lastNotFoundMs: late + 3_600_000 };
    expect(decide(legOf(future, ['unknown']), absent, late).report?.outcome).toBe('not_received');
  });
});

it('nothing is told of an unsent leg whose end is known', () => {
  const decision = decide(legOf({}, ['accepted']), { kind: 'not_sent', because: 'never begun' });
  expect(decision).toEqual({});
});
