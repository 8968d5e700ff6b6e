import { describe, expect, it } from '@jest/globals';
import type { LegKind, LegOutcome, LegResult, PaymentState } from '@tonle/contracts';
import { isStaleResult, machineEventOf, reasonOfMove, tableStateOf, type MachineEvent } from './index.js';
import { go, NOW, rejected, view } from './machine.testing.js';

// What comes in as a result of a leg, and what is said of a move.

const result = (outcome: LegOutcome, more: Partial<LegResult> = {}): LegResult => ({
  legKey: 'p:C',
  paymentId: 'p',
  leg: 'credit',
  attempt: 1,
  outcome,
  at: '2026-11-28T00:00:00.000Z',
  ...more,
});

describe('the event of a result', () => {
  it.each<[LegResult, boolean, MachineEvent]>([
    [result('accepted'), true, { type: 'leg_accepted', leg: 'credit', amountsAgree: true }],
    [result('accepted'), false, { type: 'leg_accepted', leg: 'credit', amountsAgree: false }],
    [result('rejected', { reason: 'AC04' }), true, { type: 'leg_rejected', leg: 'credit', reason: 'AC04' }],
    [result('rejected', { leg: 'debit' }), true, { type: 'leg_rejected', leg: 'debit', reason: 'MS03' }],
    [result('not_sent'), true, { type: 'leg_not_sent', leg: 'credit' }],
    [result('not_received'), true, { type: 'leg_not_received', leg: 'credit' }],
    [result('unknown'), true, { type: 'leg_unknown', leg: 'credit' }],
    [result('exhausted'), true, { type: 'leg_exhausted', leg: 'credit' }],
    [result('blocked'), true, { type: 'leg_blocked', leg: 'credit' }],
    [result('conflicting'), true, { type: 'leg_conflicting', leg: 'credit' }],
  ])('%j, amounts agree %s', (told, amountsAgree, event) => {
    expect(machineEventOf(told, amountsAgree)).toEqual(event);
  });

  it.each<[LegOutcome, boolean]>([
    ['accepted', false],
    ['rejected', false],
    ['blocked', false],
    ['conflicting', false],
    ['not_sent', true],
    ['not_received', true],
    ['unknown', true],
    ['exhausted', true],
  ])('%s of an attempt that another followed is stale: %s', (outcome, stale) => {
    expect(isStaleResult({ attempt: 1, outcome }, 2)).toBe(stale);
    expect(isStaleResult({ attempt: 2, outcome }, 2)).toBe(false);
  });
});

describe('the reason of a move', () => {
  const of = (type: 'leg_not_sent' | 'leg_not_received', leg: LegKind): MachineEvent => ({ type, leg });
  const accepted = (leg: LegKind): MachineEvent => ({ type: 'leg_accepted', leg, amountsAgree: true });
  const paid = (leg: LegKind): MachineEvent => ({ type: 'decided_paid', leg, amountsAgree: true });
  it.each<[MachineEvent, PaymentState, string | undefined]>([
    [{ type: 'reserved' }, 'EXPIRED', 'deadline_passed'],
    [{ type: 'screening_confirmed' }, 'REJECTED', 'screening_confirmed'],
    [{ type: 'hold_limit_passed' }, 'REJECTED', 'screening_timeout'],
    [rejected('debit'), 'REJECTED', 'partner_rejected'],
    [rejected('credit'), 'UNWINDING', 'partner_rejected'],
    [rejected('reversal'), 'UNWINDING', undefined],
    [of('leg_not_sent', 'debit'), 'REJECTED', 'partner_unreachable'],
    [of('leg_not_sent', 'reversal'), 'UNWINDING', undefined],
    [of('leg_not_received', 'credit'), 'UNWINDING', 'partner_unreachable'],
    [of('leg_not_received', 'credit'), 'CREDIT_SENT', undefined],
    [{ type: 'send_credit' }, 'UNWINDING', 'too_late_for_credit'],
    [{ type: 'send_credit' }, 'CREDIT_SENT', undefined],
    [{ type: 'decided_not_paid', leg: 'credit' }, 'UNWINDING', 'found_not_paid'],
    [accepted('debit'), 'UNWINDING', 'too_late_for_credit'],
    [accepted('reversal'), 'REJECTED', undefined],
    [accepted('credit'), 'COMPLETED', undefined],
    [paid('debit'), 'UNWINDING', 'too_late_for_credit'],
    [paid('reversal'), 'REJECTED', undefined],
    [{ type: 'refused', reason: 'liquidity_short' }, 'REJECTED', undefined],
  ])('%j to %s: %s', (event, to, reason) => {
    expect(reasonOfMove(event, to)).toBe(reason);
  });
});

it('a reversal is tried until it was refused ten times', () => {
  const refused = (reversalRefusals: number) =>
    go(view('UNWINDING', { reversalSent: true, reversalRefusals }), rejected('reversal'));
  expect(refused(8)).toBe('UNWINDING: send_reversal');
  expect(refused(9)).toBe('MANUAL_REVIEW(reversal): notify');
});

it('a deadline ends what was validated', () => {
  const over = view('VALIDATED', { deadlineMs: NOW });
  expect(go(over, { type: 'deadline_passed' })).toBe('EXPIRED: release_limits notify');
});

it('a review without its leg is broken', () => {
  expect(() => tableStateOf({ state: 'MANUAL_REVIEW', reviewLeg: null })).toThrow('without the leg');
});
