import { describe, expect, it } from '@jest/globals';
import type { LegKind } from '@tonle/contracts';
import { TRANSITION_TABLE, transit, type MachineEvent, type MachineView } from './index.js';
import { EVENTS, GIVE_BACK, go, late, NOW, POST, review, view, VIEWS } from './machine.testing.js';

describe('what two operators decide', () => {
  const paid = (leg: LegKind, amountsAgree = true): MachineEvent => ({
    type: 'decided_paid',
    leg,
    amountsAgree,
  });
  const notPaid = (leg: 'debit' | 'credit'): MachineEvent => ({ type: 'decided_not_paid', leg });
  const reverse: MachineEvent = { type: 'decided_reverse', leg: 'reversal' };
  const secured = { payerSecured: true, reviewLeg: 'credit' } as const;
  it.each<[string, MachineView, MachineEvent, string]>([
    ['debited, in time', review('debit'), paid('debit'), 'DEBIT_SECURED: discharge_debit close_leg'],
    [
      'debited, late',
      view('MANUAL_REVIEW', { ...late, reviewLeg: 'debit' }),
      paid('debit'),
      'UNWINDING: discharge_debit close_leg send_reversal',
    ],
    [
      'debited other figures',
      view('MANUAL_REVIEW', { ...late, reviewLeg: 'debit' }),
      paid('debit', false),
      'UNWINDING: discharge_debit close_leg send_reversal open_break_amount',
    ],
    ['not debited', review('debit'), notPaid('debit'), `REJECTED: close_leg ${GIVE_BACK}`],
    ['credited', review('credit'), paid('credit'), `COMPLETED: close_leg ${POST}`],
    ['not credited', review('credit'), notPaid('credit'), 'UNWINDING: close_leg send_reversal'],
    [
      'not credited, inbound',
      view('MANUAL_REVIEW', secured),
      notPaid('credit'),
      `REJECTED: close_leg ${GIVE_BACK}`,
    ],
    ['paid back', review('reversal'), paid('reversal'), `REJECTED: close_leg reverse_discharge ${GIVE_BACK}`],
    ['to be reversed once more', review('reversal'), reverse, 'UNWINDING: send_reversal'],
    ['another leg than the one under review', review('credit'), paid('debit'), 'ignored'],
    ['a leg that is not under review', view('CREDIT_UNKNOWN'), notPaid('credit'), 'ignored'],
    ['a reversal that runs', view('UNWINDING', { reversalSent: true }), paid('reversal'), 'ignored'],
    ['an end', view('COMPLETED'), notPaid('credit'), 'ignored'],
  ])('%s', (_name, from, event, expected) => expect(go(from, event)).toBe(expected));

  it('moves nothing that is not under review (I18)', () => {
    const decided = EVENTS.filter(({ type }) => type.startsWith('decided_'));
    for (const each of VIEWS) {
      if (each.state === 'MANUAL_REVIEW') continue;
      for (const event of decided) expect(transit(each, event, NOW).kind).toBe('ignored');
    }
  });

  it('is asked for only after an answer, or when the limit of enquiries has passed', () => {
    const answers = ['leg_accepted', 'leg_rejected', 'leg_blocked', 'leg_conflicting'];
    const events = TRANSITION_TABLE.filter(({ to }) => to.startsWith('REVIEW_')).flatMap(({ on }) => on);
    expect(events.length).toBeGreaterThan(5);
    for (const event of events) expect([...answers, 'leg_exhausted']).toContain(event.split(':')[0]);
  });
});
