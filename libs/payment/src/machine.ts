import type { LegKind, PaymentState, Reason } from '@tonle/contracts';

/** What the state machine needs to know of a payment. Everything else belongs to routing. */
export interface MachineView {
  readonly state: PaymentState;
  /** The leg under review while the state is MANUAL_REVIEW. */
  readonly reviewLeg: LegKind | null;
  /** Inbound: the source network secured the payer's money; no debit leg and no reversal leg of ours. */
  readonly payerSecured: boolean;
  readonly reversalSent: boolean;
  /** How often the reversal was refused since it was first sent, or since people had it sent again. */
  readonly reversalRefusals: number;
  /** Epoch ms. Before a leg intent exists, RESERVED and earlier states expire here. */
  readonly deadlineMs: number;
  /** Epoch ms. No credit is started after this (deadline less credit guard). */
  readonly creditGuardMs: number;
}

/** Facts that may move a payment. `amountsAgree` false: the partner confirms other figures than ours. */
export type MachineEvent =
  | { readonly type: 'validated' }
  | { readonly type: 'refused'; readonly reason: Reason }
  | { readonly type: 'screening_hit' }
  | { readonly type: 'screening_cleared' }
  | { readonly type: 'screening_confirmed' }
  | { readonly type: 'hold_limit_passed' }
  /** A network that its legs go to does not answer, and it may wait until its deadline (domain 6.5). */
  | { readonly type: 'partner_down' }
  | { readonly type: 'wait_passed' }
  | { readonly type: 'reserved' }
  | { readonly type: 'payer_secured' }
  | { readonly type: 'deadline_passed' }
  | { readonly type: 'send_debit' }
  | { readonly type: 'send_credit' }
  | { readonly type: 'leg_accepted'; readonly leg: LegKind; readonly amountsAgree: boolean }
  /** `reason`: an ISO external status reason code. */
  | { readonly type: 'leg_rejected'; readonly leg: LegKind; readonly reason: string }
  | { readonly type: 'leg_not_sent'; readonly leg: LegKind }
  | { readonly type: 'leg_not_received'; readonly leg: LegKind }
  | { readonly type: 'leg_unknown'; readonly leg: LegKind }
  | { readonly type: 'leg_exhausted'; readonly leg: LegKind }
  | { readonly type: 'leg_blocked'; readonly leg: LegKind }
  | { readonly type: 'leg_conflicting'; readonly leg: LegKind }
  /** Two operators have found what became of a leg under review (domain 6.16). */
  | { readonly type: 'decided_paid'; readonly leg: LegKind; readonly amountsAgree: boolean }
  | { readonly type: 'decided_not_paid'; readonly leg: 'debit' | 'credit' }
  | { readonly type: 'decided_reverse'; readonly leg: 'reversal' };

/** What has to happen in the same transaction as the move. */
export type MachineEffect =
  | 'reserve_limits'
  | 'release_limits'
  | 'reserve_funds'
  | 'void_funds'
  | 'post_obligations'
  | 'assign_windows'
  | 'discharge_debit'
  | 'reverse_discharge'
  | 'discharge_credit'
  | 'send_debit'
  | 'send_credit'
  | 'send_reversal'
  | 'close_leg'
  | 'open_break_status_conflict'
  | 'open_break_amount'
  | 'open_break_late_success'
  | 'notify';

export type Transition =
  /** The payment moves (possibly to the state it is in) and the effects are due. */
  | {
      readonly kind: 'moved';
      readonly to: PaymentState;
      readonly reviewLeg: LegKind | null;
      readonly effects: readonly MachineEffect[];
    }
  /** Known already, or of no meaning in this state: nothing changes. */
  | { readonly kind: 'ignored'; readonly because: string }
  /** Contradicts a terminal state (I24): nothing changes but a break is opened. */
  | { readonly kind: 'contradiction'; readonly effects: readonly MachineEffect[] };

/** Pure and total: the table of domain 6.4 (completed by decisions 23), interpreted. See machine.table.ts. */
export type Transit = (view: MachineView, event: MachineEvent, nowMs: number) => Transition;
