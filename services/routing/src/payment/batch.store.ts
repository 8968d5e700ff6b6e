import type { LegResult, PaymentSubmit, Quote } from '@tonle/contracts';
import { AccountBook, assertBalanced, type LockedAccount } from '@tonle/ledger';
import type { Transaction } from '@tonle/persistence';
import type { Directory } from '@tonle/directory';
import { CounterBook, counterText, type CounterKey } from '../limit/counter-book.js';
import type { CounterStore } from '../limit/counter.store.js';
import { limitKeyOf, type LimitKey } from '../limit/day-limit.js';
import type { RefundStore } from '../refund/refund.store.js';
import type { AccountStore } from '../reservation/account.store.js';
import type { FundsMove } from '../reservation/funds.js';
import { PaymentLedgers } from '../reservation/payment-ledger.js';
import type { TransferStore } from '../reservation/transfer.store.js';
import type { HoldStore } from '../screening/hold.store.js';
import type { WindowStore } from '../window/window.store.js';
import { accountsOf, type BatchAccounts } from './batch-accounts.js';
import type { WaitingStore } from '../waiting/waiting.store.js';
import type { BreakStore } from './break.store.js';
import { KeyBook } from './key-book.js';
import { provesLeg, type BatchFacts, type PaymentBatch } from './payment-batch.js';
import type { Payment } from './payment.js';
import type { PaymentStore } from './payment.store.js';
import { submissionsOf } from './submission.js';

export interface CommitStores {
  readonly payments: PaymentStore;
  readonly accounts: AccountStore;
  readonly transfers: TransferStore;
  readonly limits: CounterStore<LimitKey>;
  readonly refunds: RefundStore;
  readonly holds: HoldStore;
  readonly windows: WindowStore;
  readonly breaks: BreakStore;
  readonly waiting: WaitingStore;
}

/** What a batch needs to be loaded, besides the payments themselves. */
export interface BatchNeeds {
  readonly submits?: readonly PaymentSubmit[];
  readonly quotes?: ReadonlyMap<string, Quote>;
  readonly results?: readonly LegResult[];
  /** References of a rail that people give; asked for once the payments are locked. */
  readonly references?: () => string | readonly string[];
  readonly fundsMoves?: readonly FundsMove[];
}

/** When, where and by which directory a batch is decided. */
export interface BatchFrame {
  readonly nowMs: number;
  readonly lane: string;
  readonly directory: Directory;
}

/** What is read and locked for a batch. */
export type LoadedFacts = Pick<
  BatchFacts,
  | 'known'
  | 'originals'
  | 'switchFaults'
  | 'heldRefunds'
  | 'submissions'
  | 'keys'
  | 'limits'
  | 'refunds'
  | 'ledgers'
  | 'book'
  | 'accounts'
  | 'fundsMoves'
  | 'waiting'
>;

/** Reads and locks what a batch decides on, and writes what it decided: a handful of statements each. */
export class BatchStore {
  constructor(private readonly stores: CommitStores) {}

  /**
   * Locks every account that the batch may touch, in id order, when the payments are `locked`. What messages ask for leaves in
   * one flight with that lock, behind it. Throws (broken) when an account is not there.
   */
  async load(
    transaction: Transaction,
    locked: Promise<readonly Payment[]>,
    needs: BatchNeeds,
    frame: BatchFrame,
  ): Promise<LoadedFacts> {
    const { submits = [], results = [], references } = needs;
    const { payments, transfers, limits, refunds } = this.stores;
    const told = results.filter(provesLeg).flatMap(({ partnerRef }) => partnerRef ?? []);
    const refunded = [...new Set(submits.flatMap(({ refundOf }) => refundOf?.paymentId ?? []))];
    const paid = submits.filter(({ refundOf }) => refundOf === undefined);
    const days = paid.map((submit) => limitKeyOf(submit, frame.directory, frame.nowMs));
    const [known, used, owners, dayBook, refundBook, originals, switchFaults, heldRefunds, fundsMoves] =
      await Promise.all([
        locked,
        payments.used(transaction, submits),
        transfers.references(transaction, told),
        counted(transaction, limits, days),
        counted(
          transaction,
          refunds,
          refunded.map((original) => ({ original })),
        ),
        payments.byIds(transaction, refunded),
        refunds.switchFaults(transaction, refunded),
        refunds.heldOf(transaction, refunded),
        this.unposted(transaction, needs.fundsMoves ?? []),
      ]);
    const keys = new KeyBook(used, owners);
    await this.addKeys(transaction, keys, known, references?.() ?? []);
    const ids = new Set(known.map(({ id }) => id));
    const fresh = submits.filter(({ paymentId }) => !ids.has(paymentId));
    const submissions = submissionsOf(fresh, needs.quotes ?? new Map(), frame);
    const held = known.filter(({ state }) => state === 'SCREENING_HOLD');
    const mayStart = [...fresh, ...held.map(({ instruction }) => instruction)];
    const waiting = await this.stores.waiting.room(transaction, mayStart, frame.directory);
    const ledgers = new PaymentLedgers(frame.directory);
    const book = await this.lock(transaction, accountsOf({ known, submissions, fundsMoves, ledgers }));
    return {
      known,
      originals: new Map(originals.map((original) => [original.id, original])),
      switchFaults,
      heldRefunds,
      submissions,
      keys,
      limits: dayBook,
      refunds: refundBook,
      ledgers,
      book,
      accounts: this.stores.accounts,
      fundsMoves,
      waiting,
    };
  }

  /** Throws (broken) before anything is written when debits and credits are not equal. */
  async write(transaction: Transaction, { payments, writes, facts }: PaymentBatch): Promise<void> {
    const deltas = facts.book.deltas();
    assertBalanced(deltas);
    const changed = payments.changed();
    const { stores } = this;
    await Promise.all([
      stores.payments.insert(transaction, payments.inserted()),
      stores.payments.update(
        transaction,
        changed.map(({ payment }) => payment),
        changed.map(({ knownVersion }) => knownVersion),
      ),
      stores.limits.apply(transaction, facts.limits),
      stores.refunds.apply(transaction, facts.refunds),
      stores.transfers.insert(transaction, writes.transfers),
      stores.accounts.add(transaction, deltas),
      stores.windows.count(transaction, facts.lane, writes.windowCounts()),
      stores.breaks.open(transaction, writes.breaks),
      stores.holds.insert(transaction, writes.holds),
      stores.holds.end(transaction, writes.holdEnds),
    ]);
  }

  /** What only locked payments tell: the keys of those on hold and of those that wait, and references that people give. */
  private async addKeys(
    transaction: Transaction,
    keys: KeyBook,
    known: readonly Payment[],
    references: string | readonly string[],
  ): Promise<void> {
    const { payments, transfers } = this.stores;
    const held = known.filter(
      ({ state, waitsUntilMs }) => state === 'SCREENING_HOLD' || waitsUntilMs !== null,
    );
    keys.add(
      ...(await Promise.all([
        payments.used(
          transaction,
          held.map((payment) => payment.instruction),
        ),
        transfers.references(transaction, [references].flat()),
      ])),
    );
  }

  private async unposted(transaction: Transaction, moves: readonly FundsMove[]): Promise<FundsMove[]> {
    const once = new Map(moves.map((move) => [move.chainId, move]));
    const done = await this.stores.transfers.chains(transaction, [...once.keys()]);
    return [...once.values()].filter(({ chainId }) => !done.has(chainId));
  }

  private async lock(transaction: Transaction, { codes, ids }: BatchAccounts): Promise<AccountBook<number>> {
    const { accounts } = this.stores;
    await accounts.know(codes);
    const all = new Set([...ids, ...[...codes].map((code) => accounts.idOf(code))]);
    const locked = await accounts.lock(
      transaction,
      [...all].sort((a, b) => a - b),
    );
    assertAllLocked(all, locked);
    return new AccountBook(locked);
  }
}

async function counted<Key extends CounterKey<Key>>(
  transaction: Transaction,
  store: CounterStore<Key>,
  keys: readonly Key[],
): Promise<CounterBook<Key>> {
  const once = new Map(keys.map((key) => [counterText(store.table, key), key]));
  return new CounterBook(store.table, await store.load(transaction, [...once.values()]));
}

function assertAllLocked(ids: ReadonlySet<number>, locked: ReadonlyMap<number, LockedAccount>): void {
  const missing = [...ids].filter((id) => !locked.has(id));
  if (missing.length > 0) throw new Error(`accounts ${missing.join(', ')} are not there to be locked`);
}
