import { isTerminal, type MachineEvent } from '@tonle/payment';
import { bookPurses, shortText } from '../reservation/payment-ledger.js';
import type { BatchWrites } from './batch-writes.js';
import { PaymentEffects, type Cause, type EffectFacts } from './payment-effects.js';
import type { PaymentSet } from './payment-set.js';
import { nextDueMs } from './payment-timers.js';
import { advance, type PartnerAnswer, type Step } from './payment.decide.js';
import { corridorOf, type Payment } from './payment.js';
import type { SubmissionRefusal } from './submission.decide.js';

export interface StepFacts extends EffectFacts {
  readonly lane: string;
}

/** Takes payments from step to step in memory, each with its effects, until something outside has to happen. */
export class PaymentSteps {
  private readonly effects: PaymentEffects;

  constructor(
    private readonly facts: StepFacts,
    private readonly payments: PaymentSet,
    writes: BatchWrites,
  ) {
    this.effects = new PaymentEffects(facts, writes);
  }

  /** The payment after an event, and after what follows from it at once. */
  take(payment: Payment, event: MachineEvent, evidence: PartnerAnswer = {}): Payment {
    return this.apply(payment, advance(payment, event, this.facts.nowMs, evidence), { event, evidence });
  }

  /** Ends a payment before any money was reserved for it. */
  refuse(payment: Payment, { reason, detail }: SubmissionRefusal): Payment {
    if (reason === 'deadline_passed') return this.take(payment, { type: 'deadline_passed' });
    return this.take(payment, { type: 'refused', reason }, { reasonText: detail });
  }

  /** Reserves its funds when every purse covers them, and sends its first leg. */
  reserve(payment: Payment): Payment {
    const { book, ledgers, accounts } = this.facts;
    const { purses } = ledgers.of(payment)!;
    const booked = bookPurses(purses, accounts);
    const short = book.short(booked);
    if (short !== undefined) {
      const detail = shortText(payment, purses[booked.indexOf(short)]!);
      return this.refuse(payment, { reason: 'liquidity_short', detail });
    }
    return this.take(payment, { type: 'reserved' });
  }

  /** Does what a step says, with its effects, and goes on. */
  apply(payment: Payment, step: Step, cause: Cause): Payment {
    switch (step.kind) {
      case 'ignored':
        return payment;
      case 'kept':
        return this.keep(step.payment);
      case 'breaks':
        return this.effects.perform(payment, step.effects, cause);
      case 'moved':
        return this.goOn(
          this.keep(this.effects.perform({ ...step.payment, lane: this.facts.lane }, step.effects, cause)),
        );
    }
  }

  // States that nothing outside has to happen in: the next step belongs to the same commit.
  private goOn(payment: Payment): Payment {
    if (payment.state === 'RESERVED')
      return this.take(payment, {
        type: payment.instruction.payerSecured ? 'payer_secured' : 'send_debit',
      });
    if (payment.state === 'DEBIT_SECURED') return this.take(payment, { type: 'send_credit' });
    return payment;
  }

  /** The clock may come too early but never too late, so an earlier `due_at` stays: its index is left alone. */
  private keep(payment: Payment): Payment {
    const { directory, nowMs } = this.facts;
    const next = isTerminal(payment.state)
      ? null
      : nextDueMs(payment, corridorOf(payment, directory).timers, nowMs);
    const before = this.payments.asRead(payment.id)?.dueMs ?? null;
    const dueMs = next !== null && before !== null && before <= next ? before : next;
    const kept = { ...payment, dueMs };
    this.payments.keep(kept);
    return kept;
  }
}
