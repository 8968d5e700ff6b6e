import { PAYMENT_STATES, type LegKind, type PaymentState } from '@tonle/contracts';
import { transit, type MachineEvent, type MachineView } from './index.js';

// Views and events of the machine, and what it answers to them in a line.

export const NOW = 1_000_000;
export const LEGS: readonly LegKind[] = ['debit', 'credit', 'reversal'];

const PLAIN = [
  'validated',
  'screening_hit',
  'screening_cleared',
  'screening_confirmed',
  'hold_limit_passed',
  'partner_down',
  'wait_passed',
  'reserved',
  'payer_secured',
  'deadline_passed',
  'send_debit',
  'send_credit',
] as const;
const ON_LEG = [
  'leg_not_sent',
  'leg_not_received',
  'leg_unknown',
  'leg_exhausted',
  'leg_blocked',
  'leg_conflicting',
] as const;

export const EVENTS: readonly MachineEvent[] = [
  ...PLAIN.map((type) => ({ type })),
  { type: 'refused', reason: 'liquidity_short' },
  ...LEGS.flatMap((leg): MachineEvent[] => [
    { type: 'leg_accepted', leg, amountsAgree: true },
    { type: 'leg_accepted', leg, amountsAgree: false },
    { type: 'leg_rejected', leg, reason: 'AC04' },
    ...ON_LEG.map((type) => ({ type, leg })),
    { type: 'decided_paid', leg, amountsAgree: true },
    { type: 'decided_paid', leg, amountsAgree: false },
  ]),
  { type: 'decided_not_paid', leg: 'debit' },
  { type: 'decided_not_paid', leg: 'credit' },
  { type: 'decided_reverse', leg: 'reversal' },
];

export function view(state: PaymentState, with_: Partial<MachineView> = {}): MachineView {
  return {
    state,
    reviewLeg: state === 'MANUAL_REVIEW' ? 'credit' : null,
    payerSecured: false,
    reversalSent: false,
    reversalRefusals: 0,
    deadlineMs: NOW + 10_000,
    creditGuardMs: NOW + 5_000,
    ...with_,
  };
}

/** Every view that the table can tell apart. */
export const VIEWS: readonly MachineView[] = PAYMENT_STATES.flatMap((state) =>
  (state === 'MANUAL_REVIEW' ? LEGS : [null]).flatMap((reviewLeg) =>
    [true, false].flatMap((payerSecured) =>
      [true, false].flatMap((reversalSent) =>
        [NOW - 1, NOW, NOW + 5_000].map((creditGuardMs) =>
          view(state, {
            reviewLeg,
            payerSecured,
            reversalSent,
            creditGuardMs,
            deadlineMs: creditGuardMs + 1,
          }),
        ),
      ),
    ),
  ),
);

export const late = { creditGuardMs: NOW, deadlineMs: NOW + 5_000 };
export const accepted = (leg: LegKind, amountsAgree = true): MachineEvent => ({
  type: 'leg_accepted',
  leg,
  amountsAgree,
});
export const rejected = (leg: LegKind): MachineEvent => ({ type: 'leg_rejected', leg, reason: 'AC04' });
export const on = (type: (typeof ON_LEG)[number], leg: LegKind): MachineEvent => ({ type, leg });
export const review = (reviewLeg: LegKind) => view('MANUAL_REVIEW', { reviewLeg });

export function go(from: MachineView, event: MachineEvent): string {
  const result = transit(from, event, NOW);
  if (result.kind === 'ignored') return 'ignored';
  const effects = result.effects.join(' ');
  if (result.kind === 'contradiction') return `contradiction: ${effects}`;
  const leg = result.reviewLeg === null ? '' : `(${result.reviewLeg})`;
  return `${result.to}${leg}: ${effects}`;
}

export const GIVE_BACK = 'void_funds release_limits notify';
export const POST = 'post_obligations discharge_credit assign_windows notify';
export const BREAK = 'open_break_status_conflict';
