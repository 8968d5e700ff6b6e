import type { BreakType, LegKind } from '@tonle/contracts';
import type { LinePart, PendingPart } from '@tonle/ledger';
import type { MachineEffect } from './machine.js';

/** The breaks that evidence about a payment can open (I24). */
export type PaymentBreakType = Extract<BreakType, 'STATUS_CONFLICT' | 'LATE_SUCCESS' | 'AMOUNT'>;

/** One thing to do in the commit of a move. What changes the payment comes before what is told of it. */
export type EffectStep =
  /** The debtor's day counter takes the payment's amount, or gets it back. */
  | { readonly kind: 'limit'; readonly move: 'take' | 'give_back' }
  /** The quote is this payment's from now on (I8). */
  | { readonly kind: 'use_quote' }
  /** Lines become pending. */
  | { readonly kind: 'reserve'; readonly lines: PendingPart }
  /** Pending lines of the payment are taken back. */
  | { readonly kind: 'void'; readonly lines: PendingPart }
  /** Pending lines of the payment become final. */
  | { readonly kind: 'post'; readonly lines: PendingPart }
  /** Lines that a leg's evidence proves are posted under its reference (I5b). */
  | { readonly kind: 'post_leg'; readonly leg: LegKind; readonly lines: Exclude<LinePart, PendingPart> }
  /** The payment completes into the settlement windows of now (I15). */
  | { readonly kind: 'assign_windows' }
  | { readonly kind: 'send'; readonly leg: LegKind }
  /** The adapter of the event's leg is told what people have found. */
  | { readonly kind: 'close_leg' }
  | { readonly kind: 'open_break'; readonly type: PaymentBreakType }
  /** The payment, as it is now, is told to everybody and to the door that waits. */
  | { readonly kind: 'notify' };

export type Effect = readonly EffectStep[];

/** What each effect of the machine is (domain 6.4, ledger column; 6.8 to 6.10 for the lines). */
export const EFFECTS: Readonly<Record<MachineEffect, Effect>> = {
  reserve_limits: [{ kind: 'limit', move: 'take' }],
  release_limits: [{ kind: 'limit', move: 'give_back' }],
  reserve_funds: [
    { kind: 'reserve', lines: 'obligations' },
    { kind: 'reserve', lines: 'payout' },
    { kind: 'use_quote' },
  ],
  void_funds: [
    { kind: 'void', lines: 'obligations' },
    { kind: 'void', lines: 'payout' },
  ],
  post_obligations: [
    { kind: 'void', lines: 'way_back' },
    { kind: 'post', lines: 'obligations' },
  ],
  // The provider has not earned this money yet: until the payment ends, the way back is pending on its mirror.
  discharge_debit: [
    { kind: 'post_leg', leg: 'debit', lines: 'debit_discharge' },
    { kind: 'reserve', lines: 'way_back' },
  ],
  discharge_credit: [{ kind: 'post_leg', leg: 'credit', lines: 'credit_discharge' }],
  reverse_discharge: [{ kind: 'post_leg', leg: 'reversal', lines: 'reversal' }],
  assign_windows: [{ kind: 'assign_windows' }],
  send_debit: [{ kind: 'send', leg: 'debit' }],
  send_credit: [{ kind: 'send', leg: 'credit' }],
  send_reversal: [{ kind: 'send', leg: 'reversal' }],
  close_leg: [{ kind: 'close_leg' }],
  open_break_status_conflict: [{ kind: 'open_break', type: 'STATUS_CONFLICT' }],
  open_break_amount: [{ kind: 'open_break', type: 'AMOUNT' }],
  open_break_late_success: [{ kind: 'open_break', type: 'LATE_SUCCESS' }],
  notify: [{ kind: 'notify' }],
};

/** The steps of a move's effects, in the order in which they are done. */
export function stepsOf(effects: readonly MachineEffect[]): EffectStep[] {
  return effects.flatMap((effect) => EFFECTS[effect]);
}

/** The leg that the effects send; undefined when none leaves. */
export function legSent(effects: readonly MachineEffect[]): LegKind | undefined {
  return stepsOf(effects).find((step) => step.kind === 'send')?.leg;
}

/** The leg that the effects take for accepted, with the reference that its evidence brings (I5b). */
export function legProven(effects: readonly MachineEffect[]): LegKind | undefined {
  return stepsOf(effects).find((step) => step.kind === 'post_leg')?.leg;
}

/** Do the effects only open breaks, so that the payment itself stays as it is? */
export function onlyBreaks(effects: readonly MachineEffect[]): boolean {
  return stepsOf(effects).every((step) => step.kind === 'open_break');
}
