import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LegKind, LegOutcome } from '@tonle/contracts';
import {
  holdsReservation,
  isStaleResult,
  isTerminal,
  machineEventOf,
  transit,
  type MachineEffect,
  type MachineEvent,
  type MachineView,
  type Transition,
} from './index.js';

const RUNS = 6_000;
const PAYMENT_MS = 60_000;
const GUARD_MS = 5_000;

// Millions of checks: an assertion that costs nothing while it holds; the stack names the line.
function hold(condition: boolean): void {
  if (!condition) throw new Error('an invariant does not hold');
}

/** What really happened to a leg at its partner, which dedupes by leg key. */
type Fate = 'nothing' | 'moved' | 'refused';

interface Report {
  readonly leg: LegKind;
  readonly attempt: number;
  readonly outcome: LegOutcome;
}

/** A toy of everything around the machine: ledger, limits, partners, and messages that get lost and doubled. */
class MachineWorld {
  view: MachineView;
  now = 0;
  readonly fate: Record<LegKind, Fate> = { debit: 'nothing', credit: 'nothing', reversal: 'nothing' };
  readonly attempts: Record<LegKind, number> = { debit: 0, credit: 0, reversal: 0 };
  /** Attempts that may still reach the partner. */
  readonly onTheWay: Record<LegKind, number> = { debit: 0, credit: 0, reversal: 0 };
  readonly reports: Report[] = [];
  readonly ends: string[] = [];
  readonly breaks: MachineEffect[] = [];
  readonly ledger = { pending: false, posted: 0, discharges: 0, limits: false, windows: 0 };

  constructor(
    payerSecured: boolean,
    private readonly honest: boolean,
  ) {
    const deadlineMs = PAYMENT_MS;
    const creditGuardMs = deadlineMs - GUARD_MS;
    this.view = {
      state: 'RECEIVED',
      reviewLeg: null,
      payerSecured,
      reversalSent: false,
      reversalRefusals: 0,
      deadlineMs,
      creditGuardMs,
    };
  }

  feed(event: MachineEvent): Transition {
    const before = this.view;
    const result = transit(before, event, this.now);
    if (result.kind === 'moved') {
      hold(!isTerminal(before.state));
      this.view = { ...before, state: result.to, reviewLeg: result.reviewLeg };
      this.count(event);
      for (const effect of result.effects) this.apply(effect);
      if (isTerminal(result.to)) this.ends.push(result.to);
    }
    if (result.kind === 'contradiction') {
      hold(result.effects.every((effect) => effect.startsWith('open_break')));
      this.breaks.push(...result.effects);
    }
    this.check();
    return result;
  }

  private count(event: MachineEvent): void {
    const { reversalRefusals: before } = this.view;
    const refused = event.type === 'leg_rejected' && event.leg === 'reversal';
    const after = event.type.startsWith('decided_') ? 0 : refused ? before + 1 : before;
    this.view = { ...this.view, reversalRefusals: after };
  }

  /** Two operators say what became of the leg under review: the truth, when nothing can change it any more. */
  review(): void {
    const { state, reviewLeg: leg } = this.view;
    if (state !== 'MANUAL_REVIEW' || leg === null || this.onTheWay[leg] > 0) return;
    if (this.fate[leg] === 'moved') this.feed({ type: 'decided_paid', leg, amountsAgree: true });
    else if (leg === 'reversal') this.feed({ type: 'decided_reverse', leg });
    else this.feed({ type: 'decided_not_paid', leg });
  }

  private apply(effect: MachineEffect): void {
    const { ledger } = this;
    const steps: Record<MachineEffect, () => void> = {
      reserve_limits: () => (hold(!ledger.limits), (ledger.limits = true)),
      release_limits: () => (hold(ledger.limits), (ledger.limits = false)),
      reserve_funds: () => (hold(!ledger.pending), (ledger.pending = true)),
      void_funds: () => (hold(ledger.pending), this.nothingUnderWay(), (ledger.pending = false)),
      post_obligations: () => (hold(ledger.pending), (ledger.pending = false), (ledger.posted += 1)),
      assign_windows: () => (ledger.windows += 1),
      discharge_debit: () => (hold(ledger.discharges === 0), (ledger.discharges = 1)),
      reverse_discharge: () => (hold(ledger.discharges === 1), (ledger.discharges = 0)),
      discharge_credit: () => undefined,
      send_debit: () => this.send('debit'),
      send_credit: () => {
        hold(ledger.pending);
        hold(this.view.payerSecured || ledger.discharges === 1);
        this.send('credit');
      },
      send_reversal: () => {
        hold(ledger.discharges === 1);
        if (this.honest) hold(this.fate.debit === 'moved');
        this.view = { ...this.view, reversalSent: true };
        this.send('reversal');
      },
      close_leg: () => undefined,
      open_break_status_conflict: () => this.breaks.push(effect),
      open_break_amount: () => this.breaks.push(effect),
      open_break_late_success: () => this.breaks.push(effect),
      notify: () => undefined,
    };
    steps[effect]();
  }

  // I13: what is given back must not be paid out later.
  private nothingUnderWay(): void {
    if (!this.honest) return;
    hold(this.onTheWay.credit === 0);
    hold(this.onTheWay.debit === 0);
    hold(this.fate.credit !== 'moved');
  }

  private send(leg: LegKind): void {
    this.attempts[leg] += 1;
    this.onTheWay[leg] += 1;
  }

  private check(): void {
    const { ledger, view } = this;
    hold(ledger.pending === holdsReservation(view.state));
    hold(this.ends.length === (isTerminal(view.state) ? 1 : 0));
    const posted = view.state === 'COMPLETED' || view.state === 'BLOCKED';
    hold(ledger.posted === (posted ? 1 : 0));
    hold(ledger.windows === (posted ? 1 : 0));
    if (view.state === 'REJECTED' || view.state === 'EXPIRED') {
      hold(ledger.discharges === 0);
      hold(!ledger.limits);
    }
    if (this.honest && view.state === 'COMPLETED') hold(this.fate.credit === 'moved');
    if (this.honest && (view.state === 'REJECTED' || view.state === 'EXPIRED')) {
      hold(this.fate.credit !== 'moved');
      hold((this.fate.debit === 'moved') === (this.fate.reversal === 'moved'));
    }
  }

  /** The partner handles an attempt: it moves or refuses, once a leg key, and may say so. */
  partner(leg: LegKind, how: 'move' | 'refuse', told: boolean): void {
    if (this.onTheWay[leg] === 0) return;
    this.onTheWay[leg] -= 1;
    // A refused reversal may be asked for again; the other legs keep their first fate.
    if (this.fate[leg] === 'nothing' || (leg === 'reversal' && this.fate[leg] === 'refused')) {
      this.fate[leg] = how === 'move' ? 'moved' : 'refused';
    }
    if (told) this.tell(leg);
  }

  /** An answer or a successful enquiry: the truth, as far as the partner has one. */
  tell(leg: LegKind): void {
    if (this.fate[leg] === 'nothing' || this.onTheWay[leg] > 0) return;
    const outcome = this.fate[leg] === 'moved' ? 'accepted' : 'rejected';
    this.reports.push({ leg, attempt: this.attempts[leg], outcome });
  }

  /** The attempt is proven never to have reached the partner. */
  lose(leg: LegKind, outcome: 'not_sent' | 'not_received'): void {
    if (this.onTheWay[leg] === 0 || this.fate[leg] !== 'nothing') return;
    this.onTheWay[leg] = 0;
    this.reports.push({ leg, attempt: this.attempts[leg], outcome });
  }

  silence(leg: LegKind, outcome: 'unknown' | 'exhausted'): void {
    if (this.attempts[leg] > 0) this.reports.push({ leg, attempt: this.attempts[leg], outcome });
  }

  /** Delivers some report, now or again: messages come late, twice and out of order. */
  deliver(index: number, agree: boolean): void {
    const report = this.reports[index % Math.max(this.reports.length, 1)];
    if (report === undefined || isStaleResult(report, this.attempts[report.leg])) return;
    const result = { ...report, legKey: 'k', paymentId: 'p', at: '2026-01-01T00:00:00Z' };
    this.feed(machineEventOf(result, agree));
  }
}

const OWN_EVENTS: readonly MachineEvent[] = [
  { type: 'validated' },
  { type: 'refused', reason: 'corridor_closed' },
  { type: 'screening_hit' },
  { type: 'screening_cleared' },
  { type: 'screening_confirmed' },
  { type: 'hold_limit_passed' },
  { type: 'deadline_passed' },
  { type: 'payer_secured' },
  { type: 'send_debit' },
  { type: 'send_credit' },
  { type: 'reserved' },
];
const DECISIONS: readonly MachineEvent[] = [
  { type: 'decided_paid', leg: 'debit', amountsAgree: true },
  { type: 'decided_paid', leg: 'credit', amountsAgree: true },
  { type: 'decided_paid', leg: 'reversal', amountsAgree: true },
  { type: 'decided_not_paid', leg: 'debit' },
  { type: 'decided_not_paid', leg: 'credit' },
  { type: 'decided_reverse', leg: 'reversal' },
];

const leg = fc.constantFrom<LegKind>('debit', 'credit', 'reversal');
const outcome = fc.constantFrom<LegOutcome>(
  'accepted',
  'rejected',
  'not_sent',
  'not_received',
  'unknown',
  'exhausted',
  'blocked',
  'conflicting',
);

const honestStep = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant('own' as const), index: fc.nat(10) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('forward' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('partner' as const),
      leg,
      how: fc.constantFrom('move', 'move', 'refuse'),
      told: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('tell' as const), leg }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('lose' as const),
      leg,
      as: fc.constantFrom('not_sent', 'not_received'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('silence' as const),
      leg,
      as: fc.constantFrom('unknown', 'exhausted'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), index: fc.nat(50), agree: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('review' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
  },
);
type Step = typeof honestStep extends fc.Arbitrary<infer T> ? T : never;

/** What routing does next of its own, without faults. */
function forward(world: MachineWorld): void {
  const { state, payerSecured } = world.view;
  if (state === 'RECEIVED') world.feed({ type: 'validated' });
  if (state === 'VALIDATED') world.feed({ type: 'reserved' });
  if (state === 'RESERVED') world.feed({ type: payerSecured ? 'payer_secured' : 'send_debit' });
  if (state === 'DEBIT_SECURED') world.feed({ type: 'send_credit' });
}

function run(world: MachineWorld, step: Step): void {
  switch (step.do) {
    case 'own':
      world.feed(OWN_EVENTS[step.index]!);
      return;
    case 'forward':
      return forward(world);
    case 'partner':
      return world.partner(step.leg, step.how as 'move' | 'refuse', step.told);
    case 'tell':
      return world.tell(step.leg);
    case 'lose':
      return world.lose(step.leg, step.as as 'not_sent' | 'not_received');
    case 'silence':
      return world.silence(step.leg, step.as as 'unknown' | 'exhausted');
    case 'deliver':
      return world.deliver(step.index, step.agree);
    case 'review':
      return world.review();
    case 'wait':
      world.now += step.ms;
  }
}

/** Lets everything that is under way end and be told, and says whether the payment ended. */
function settle(world: MachineWorld): boolean {
  for (let round = 0; round < 20 && !isTerminal(world.view.state); round += 1) {
    forward(world);
    if (world.view.state === 'SCREENING_HOLD') world.feed({ type: 'hold_limit_passed' });
    for (const each of ['debit', 'credit', 'reversal'] as const) {
      while (world.onTheWay[each] > 0) world.partner(each, 'move', false);
      world.tell(each);
    }
    // What was lost is published again: every report arrives in the end.
    world.reports.forEach((_report, index) => world.deliver(index, true));
    world.review();
  }
  return isTerminal(world.view.state);
}

describe('random lives of a payment', () => {
  it('with honest partners end once, with books that agree with the partners (I3-I6, I12, I13)', () => {
    const ends = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.array(honestStep, { minLength: 10, maxLength: 60 }),
        (payerSecured, steps) => {
          const world = new MachineWorld(payerSecured, true);
          for (const step of steps) run(world, step);
          expect(settle(world)).toBe(true);
          expect(world.breaks.filter((each) => each !== 'open_break_amount')).toEqual([]);
          ends.set(world.view.state, (ends.get(world.view.state) ?? 0) + 1);
        },
      ),
      { numRuns: RUNS },
    );
    // The interleavings are worth something only if they come to every end.
    for (const end of ['COMPLETED', 'REJECTED', 'EXPIRED'])
      expect(ends.get(end) ?? 0).toBeGreaterThan(RUNS / 200);
  });

  it('with partners that say anything keep the ledger whole and never edit an end (I3-I6, I12, I24)', () => {
    const hostile = fc.oneof(
      { weight: 3, arbitrary: fc.record({ forward: fc.constant(true) }) },
      { weight: 1, arbitrary: fc.record({ own: fc.nat(OWN_EVENTS.length - 1) }) },
      { weight: 1, arbitrary: fc.record({ decided: fc.nat(DECISIONS.length - 1) }) },
      { weight: 6, arbitrary: fc.record({ leg, outcome, agree: fc.boolean() }) },
      { weight: 1, arbitrary: fc.record({ wait: fc.integer({ min: 1, max: 30_000 }) }) },
    );
    fc.assert(
      fc.property(fc.boolean(), fc.array(hostile, { minLength: 5, maxLength: 60 }), (payerSecured, steps) => {
        const world = new MachineWorld(payerSecured, false);
        for (const step of steps) {
          if ('forward' in step) forward(world);
          else if ('own' in step) world.feed(OWN_EVENTS[step.own]!);
          else if ('decided' in step) world.feed(DECISIONS[step.decided]!);
          else if ('wait' in step) world.now += step.wait;
          else {
            const { view } = world;
            const report = { ...step, attempt: 1, legKey: 'k', paymentId: 'p', at: '2026-01-01T00:00:00Z' };
            world.feed(machineEventOf(report, step.agree));
            if (isTerminal(view.state)) expect(world.view).toEqual(view);
          }
        }
      }),
      { numRuns: RUNS },
    );
  });
});
