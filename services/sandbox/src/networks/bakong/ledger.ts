import { createHash } from 'node:crypto';
import type { Clock } from '@tonle/platform';
import { falsified } from '../../kit/faulty.js';
import { Journal, type JournalOptions } from '../../kit/journal.js';
import { findBakongAccount, isSchemeAccount, type BakongAccount } from './accounts.js';

/** One movement of the Bakong ledger, as it lies in the books. */
export interface BakongEntry {
  readonly kind: 'transfer' | 'reversal';
  /** PmtInfId, or RvslPmtInfId of a reversal. */
  readonly externalRef: string;
  readonly hash: string;
  readonly from: string;
  readonly to: string;
  readonly currency: string;
  /** Minor units as text. */
  readonly minor: string;
  readonly endToEndId: string;
  readonly instructionRef?: string;
  readonly messageId: string;
  readonly remittance?: string;
  /** Reversal: external reference of the transfer that is undone. */
  readonly originalRef?: string;
  readonly at: number;
  /** When it shows in the Open API. */
  readonly visibleAt: number;
}

export interface TransferOrder {
  readonly externalRef: string;
  readonly from: string;
  readonly to: string;
  readonly currency: string;
  readonly minor: bigint;
  readonly endToEndId: string;
  readonly instructionRef?: string;
  readonly messageId: string;
  readonly remittance?: string;
}

export interface ReversalOrder {
  readonly externalRef: string;
  readonly originalRef: string;
  readonly currency: string;
  readonly minor: bigint;
  readonly endToEndId: string;
  readonly messageId: string;
}

/** `because` is the core's text, as it stands inside `REJECTED AT CORE DUE TO: [...]`. */
export type CoreAnswer =
  | { readonly kind: 'booked'; readonly entry: BakongEntry }
  | { readonly kind: 'refused'; readonly because: string };

const RIEL = 100n;
const MD5 = /\b[0-9a-f]{32}\b/;

interface Numbered {
  readonly number: number;
  readonly entry: BakongEntry;
}

/** The core ledger: accounts by rule, movements from the books. Decides at once, answers when durable. */
export class BakongLedger {
  private journal!: Journal<BakongEntry>;
  private readonly entries: Numbered[] = [];
  private readonly byRef = new Map<string, Numbered>();
  private readonly byHash = new Map<string, Numbered>();
  private readonly byMd5 = new Map<string, Numbered>();
  private readonly reversed = new Set<string>();
  private readonly balances = new Map<string, bigint>();

  private constructor(
    private readonly clock: Clock,
    private readonly ledgerDelayMs: () => number,
  ) {}

  static async open(
    path: string,
    clock: Clock,
    ledgerDelayMs: () => number,
    options?: JournalOptions,
  ): Promise<BakongLedger> {
    const ledger = new BakongLedger(clock, ledgerDelayMs);
    ledger.journal = await Journal.open<BakongEntry>(path, (entry) => ledger.apply(entry), options);
    return ledger;
  }

  /** Moves money once per external reference. */
  async transfer(order: TransferOrder, addMinor = 0n): Promise<CoreAnswer> {
    const because = this.whyNot(order);
    if (because !== undefined) return this.refuse(because);
    const minor = falsified(order.minor, addMinor);
    return this.book({ ...order, kind: 'transfer', minor: minor.toString() });
  }

  /** Undoes a transfer, in full and once, under a reference of its own. */
  async reverse(order: ReversalOrder, addMinor = 0n): Promise<CoreAnswer> {
    if (this.byRef.has(order.externalRef)) return this.refuse('already existed');
    const original = this.byRef.get(order.originalRef)?.entry;
    if (original === undefined || original.kind !== 'transfer') return this.refuse('original not found');
    if (this.reversed.has(order.originalRef)) return this.refuse('already reversed');
    if (original.currency !== order.currency || BigInt(original.minor) !== order.minor) {
      return this.refuse('amount differs from original');
    }
    if (this.balance(original.to, order.currency) < order.minor) return this.refuse('insufficient balance');
    return this.book({
      kind: 'reversal',
      externalRef: order.externalRef,
      originalRef: order.originalRef,
      from: original.to,
      to: original.from,
      currency: order.currency,
      minor: falsified(order.minor, addMinor).toString(),
      endToEndId: order.endToEndId,
      messageId: order.messageId,
    });
  }

  /** Balance in minor units; an account that was never touched has its opening balance. Unknown accounts have nothing. */
  balance(accountId: string, currency: string): bigint {
    return (
      this.balances.get(`${accountId}|${currency}`) ?? findBakongAccount(accountId)?.opening[currency] ?? 0n
    );
  }

  /** Entries that others may see: durable and past the ledger delay. */
  findByHash(hash: string): BakongEntry | undefined {
    return this.visible(this.byHash.get(hash));
  }

  findByRef(externalRef: string): BakongEntry | undefined {
    return this.visible(this.byRef.get(externalRef));
  }

  findByMd5(md5: string): BakongEntry | undefined {
    return this.visible(this.byMd5.get(md5));
  }

  /** Durable entries of one span of time and currency in book order, from an entry number on. */
  list(from: number, to: number, currency: string): readonly Numbered[] {
    const found: Numbered[] = [];
    for (let index = this.firstAt(from); index < this.entries.length; index += 1) {
      const numbered = this.entries[index]!;
      if (numbered.entry.at >= to) break;
      if (numbered.entry.currency === currency && numbered.number <= this.journal.durableCount)
        found.push(numbered);
    }
    return found;
  }

  /** What an account held before a span of time, and at its end. */
  held(
    accountId: string,
    currency: string,
    from: number,
    to: number,
  ): { readonly opening: bigint; readonly closing: bigint } {
    let opening = this.balance(accountId, currency);
    let closing = opening;
    for (let index = this.firstAt(from); index < this.entries.length; index += 1) {
      const { entry } = this.entries[index]!;
      if (entry.currency !== currency) continue;
      const moved = movedOn(accountId, entry);
      opening -= moved;
      if (entry.at >= to) closing -= moved;
    }
    return { opening, closing };
  }

  /** The newest durable transfers to accounts of one institution, newest last. */
  incoming(bic: string, size: number): readonly BakongEntry[] {
    const found: BakongEntry[] = [];
    for (let index = this.entries.length - 1; index >= 0 && found.length < size; index -= 1) {
      const { entry, number } = this.entries[index]!;
      if (number > this.journal.durableCount || entry.kind !== 'transfer') continue;
      if (findBakongAccount(entry.to)?.bic === bic) found.unshift(entry);
    }
    return found;
  }

  /** Sums of all movements by kind and currency, and how far the books go. */
  totals(): { entries: number; sums: Record<string, { count: number; minor: string }> } {
    const sums: Record<string, { count: number; sum: bigint }> = {};
    for (const { entry } of this.entries) {
      const key = `${movementOf(entry)}:${entry.currency}`;
      const sum = (sums[key] ??= { count: 0, sum: 0n });
      sum.count += 1;
      sum.sum += BigInt(entry.minor);
    }
    const told = Object.entries(sums).map(
      ([key, { count, sum }]) => [key, { count, minor: sum.toString() }] as const,
    );
    return { entries: this.entries.length, sums: Object.fromEntries(told) };
  }

  /** Balances move, money is not made: movements and balances of touched accounts must agree. */
  check(): { ok: boolean; currencies: Record<string, string> } {
    const drift: Record<string, bigint> = {};
    for (const [key, balance] of this.balances) {
      const [id, currency] = key.split('|') as [string, string];
      drift[currency] = (drift[currency] ?? 0n) + balance - (findBakongAccount(id)?.opening[currency] ?? 0n);
    }
    const currencies = Object.fromEntries(Object.entries(drift).map(([code, sum]) => [code, sum.toString()]));
    return { ok: Object.values(drift).every((sum) => sum === 0n), currencies };
  }

  close(): Promise<void> {
    return this.journal.close();
  }

  private whyNot(order: TransferOrder): string | undefined {
    if (this.byRef.has(order.externalRef)) return 'already existed';
    const from = findBakongAccount(order.from);
    if (from === undefined) return 'debtor account not found';
    const to = findBakongAccount(order.to);
    if (to === undefined) return 'creditor account not found';
    return unusable(from, order.currency) ?? unusable(to, order.currency) ?? this.unpayable(order);
  }

  private unpayable(order: TransferOrder): string | undefined {
    if (order.minor <= 0n) return 'wrong format: amount';
    if (order.currency === 'KHR' && order.minor % RIEL !== 0n) return 'wrong format: riel have no decimals';
    if (order.from === order.to) return 'wrong format: debtor and creditor are the same';
    return this.balance(order.from, order.currency) < order.minor ? 'insufficient balance' : undefined;
  }

  /** A refusal may rest on an entry that is not on disk yet; it is told only when that one is. */
  private async refuse(because: string): Promise<CoreAnswer> {
    await this.journal.settled();
    return { kind: 'refused', because };
  }

  private async book(order: Omit<BakongEntry, 'hash' | 'at' | 'visibleAt'>): Promise<CoreAnswer> {
    const at = this.clock.now();
    const text = [
      this.journal.count + 1,
      at,
      order.externalRef,
      order.from,
      order.to,
      order.currency,
      order.minor,
    ].join('|');
    const hash = createHash('sha256').update(text).digest('hex');
    const entry: BakongEntry = { ...order, hash, at, visibleAt: at + this.ledgerDelayMs() };
    const durable = this.journal.append(entry);
    this.apply(entry);
    await durable;
    return { kind: 'booked', entry };
  }

  private apply(entry: BakongEntry): void {
    const numbered = { number: this.entries.length + 1, entry };
    this.entries.push(numbered);
    this.byRef.set(entry.externalRef, numbered);
    this.byHash.set(entry.hash, numbered);
    const md5 = entry.remittance === undefined ? undefined : MD5.exec(entry.remittance)?.[0];
    if (md5 !== undefined) this.byMd5.set(md5, numbered);
    if (entry.originalRef !== undefined) this.reversed.add(entry.originalRef);
    const minor = BigInt(entry.minor);
    this.balances.set(`${entry.from}|${entry.currency}`, this.balance(entry.from, entry.currency) - minor);
    this.balances.set(`${entry.to}|${entry.currency}`, this.balance(entry.to, entry.currency) + minor);
  }

  private visible(found: Numbered | undefined): BakongEntry | undefined {
    if (found === undefined || found.number > this.journal.durableCount) return undefined;
    return found.entry.visibleAt <= this.clock.now() ? found.entry : undefined;
  }

  private firstAt(at: number): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.entries[middle]!.entry.at < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function movedOn(accountId: string, { from, to, minor }: BakongEntry): bigint {
  return (to === accountId ? BigInt(minor) : 0n) - (from === accountId ? BigInt(minor) : 0n);
}

/** Which leg of a cross-border payment a movement is: to who stands between its sides, from there, or back. */
function movementOf(entry: BakongEntry): 'debit' | 'credit' | 'reversal' {
  if (entry.kind === 'reversal') return 'reversal';
  return isSchemeAccount(entry.to) ? 'debit' : 'credit';
}

function unusable(account: BakongAccount, currency: string): string | undefined {
  if (account.state === 'closed') return 'account closed';
  if (account.state === 'blocked') return 'account blocked';
  return currency in account.opening ? undefined : 'currency not supported';
}
