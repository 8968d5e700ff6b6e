import type { LegResult, PaymentSubmit, Quote } from '@tonle/contracts';
import {
  AccountBook,
  assertBalanced,
  currencyOf,
  EMPTY_COLUMNS,
  type AccountCode,
  type AccountColumns,
} from '@tonle/ledger';
import { isTerminal } from '@tonle/payment';
import { seededRandom, TestClock } from '@tonle/platform';
import type { OutboundRecord } from '@tonle/messaging';
import type { Directory } from '@tonle/directory';
import { CounterBook, counterText, type Counted, type CounterKey } from '../limit/counter-book.js';
import { LIMIT_COUNTERS, type LimitKey } from '../limit/day-limit.js';
import { REFUND_COUNTERS, type RefundKey } from '../refund/refund.store.js';
import type { FundsMove } from '../reservation/funds.js';
import { PaymentLedgers } from '../reservation/payment-ledger.js';
import type { Transfer } from '../reservation/transfer.store.js';
import { NameList } from '../screening/name-list.js';
import { WaitingRoom } from '../waiting/waiting-room.js';
import { accountsOf } from './batch-accounts.js';
import type { NewBreak } from './break.store.js';
import { KeyBook } from './key-book.js';
import { PaymentBatch, type BatchFacts } from './payment-batch.js';
import type { Payment } from './payment.js';
import type { Maker } from './submission.testing.js';
import { submissionsOf } from './submission.js';

const START_MS = Date.parse('2026-11-26T03:00:00Z');
const LANE = 'memory';

interface Messages {
  readonly submits?: readonly PaymentSubmit[];
  readonly results?: readonly LegResult[];
  readonly fundsMoves?: readonly FundsMove[];
  /** Payments to load besides those of the messages. */
  readonly ids?: readonly string[];
}

/** What stores keep between batches, in memory; everything that decides is what production runs. */
export class MemoryBooks implements Maker {
  readonly platform;
  readonly quotes = new Map<string, Quote>();
  readonly payments = new Map<string, Payment>();
  readonly accounts = new Map<AccountCode, AccountColumns>();
  readonly limits = new Map<string, Counted<LimitKey>>();
  readonly refunds = new Map<string, Counted<RefundKey>>();
  readonly switchFaults = new Set<string>();
  readonly heldRefunds = new Set<string>();
  readonly transfers: Transfer[] = [];
  readonly breaks: NewBreak[] = [];
  readonly records: OutboundRecord[] = [];
  private readonly codes: AccountCode[] = [];
  private readonly screening = new NameList({
    list: 'test',
    entries: [{ id: 'L1', names: ['Viktor Oblomski'] }],
  });

  constructor(
    seed: number,
    readonly directory: Directory,
  ) {
    this.platform = { clock: new TestClock(START_MS), random: seededRandom(seed) };
  }

  readonly idOf = (code: AccountCode): number => {
    const known = this.codes.indexOf(code);
    return known >= 0 ? known : this.codes.push(code) - 1;
  };

  readonly codeOf = (id: number): AccountCode => this.codes[id]!;

  /** One commit: loads, decides, asserts and keeps what the batch changed. Throws as a commit does, keeping nothing. */
  batch(messages: Messages, decide: (batch: PaymentBatch) => void): PaymentBatch {
    const batch = new PaymentBatch(this.facts(messages));
    decide(batch);
    batch.postFunds();
    const deltas = batch.facts.book.deltas();
    assertBalanced(deltas);
    for (const { id, ...delta } of deltas) this.add(this.codeOf(id), delta);
    for (const payment of [
      ...batch.payments.inserted(),
      ...batch.payments.changed().map((one) => one.payment),
    ])
      this.payments.set(payment.id, payment);
    count(this.limits, batch.facts.limits);
    count(this.refunds, batch.facts.refunds);
    this.transfers.push(...batch.writes.transfers);
    this.breaks.push(...batch.writes.breaks);
    this.records.push(...batch.writes.records);
    return batch;
  }

  /** Payments that the clock has to look at now. */
  due(): Payment[] {
    const nowMs = this.platform.clock.now();
    return [...this.payments.values()].filter(({ dueMs }) => dueMs !== null && dueMs <= nowMs);
  }

  open(): Payment[] {
    return [...this.payments.values()].filter(({ state }) => !isTerminal(state));
  }

  private facts({ submits = [], results = [], fundsMoves = [], ids = [] }: Messages): BatchFacts {
    const nowMs = this.platform.clock.now();
    const asked = new Set([...ids, ...[...submits, ...results].map(({ paymentId }) => paymentId)]);
    const known = [...this.payments.values()].filter(({ id }) => asked.has(id));
    const fresh = submits.filter(({ paymentId }) => !this.payments.has(paymentId));
    const refunded = new Set(submits.map(({ refundOf }) => refundOf?.paymentId));
    const frame = { nowMs, lane: LANE, directory: this.directory };
    const submissions = submissionsOf(fresh, this.quotes, frame);
    const ledgers = new PaymentLedgers(this.directory);
    const { codes, ids: held } = accountsOf({ known, submissions, fundsMoves, ledgers });
    const locked = [...held, ...[...codes].map(this.idOf)].map((id) => {
      const code = this.codeOf(id);
      return [id, { ...(this.accounts.get(code) ?? EMPTY_COLUMNS), currency: currencyOf(code) }] as const;
    });
    return {
      ...frame,
      known,
      submissions,
      fundsMoves,
      ledgers,
      accounts: this,
      book: new AccountBook(new Map(locked)),
      limits: new CounterBook(LIMIT_COUNTERS, [...this.limits.values()]),
      refunds: new CounterBook(REFUND_COUNTERS, [...this.refunds.values()]),
      originals: new Map([...this.payments].filter(([id]) => refunded.has(id))),
      switchFaults: this.switchFaults,
      heldRefunds: this.heldRefunds,
      keys: this.keys(),
      completionMs: nowMs,
      screening: this.screening,
      waiting: this.waitingRoom(),
      newId: () => this.platform.random.id(nowMs),
    };
  }

  private waitingRoom(): WaitingRoom {
    return new WaitingRoom();
  }

  private keys(): KeyBook {
    const payments = [...this.payments.values()];
    const named = payments.filter(({ reason }) => reason !== 'uetr_in_use' && reason !== 'key_reused');
    const carried = this.transfers.filter(({ reference }) => reference !== null);
    return new KeyBook(
      {
        quotes: new Map(
          payments.filter((one) => one.quoteTaken).map((one) => [one.instruction.quoteId, one.id]),
        ),
        uetrs: new Map(named.map((one) => [one.instruction.uetr, one.id])),
        keys: new Map(named.map((one) => [`${one.instruction.sender}|${one.instruction.messageId}`, one.id])),
      },
      new Map(carried.map(({ kind, reference, chainId }) => [`${kind}|${reference}`, chainId])),
    );
  }

  private add(code: AccountCode, delta: AccountColumns): void {
    const before = this.accounts.get(code) ?? EMPTY_COLUMNS;
    this.accounts.set(code, {
      debitsPending: before.debitsPending + delta.debitsPending,
      creditsPending: before.creditsPending + delta.creditsPending,
      debitsPosted: before.debitsPosted + delta.debitsPosted,
      creditsPosted: before.creditsPosted + delta.creditsPosted,
    });
  }
}

function count<Key extends CounterKey<Key>>(kept: Map<string, Counted<Key>>, book: CounterBook<Key>): void {
  for (const { key, minor } of book.deltas()) {
    const text = counterText(book.table, key);
    kept.set(text, { key, minor: (kept.get(text)?.minor ?? 0n) + minor });
  }
}
