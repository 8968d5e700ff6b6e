import { describe, expect, it } from '@jest/globals';
import type { LegKind } from '@tonle/contracts';
import type { MachineEvent, MachineView } from './index.js';
import { BREAK, GIVE_BACK, go, late, LEGS, on, POST, review, view } from './machine.testing.js';

// What a word about a leg does in every state in which it may come (domain 6.4): one rule, all of its states.

const secured = { payerSecured: true };
type Word = 'accepted' | 'rejected' | 'blocked' | 'conflicting' | 'not_sent' | 'not_received' | 'exhausted';
function word(said: Word, leg: LegKind): MachineEvent {
  if (said === 'accepted') return { type: 'leg_accepted', leg, amountsAgree: true };
  if (said === 'rejected') return { type: 'leg_rejected', leg, reason: 'AC04' };
  return on(`leg_${said}`, leg);
}
const CLAIMS: readonly Word[] = ['accepted', 'blocked', 'conflicting'];
const DENIALS: readonly Word[] = ['rejected', 'not_received', 'blocked', 'conflicting'];

const before = (['RECEIVED', 'VALIDATED', 'SCREENING_HOLD', 'RESERVED'] as const).map((state) => view(state));
const debitSent = [view('DEBIT_SENT'), view('DEBIT_UNKNOWN')];
const debitOut = [...debitSent, review('debit')];
const debited = view('DEBIT_SECURED');
const creditSent = [view('CREDIT_SENT'), view('CREDIT_UNKNOWN')];
const creditOut = [...creditSent, review('credit')];
const reversing = [
  view('UNWINDING', { reversalSent: true }),
  view('MANUAL_REVIEW', { reviewLeg: 'reversal', reversalSent: true }),
];
const posted = [view('COMPLETED'), view('BLOCKED')];
const undone = view('REJECTED', { reversalSent: true });
const but = (views: readonly MachineView[], more: Partial<MachineView>) =>
  views.map((each) => ({ ...each, ...more }));

const outcomes = (views: readonly MachineView[], leg: LegKind, words: readonly Word[]) =>
  new Set(views.flatMap((from) => words.map((said) => go(from, word(said, leg)))));
/** The same state, and a break. */
const kept = (views: readonly MachineView[]) =>
  new Set(
    views.map(({ state, reviewLeg }) => `${state}${reviewLeg === null ? '' : `(${reviewLeg})`}: ${BREAK}`),
  );

describe('a word that cannot be', () => {
  it.each<[string, readonly MachineView[], readonly LegKind[]]>([
    ['before any leg', before, LEGS],
    ['while the debit is out', debitOut, ['credit', 'reversal']],
    ['before the credit', [debited], ['credit', 'reversal']],
    ['while the credit is out', creditOut, ['reversal']],
  ])('about a leg that was never sent opens a break: %s', (_name, views, legs) => {
    for (const leg of legs)
      for (const from of views) expect(outcomes([from], leg, CLAIMS)).toEqual(kept([from]));
  });

  it('against the debit that was accepted opens a break', () => {
    for (const from of [debited, ...creditOut, ...reversing])
      expect(outcomes([from], 'debit', DENIALS)).toEqual(kept([from]));
  });

  const expired = [view('EXPIRED')];
  it.each<[string, readonly MachineView[], LegKind, readonly Word[]]>([
    ['the debit of what was posted', posted, 'debit', DENIALS],
    ['the credit of what was posted', posted, 'credit', ['rejected', 'not_received', 'conflicting']],
    ['the reversal of what was posted', posted, 'reversal', CLAIMS],
    ['a credit that was booked', [view('COMPLETED')], 'credit', ['blocked']],
    ['a credit that was frozen', [view('BLOCKED')], 'credit', ['accepted']],
    ['any leg after expiry', expired, 'debit', CLAIMS],
    ['any leg after expiry', expired, 'credit', CLAIMS],
    ['any leg after expiry', expired, 'reversal', CLAIMS],
    ['a leg of what was refused', [view('REJECTED')], 'debit', CLAIMS],
    ['a leg of what was refused', [view('REJECTED'), undone], 'credit', CLAIMS],
    ['a leg of what was refused', [view('REJECTED')], 'reversal', CLAIMS],
    ['the debit of what was undone', [undone], 'debit', DENIALS],
    ['the reversal of what was undone', [undone], 'reversal', ['conflicting']],
  ])('contradicts an end: %s', (_name, views, leg, words) => {
    expect(outcomes(views, leg, words)).toEqual(new Set([`contradiction: ${BREAK}`]));
  });
});

describe('a word that counts', () => {
  it.each<[string, readonly MachineView[], LegKind, readonly Word[], string]>([
    ['debited', debitOut, 'debit', ['accepted'], 'DEBIT_SECURED: discharge_debit'],
    ['refused', debitOut, 'debit', ['rejected', 'not_received'], `REJECTED: ${GIVE_BACK}`],
    ['not sent', debitSent, 'debit', ['not_sent'], 'DEBIT_SENT: send_debit'],
    ['not sent, late', but(debitOut, late), 'debit', ['not_sent'], `REJECTED: ${GIVE_BACK}`],
    ['not sent, in review', [review('debit')], 'debit', ['not_sent'], `REJECTED: ${GIVE_BACK}`],
    ['no end', debitSent, 'debit', ['exhausted'], 'MANUAL_REVIEW(debit): notify'],
    ['two ends', debitSent, 'debit', ['conflicting', 'blocked'], `MANUAL_REVIEW(debit): ${BREAK} notify`],
    [
      'debited late',
      but(debitOut.slice(1), late),
      'debit',
      ['accepted'],
      'UNWINDING: discharge_debit send_reversal',
    ],
    ['credited', creditOut, 'credit', ['accepted'], `COMPLETED: ${POST}`],
    ['frozen', creditOut, 'credit', ['blocked'], `BLOCKED: ${POST}`],
    ['not credited', creditOut, 'credit', ['not_sent', 'not_received'], 'CREDIT_SENT: send_credit'],
    ['refused', creditOut, 'credit', ['rejected'], 'UNWINDING: send_reversal'],
    [
      'not credited, late',
      but(creditOut, late),
      'credit',
      ['rejected', 'not_sent', 'not_received'],
      'UNWINDING: send_reversal',
    ],
    ['refused, inbound', but(creditOut, secured), 'credit', ['rejected'], `REJECTED: ${GIVE_BACK}`],
    [
      'late, inbound',
      but(creditOut, { ...late, ...secured }),
      'credit',
      ['not_sent', 'not_received'],
      `REJECTED: ${GIVE_BACK}`,
    ],
    ['no end', creditSent, 'credit', ['exhausted'], 'MANUAL_REVIEW(credit): notify'],
    ['two ends', creditSent, 'credit', ['conflicting'], `MANUAL_REVIEW(credit): ${BREAK} notify`],
    ['paid back', reversing, 'reversal', ['accepted'], `REJECTED: reverse_discharge ${GIVE_BACK}`],
    ['no end', [reversing[0]!], 'reversal', ['exhausted'], 'MANUAL_REVIEW(reversal): notify'],
    [
      'two ends',
      [reversing[0]!],
      'reversal',
      ['conflicting', 'blocked'],
      `MANUAL_REVIEW(reversal): ${BREAK} notify`,
    ],
    [
      'two ends, in review',
      [reversing[1]!],
      'reversal',
      ['conflicting', 'blocked'],
      `MANUAL_REVIEW(reversal): ${BREAK}`,
    ],
    [
      'credited after all',
      [view('UNWINDING')],
      'credit',
      ['accepted', 'blocked'],
      `MANUAL_REVIEW(credit): ${BREAK} notify`,
    ],
  ])('does the same in every state in which the leg is open: %s', (_name, views, leg, words, expected) => {
    expect(outcomes(views, leg, words)).toEqual(new Set([expected]));
  });

  it.each<[LegKind, readonly Word[], string]>([
    ['reversal', ['not_sent', 'not_received', 'rejected'], 'send_reversal'],
    ['credit', ['accepted', 'blocked'], 'open_break_late_success'],
    ['credit', ['conflicting'], BREAK],
  ])('of the %s while the reversal is out leaves the state: %j', (leg, words, effect) => {
    expect(outcomes(reversing, leg, words)).toEqual(
      new Set([`UNWINDING: ${effect}`, `MANUAL_REVIEW(reversal): ${effect}`]),
    );
  });
});
