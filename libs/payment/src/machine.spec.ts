import { describe, expect, it } from '@jest/globals';
import {
  holdsReservation,
  isTerminal,
  tableEventOf,
  tableStateOf,
  TRANSITION_TABLE,
  transit,
  type MachineEvent,
  type MachineView,
} from './index.js';
import {
  accepted,
  BREAK,
  EVENTS,
  GIVE_BACK,
  go,
  late,
  NOW,
  on,
  POST,
  rejected,
  review,
  view,
  VIEWS,
} from './machine.testing.js';

describe('every state with every event', () => {
  it('answers, purely, and edits no terminal payment (I3, I24)', () => {
    let pairs = 0;
    for (const each of VIEWS) {
      for (const event of EVENTS) {
        const result = transit(each, event, NOW);
        expect(transit(each, event, NOW)).toEqual(result);
        if (isTerminal(each.state)) expect(result.kind).not.toBe('moved');
        else expect(result.kind).not.toBe('contradiction');
        if (result.kind === 'moved') {
          expect(result.to === 'MANUAL_REVIEW').toBe(result.reviewLeg !== null);
          if (isTerminal(result.to)) expect(result.effects).toContain('notify');
        }
        pairs += 1;
      }
    }
    expect(pairs).toBe(VIEWS.length * EVENTS.length);
  });

  it('reserves, frees and posts exactly when pendings come and go (I6, I13)', () => {
    for (const each of VIEWS) {
      for (const event of EVENTS) {
        const result = transit(each, event, NOW);
        if (result.kind !== 'moved') continue;
        const [before, after] = [holdsReservation(each.state), holdsReservation(result.to)];
        expect(result.effects.includes('reserve_funds')).toBe(!before && after);
        const freed = result.effects.includes('void_funds') || result.effects.includes('post_obligations');
        expect(freed).toBe(before && !after);
        const posted = result.to === 'COMPLETED' || result.to === 'BLOCKED';
        expect(result.effects.includes('post_obligations')).toBe(posted);
        expect(result.effects.includes('assign_windows')).toBe(posted);
      }
    }
  });

  it('has no row that can never be chosen', () => {
    const used = new Set<unknown>();
    for (const each of VIEWS) {
      for (const event of EVENTS) {
        const [state, name] = [tableStateOf(each), tableEventOf(event)];
        const rows = TRANSITION_TABLE.filter((row) => row.from.includes(state) && row.on.includes(name));
        const result = transit(each, event, NOW);
        for (const row of rows) {
          const effects =
            'effects' in result ? result.effects.filter((effect) => effect !== 'open_break_amount') : [];
          if (result.kind !== 'ignored' && effects.join() === row.effects.join()) used.add(row);
        }
      }
    }
    expect(TRANSITION_TABLE.filter((row) => !used.has(row))).toEqual([]);
  });
});

describe('before money', () => {
  it.each<[string, MachineView, MachineEvent, string]>([
    ['validates', view('RECEIVED'), { type: 'validated' }, 'VALIDATED: reserve_limits'],
    ['refuses at once', view('RECEIVED'), { type: 'refused', reason: 'corridor_closed' }, 'REJECTED: notify'],
    [
      'refuses after limits',
      view('VALIDATED'),
      { type: 'refused', reason: 'liquidity_short' },
      'REJECTED: release_limits notify',
    ],
    ['holds', view('VALIDATED'), { type: 'screening_hit' }, 'SCREENING_HOLD: notify'],
    ['clears', view('SCREENING_HOLD'), { type: 'screening_cleared' }, 'VALIDATED: '],
    [
      'confirms a hit',
      view('SCREENING_HOLD'),
      { type: 'screening_confirmed' },
      'REJECTED: release_limits notify',
    ],
    ['ends a hold', view('SCREENING_HOLD'), { type: 'hold_limit_passed' }, 'REJECTED: release_limits notify'],
    ['reserves', view('VALIDATED'), { type: 'reserved' }, 'RESERVED: reserve_funds'],
    [
      'reserves nothing late',
      view('VALIDATED', { deadlineMs: NOW }),
      { type: 'reserved' },
      'EXPIRED: release_limits notify',
    ],
    ['expires', view('RECEIVED', { deadlineMs: NOW }), { type: 'deadline_passed' }, 'EXPIRED: notify'],
    ['expires nothing early', view('RESERVED'), { type: 'deadline_passed' }, 'ignored'],
    [
      'expires a reservation',
      view('RESERVED', { deadlineMs: NOW }),
      { type: 'deadline_passed' },
      `EXPIRED: ${GIVE_BACK}`,
    ],
    ['sends the debit', view('RESERVED'), { type: 'send_debit' }, 'DEBIT_SENT: send_debit'],
    ['sends no late debit', view('RESERVED', late), { type: 'send_debit' }, `EXPIRED: ${GIVE_BACK}`],
    [
      'takes a secured payer',
      view('RESERVED', { payerSecured: true }),
      { type: 'payer_secured' },
      'DEBIT_SECURED: ',
    ],
    ['debits no secured payer', view('RESERVED', { payerSecured: true }), { type: 'send_debit' }, 'ignored'],
    ['believes no unsigned security', view('RESERVED'), { type: 'payer_secured' }, 'ignored'],
  ])('%s', (_name, from, event, expected) => expect(go(from, event)).toBe(expected));
});

describe("the payer's leg", () => {
  const unknown = view('DEBIT_UNKNOWN');
  it.each<[string, MachineView, MachineEvent, string]>([
    ['accepted', view('DEBIT_SENT'), accepted('debit'), 'DEBIT_SECURED: discharge_debit'],
    [
      'accepted with other amounts',
      view('DEBIT_SENT'),
      accepted('debit', false),
      'DEBIT_SECURED: discharge_debit open_break_amount',
    ],
    ['accepted after doubt', unknown, accepted('debit'), 'DEBIT_SECURED: discharge_debit'],
    [
      'accepted too late',
      view('DEBIT_UNKNOWN', late),
      accepted('debit'),
      'UNWINDING: discharge_debit send_reversal',
    ],
    ['rejected', view('DEBIT_SENT'), rejected('debit'), `REJECTED: ${GIVE_BACK}`],
    ['proven not received', unknown, on('leg_not_received', 'debit'), `REJECTED: ${GIVE_BACK}`],
    ['not sent, in time', view('DEBIT_SENT'), on('leg_not_sent', 'debit'), 'DEBIT_SENT: send_debit'],
    ['not sent, late', view('DEBIT_SENT', late), on('leg_not_sent', 'debit'), `REJECTED: ${GIVE_BACK}`],
    ['silent', view('DEBIT_SENT'), on('leg_unknown', 'debit'), 'DEBIT_UNKNOWN: notify'],
    ['still silent', unknown, on('leg_unknown', 'debit'), 'ignored'],
    ['silent for good', unknown, on('leg_exhausted', 'debit'), 'MANUAL_REVIEW(debit): notify'],
    [
      'conflicting',
      view('DEBIT_SENT'),
      on('leg_conflicting', 'debit'),
      `MANUAL_REVIEW(debit): ${BREAK} notify`,
    ],
    ['resolved by review', review('debit'), rejected('debit'), `REJECTED: ${GIVE_BACK}`],
    ['denied after it was accepted', view('CREDIT_SENT'), rejected('debit'), `CREDIT_SENT: ${BREAK}`],
  ])('%s', (_name, from, event, expected) => expect(go(from, event)).toBe(expected));
});

describe("the payee's leg", () => {
  const secured = { payerSecured: true };
  it.each<[string, MachineView, MachineEvent, string]>([
    ['sent', view('DEBIT_SECURED'), { type: 'send_credit' }, 'CREDIT_SENT: send_credit'],
    ['too late', view('DEBIT_SECURED', late), { type: 'send_credit' }, 'UNWINDING: send_reversal'],
    [
      'too late, inbound',
      view('DEBIT_SECURED', { ...late, ...secured }),
      { type: 'send_credit' },
      `REJECTED: ${GIVE_BACK}`,
    ],
    ['accepted', view('CREDIT_SENT'), accepted('credit'), `COMPLETED: ${POST}`],
    [
      'accepted with other amounts',
      view('CREDIT_UNKNOWN'),
      accepted('credit', false),
      `COMPLETED: ${POST} open_break_amount`,
    ],
    ['accepted after the deadline', view('CREDIT_UNKNOWN', late), accepted('credit'), `COMPLETED: ${POST}`],
    ['blocked', review('credit'), on('leg_blocked', 'credit'), `BLOCKED: ${POST}`],
    ['rejected', view('CREDIT_SENT'), rejected('credit'), 'UNWINDING: send_reversal'],
    ['rejected, inbound', view('CREDIT_SENT', secured), rejected('credit'), `REJECTED: ${GIVE_BACK}`],
    [
      'not received, in time',
      view('CREDIT_UNKNOWN'),
      on('leg_not_received', 'credit'),
      'CREDIT_SENT: send_credit',
    ],
    [
      'not received, late',
      view('CREDIT_UNKNOWN', late),
      on('leg_not_received', 'credit'),
      'UNWINDING: send_reversal',
    ],
    [
      'not sent, late, inbound',
      view('CREDIT_SENT', { ...late, ...secured }),
      on('leg_not_sent', 'credit'),
      `REJECTED: ${GIVE_BACK}`,
    ],
    ['silent', view('CREDIT_SENT'), on('leg_unknown', 'credit'), 'CREDIT_UNKNOWN: notify'],
    [
      'silent for good',
      view('CREDIT_UNKNOWN'),
      on('leg_exhausted', 'credit'),
      'MANUAL_REVIEW(credit): notify',
    ],
    [
      'conflicting',
      view('CREDIT_UNKNOWN'),
      on('leg_conflicting', 'credit'),
      `MANUAL_REVIEW(credit): ${BREAK} notify`,
    ],
    ['claimed but never sent', view('DEBIT_SENT'), accepted('credit'), `DEBIT_SENT: ${BREAK}`],
  ])('%s', (_name, from, event, expected) => expect(go(from, event)).toBe(expected));
});

describe('unwinding and the end', () => {
  const sent = view('UNWINDING', { reversalSent: true });
  const back = view('MANUAL_REVIEW', { reviewLeg: 'reversal', reversalSent: true });
  const undone = view('REJECTED', { reversalSent: true });
  it.each<[string, MachineView, MachineEvent, string]>([
    ['reversed', sent, accepted('reversal'), `REJECTED: reverse_discharge ${GIVE_BACK}`],
    ['refused for now', sent, rejected('reversal'), 'UNWINDING: send_reversal'],
    [
      'refused for good',
      view('UNWINDING', { reversalSent: true, reversalRefusals: 9 }),
      rejected('reversal'),
      'MANUAL_REVIEW(reversal): notify',
    ],
    ['silent for good', sent, on('leg_exhausted', 'reversal'), 'MANUAL_REVIEW(reversal): notify'],
    [
      'contradicting itself',
      sent,
      on('leg_conflicting', 'reversal'),
      `MANUAL_REVIEW(reversal): ${BREAK} notify`,
    ],
    ['reversed after all', back, accepted('reversal'), `REJECTED: reverse_discharge ${GIVE_BACK}`],
    ['not sent yet', sent, on('leg_not_sent', 'reversal'), 'UNWINDING: send_reversal'],
    [
      'not sent during the review',
      back,
      on('leg_not_sent', 'reversal'),
      'MANUAL_REVIEW(reversal): send_reversal',
    ],
    [
      'proven not received after all',
      back,
      on('leg_not_received', 'reversal'),
      'MANUAL_REVIEW(reversal): send_reversal',
    ],
    ['refused after silence', back, rejected('reversal'), 'MANUAL_REVIEW(reversal): send_reversal'],
    [
      'refused once more during the review',
      view('MANUAL_REVIEW', { reviewLeg: 'reversal', reversalSent: true, reversalRefusals: 10 }),
      rejected('reversal'),
      'ignored',
    ],
    [
      'late success during the review',
      back,
      accepted('credit'),
      'MANUAL_REVIEW(reversal): open_break_late_success',
    ],
    [
      'late success before the reversal',
      view('UNWINDING'),
      accepted('credit'),
      `MANUAL_REVIEW(credit): ${BREAK} notify`,
    ],
    ['late success after it', sent, accepted('credit'), 'UNWINDING: open_break_late_success'],
    ['repeat of the known end', view('COMPLETED'), accepted('credit'), 'ignored'],
    ['late denial', view('COMPLETED'), rejected('credit'), `contradiction: ${BREAK}`],
    ['late success', view('REJECTED'), accepted('credit'), `contradiction: ${BREAK}`],
    ['debit known, reversed', undone, accepted('debit'), 'ignored'],
    ['debit never known', view('REJECTED'), accepted('debit'), `contradiction: ${BREAK}`],
    ['claimed after expiry', view('EXPIRED'), accepted('debit'), `contradiction: ${BREAK}`],
    ['freed after a block', view('BLOCKED'), accepted('credit'), `contradiction: ${BREAK}`],
    ['timer after the end', view('COMPLETED'), { type: 'deadline_passed' }, 'ignored'],
  ])('%s', (_name, from, event, expected) => expect(go(from, event)).toBe(expected));
});
