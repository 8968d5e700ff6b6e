import { TryLater, type OutboundRecord, type OutboxLane } from '@tonle/messaging';
import { uuidV7, type LegResult, type PaymentSubmit, type Quote } from '@tonle/contracts';
import { sqlState, type Transaction } from '@tonle/persistence';
import type { Clock, Random } from '@tonle/platform';
import type { AccountCode } from '@tonle/ledger';
import type { CurrentDirectory } from '../directory/directory.store.js';
import type { Directory } from '../directory/directory.js';
import { LimitBook, limitKeyOf } from '../limit/limit-book.js';
import { LimitRace, type LimitStore } from '../limit/limit.store.js';
import { AccountBook } from '../reservation/account-book.js';
import type { AccountStore } from '../reservation/account.store.js';
import type { ProvenMove } from '../reservation/funds.js';
import { bookLines, ledgerAccounts, PaymentLedgers } from '../reservation/payment-ledger.js';
import type { Transfer, TransferStore } from '../reservation/transfer.store.js';
import type { HoldStore } from '../screening/hold.store.js';
import type { Screening } from '../screening/screening.js';
import { WindowDrained, type WindowStore } from '../window/window.store.js';
import type { BreakStore } from './break.store.js';
import { PaymentBatch, provesLeg } from './payment.batch.js';
import { receivedPayment, type Payment } from './payment.js';
import { NO_KEYS, PaymentRace, type PaymentStore } from './payment.store.js';
import { validate } from './payment.validate.js';

const ATTEMPTS_MAX = 6;
const UNIQUE_VIOLATION = '23505';

export interface CommitStores {
  readonly payments: PaymentStore;
  readonly accounts: AccountStore;
  readonly transfers: TransferStore;
  readonly limits: LimitStore;
  readonly holds: HoldStore;
  readonly windows: WindowStore;
  readonly breaks: BreakStore;
}

export interface CommitPlatform {
  readonly clock: Clock;
  readonly random: Random;
}

/** What a batch needs to be loaded, besides the payments themselves. */
export interface BatchNeeds {
  readonly submits?: readonly PaymentSubmit[];
  readonly quotes?: ReadonlyMap<string, Quote>;
  readonly results?: readonly LegResult[];
  readonly proven?: readonly ProvenMove[];
  /** Statements of the caller's own in the same transaction. */
  readonly also?: (transaction: Transaction, nowMs: number) => Promise<void>;
}

type Load = (transaction: Transaction, nowMs: number) => Promise<Payment[]>;

/** One commit for a batch: lock, decide in memory, write the set; the records leave by the lane's outbox. */
export class PaymentCommit {
  #floorMs: number;

  /** `drainedUpToMs`: completions are never stamped before what the lane has declared drained (decisions 15). */
  constructor(
    readonly lane: OutboxLane,
    private readonly stores: CommitStores,
    private readonly directory: CurrentDirectory,
    private readonly screening: Screening,
    private readonly platform: CommitPlatform,
    drainedUpToMs: number,
  ) {
    this.#floorMs = drainedUpToMs;
  }

  nowMs(): number {
    return this.platform.clock.now();
  }

  /** Now, as this lane stamps completions: never before a cut-off that it has declared drained. */
  completionMs(): number {
    return Math.max(this.nowMs(), this.#floorMs);
  }

  /** From here on nothing is stamped earlier. */
  raiseFloor(ms: number): void {
    this.#floorMs = Math.max(this.#floorMs, ms);
  }

  /** Decides again on fresh rows when another instance was faster; the last failure is the caller's. */
  async run<T>(load: Load, needs: BatchNeeds, decide: (batch: PaymentBatch) => T): Promise<T> {
    const directory = await this.directory.fresh();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.lane.commit((transaction) =>
          this.#commit(transaction, load, needs, decide, directory),
        );
      } catch (error) {
        if (!isRace(error)) throw error;
        if (attempt >= ATTEMPTS_MAX)
          throw sqlState(error) === UNIQUE_VIOLATION
            ? error
            : new TryLater('the batch was raced too often', { cause: error });
      }
    }
  }

  async #commit<T>(
    transaction: Transaction,
    load: Load,
    needs: BatchNeeds,
    decide: (batch: PaymentBatch) => T,
    directory: Directory,
  ) {
    const nowMs = this.nowMs();
    const known = await load(transaction, nowMs);
    const ids = new Set(known.map(({ id }) => id));
    const fresh = (needs.submits ?? []).filter(({ paymentId }) => !ids.has(paymentId));
    const held = known
      .filter(({ state }) => state === 'SCREENING_HOLD')
      .map(({ instruction }) => instruction);
    const used =
      fresh.length + held.length === 0
        ? NO_KEYS
        : await this.stores.payments.used(transaction, [...fresh, ...held]);
    const limits = new LimitBook(
      await this.stores.limits.load(transaction, distinctKeys(fresh, directory, nowMs)),
    );
    const references = (needs.results ?? []).filter(provesLeg).flatMap(({ partnerRef }) => partnerRef ?? []);
    const proven = await this.#unproven(transaction, needs.proven ?? []);
    const ledgers = new PaymentLedgers(directory);
    const book = await this.#lockAccounts(
      transaction,
      [...known, ...this.#payable(fresh, needs, directory, nowMs)],
      proven,
      ledgers,
    );
    const batch = new PaymentBatch({
      nowMs,
      completionMs: Math.max(nowMs, this.#floorMs),
      lane: this.lane.id,
      directory,
      ledgers,
      screening: this.screening,
      accounts: this.stores.accounts,
      known,
      used,
      references: await this.stores.transfers.references(transaction, references),
      book,
      limits,
      newId: () => uuidV7(nowMs, (size) => this.platform.random.bytes(size)),
    });
    const result = decide(batch);
    await this.#write(transaction, batch, book, limits, this.#post(book, proven, nowMs));
    await needs.also?.(transaction, nowMs);
    return { result, records: batch.records as readonly OutboundRecord[] };
  }

  /** New payments that pass what can be checked now, so that their accounts may be made and locked. */
  #payable(
    fresh: readonly PaymentSubmit[],
    { quotes }: BatchNeeds,
    directory: Directory,
    nowMs: number,
  ): Payment[] {
    const open = {
      uetrUsed: false,
      keyUsed: false,
      quoteUsed: false,
      dayUsedMinor: 0n,
      deadlineMs: Infinity,
      guardMs: Infinity,
    };
    return fresh.flatMap((submit) => {
      const quote = quotes?.get(submit.quoteId);
      if (validate(submit, { ...open, directory, quote }, nowMs) !== undefined) return [];
      return [
        receivedPayment(
          submit,
          quote,
          { nowMs, deadlineMs: nowMs, guardMs: nowMs },
          directory.sequence,
          this.lane.id,
        ),
      ];
    });
  }

  async #unproven(transaction: Transaction, moves: readonly ProvenMove[]): Promise<ProvenMove[]> {
    const done = await this.stores.transfers.chains(
      transaction,
      moves.map(({ chainId }) => chainId),
    );
    const once = new Map(moves.map((move) => [move.chainId, move]));
    return [...once.values()].filter(({ chainId }) => !done.has(chainId));
  }

  async #lockAccounts(
    transaction: Transaction,
    payments: readonly Payment[],
    proven: readonly ProvenMove[],
    ledgers: PaymentLedgers,
  ): Promise<AccountBook> {
    const codes = new Set<AccountCode>();
    for (const payment of payments) {
      const ledger = ledgers.of(payment);
      if (ledger !== undefined) for (const code of ledgerAccounts(ledger)) codes.add(code);
    }
    for (const { lines } of proven) for (const { debit, credit } of lines) codes.add(debit).add(credit);
    await this.stores.accounts.know(codes);
    const ids = new Set([...codes].map((code) => this.stores.accounts.idOf(code)));
    for (const { lines } of payments) for (const { debit, credit } of lines) ids.add(debit).add(credit);
    return new AccountBook(
      await this.stores.accounts.lock(
        transaction,
        [...ids].sort((a, b) => a - b),
      ),
    );
  }

  #post(book: AccountBook, proven: readonly ProvenMove[], atMs: number): Transfer[] {
    return proven.flatMap(({ chainId, reference, lines }) => {
      const posted = bookLines(lines, this.stores.accounts);
      book.move('post', posted);
      return posted.map((line) => ({ ...line, chainId, reference, atMs }));
    });
  }

  async #write(
    transaction: Transaction,
    batch: PaymentBatch,
    book: AccountBook,
    limits: LimitBook,
    proven: readonly Transfer[],
  ): Promise<void> {
    const { payments, accounts, transfers, holds, windows, breaks } = this.stores;
    const changed = batch.changed();
    await payments.insert(transaction, batch.inserted());
    await payments.update(
      transaction,
      changed.map(({ payment }) => payment),
      changed.map(({ knownVersion }) => knownVersion),
    );
    await this.stores.limits.apply(transaction, limits);
    await transfers.insert(transaction, [...batch.effects.transfers, ...proven]);
    await accounts.add(transaction, book.deltas());
    await windows.count(transaction, this.lane.id, [...batch.effects.windowCounts.values()]);
    await breaks.open(transaction, batch.breaks);
    await holds.insert(transaction, batch.holds);
    await holds.end(transaction, batch.holdEnds);
  }
}

function isRace(error: unknown): boolean {
  return (
    error instanceof PaymentRace ||
    error instanceof LimitRace ||
    error instanceof WindowDrained ||
    sqlState(error) === UNIQUE_VIOLATION
  );
}

function distinctKeys(submits: readonly PaymentSubmit[], directory: Directory, nowMs: number) {
  const keys = submits.map((submit) => limitKeyOf(submit, directory, nowMs));
  return [...new Map(keys.map((key) => [`${key.day}|${key.currency}|${key.debtor}`, key])).values()];
}
