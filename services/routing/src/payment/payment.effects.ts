import { legKeyOf, type LegKind } from '@tonle/contracts';
import { type MachineEffect } from '@tonle/payment';
import type { Directory } from '../directory/directory.js';
import { limitKeyOf, type LimitBook } from '../limit/limit-book.js';
import type { AccountBook, BookLine } from '../reservation/account-book.js';
import type { AccountStore } from '../reservation/account.store.js';
import { bookLines, type PaymentLedger, type PaymentLedgers } from '../reservation/payment-ledger.js';
import type { Transfer } from '../reservation/transfer.store.js';
import { windowsOf, type CountedWindow } from '../window/window.js';
import type { Payment } from './payment.js';
import type { UsedKeys } from './payment.store.js';

/** What the money side of a move works on. */
export interface EffectFacts {
  readonly nowMs: number;
  readonly completionMs: number;
  readonly directory: Directory;
  readonly ledgers: PaymentLedgers;
  readonly accounts: AccountStore;
  readonly used: UsedKeys;
  readonly references: ReadonlyMap<string, string>;
  readonly book: AccountBook;
  readonly limits: LimitBook;
}

/** The pending way back of a discharge on a gross rail. */
const isGuard = (line: BookLine) => line.kind === 'reversal_rail';

/** What a move does to money, limits and windows in the same commit (domain 6.4, ledger column). */
export class PaymentEffects {
  readonly transfers: Transfer[] = [];
  readonly windowCounts = new Map<string, CountedWindow & { completed: number }>();
  readonly #quotes: Map<string, string>;
  readonly #references: Map<string, string>;

  constructor(private readonly facts: EffectFacts) {
    this.#quotes = new Map(facts.used.quotes);
    this.#references = new Map(facts.references);
  }

  quoteUsed(quoteId: string): boolean {
    return this.#quotes.has(quoteId);
  }

  /** Whose transfer carries a rail reference already (I5b). */
  referenceOwner(kind: 'discharge' | 'reversal', reference: string): string | undefined {
    return this.#references.get(`${kind}|${reference}`);
  }

  /** The payment after an effect; effects that touch no money leave it as it is. */
  apply(payment: Payment, effect: MachineEffect): Payment {
    switch (effect) {
      case 'reserve_limits':
        return this.#reserveLimits(payment);
      case 'release_limits':
        return this.#releaseLimits(payment);
      case 'reserve_funds':
        return this.#reserveFunds(payment);
      case 'void_funds':
        this.facts.book.move('void', payment.lines);
        return payment;
      case 'post_obligations':
        return this.#postObligations(payment);
      case 'discharge_debit':
        return this.#dischargeDebit(payment);
      case 'discharge_credit':
        this.#post(payment, this.#lines(payment, 'dischargeCredit'), 'credit');
        return payment;
      case 'reverse_discharge':
        return this.#reverse(payment);
      case 'assign_windows':
        return this.#assignWindows(payment);
      default:
        return payment;
    }
  }

  #reserveLimits(payment: Payment): Payment {
    const key = limitKeyOf(payment.instruction, this.facts.directory, this.facts.nowMs);
    this.facts.limits.add(key, payment.source.minor);
    return { ...payment, limitDay: key.day };
  }

  #releaseLimits(payment: Payment): Payment {
    if (payment.limitDay === null) return payment;
    const key = limitKeyOf(payment.instruction, this.facts.directory, this.facts.nowMs);
    this.facts.limits.add({ ...key, day: payment.limitDay }, -payment.source.minor);
    return { ...payment, limitDay: null };
  }

  #reserveFunds(payment: Payment): Payment {
    const lines = this.#lines(payment, 'reservation');
    this.facts.book.move('reserve', lines);
    this.#quotes.set(payment.instruction.quoteId, payment.id);
    return { ...payment, lines, quoteTaken: true };
  }

  #lines(payment: Payment, part: Exclude<keyof PaymentLedger, 'checks'>): BookLine[] {
    const ledger = this.facts.ledgers.of(payment);
    if (ledger === undefined) throw new Error(`payment ${payment.id} has no corridor to post in`);
    return bookLines(ledger[part], this.facts.accounts);
  }

  #postObligations(payment: Payment): Payment {
    const guard = payment.lines.filter(isGuard);
    const lines = payment.lines.filter((line) => !isGuard(line));
    this.facts.book.move('void', guard);
    this.#post(
      payment,
      lines.filter(({ kind }) => !kind.startsWith('discharge')),
      null,
    );
    return { ...payment, lines };
  }

  /**
   * The rail gave the provider money that it has not earned yet: it may have to go back. Until the payment
   * ends, the way back is pending on the rail's mirror, so that no inbound payment is paid out of it.
   */
  #dischargeDebit(payment: Payment): Payment {
    this.#post(payment, this.#lines(payment, 'dischargeDebit'), 'debit');
    const guard = this.#lines(payment, 'reversal')
      .filter(isGuard)
      .map((line) => ({ ...line, reserved: true }));
    this.facts.book.move('reserve', guard);
    return { ...payment, lines: [...payment.lines, ...guard] };
  }

  #reverse(payment: Payment): Payment {
    const reversal = this.#lines(payment, 'reversal').map((line) => ({ ...line, reserved: isGuard(line) }));
    this.#post(payment, reversal, 'reversal');
    return { ...payment, lines: payment.lines.filter((line) => !isGuard(line)) };
  }

  #post(payment: Payment, lines: readonly BookLine[], leg: LegKind | null): void {
    this.facts.book.move('post', lines);
    const reference = leg === null ? null : (payment.partnerRefs[leg] ?? legKeyOf(payment.id, leg));
    for (const line of lines) {
      const carries = line.kind === 'discharge' || line.kind === 'reversal';
      this.transfers.push({
        ...line,
        chainId: payment.id,
        reference: carries ? reference : null,
        atMs: this.facts.nowMs,
      });
      if (carries) this.#references.set(`${line.kind}|${reference}`, payment.id);
    }
  }

  #assignWindows(payment: Payment): Payment {
    const { completionMs, directory } = this.facts;
    const corridor = directory.corridor(payment.corridor);
    if (corridor === undefined) throw new Error(`payment ${payment.id} has no corridor to settle in`);
    const [home, partner] =
      payment.direction === 'outbound' ? [payment.source, payment.target] : [payment.target, payment.source];
    const counted = windowsOf(
      corridor,
      { home: home.currency, partner: partner.currency },
      completionMs,
      directory,
    );
    for (const one of counted) {
      const known = this.windowCounts.get(one.window.windowId);
      if (known === undefined) this.windowCounts.set(one.window.windowId, { ...one, completed: 1 });
      else known.completed += 1;
    }
    return { ...payment, completedAtMs: completionMs, windows: counted.map(({ window }) => window) };
  }
}
