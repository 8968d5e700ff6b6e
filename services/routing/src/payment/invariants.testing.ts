import {
  debitBalance,
  EMPTY_COLUMNS,
  headroom,
  railAvailable,
  readAccount,
  type AccountCode,
  type TransferKind,
} from '@tonle/ledger';
import type { Side } from '@tonle/directory';
import { holdsReservation, isTerminal } from '@tonle/payment';
import type { MemoryBooks } from './batch.testing.js';
import type { Payment } from './payment.js';

/** What is wrong, in words. */
type Violation = string;

/** The invariants of domain 6.15 that books, payments and transfers can be asked for; empty when they hold. */
export function violations(books: MemoryBooks): Violation[] {
  return [
    sumsToZero,
    pendingIsReserved,
    pursesAreCovered,
    limitsAreRecounted,
    refundsAreRecounted,
    postedAsEnded,
    usedOnce,
  ].flatMap((check) => check(books));
}

// I5b, I8
function usedOnce({ payments, transfers }: MemoryBooks): Violation[] {
  const twice = (what: string, all: readonly string[]) =>
    new Set(all).size === all.length ? [] : [`${what} twice`];
  const taken = [...payments.values()].filter((one) => one.quoteTaken);
  const referenced = transfers.filter(({ reference }) => reference !== null);
  return [
    ...twice(
      'a quote is used',
      taken.map(({ instruction }) => instruction.quoteId),
    ),
    ...twice(
      'a payment posts a kind of transfer',
      transfers.map(({ chainId, kind }) => `${chainId} ${kind}`),
    ),
    ...twice(
      'a rail reference is carried',
      referenced.map(({ kind, reference }) => `${kind} ${reference}`),
    ),
  ];
}

// I2
function sumsToZero(books: MemoryBooks): Violation[] {
  const sums = new Map<string, bigint>();
  for (const [code, columns] of books.accounts) {
    const { currency } = readAccount(code);
    sums.set(currency, (sums.get(currency) ?? 0n) + debitBalance(columns));
  }
  return [...sums].flatMap(([currency, sum]) => (sum === 0n ? [] : [`${currency} sums to ${sum}`]));
}

// I6: what is pending on each account is what open payments hold there.
function pendingIsReserved(books: MemoryBooks): Violation[] {
  const held = new Map<string, bigint>();
  const hold = (side: string, minor: bigint) => held.set(side, (held.get(side) ?? 0n) + minor);
  for (const { state, lines } of books.payments.values()) {
    for (const line of holdsReservation(state) ? lines : []) {
      hold(`${books.codeOf(line.debit)} debits`, line.minor);
      hold(`${books.codeOf(line.credit)} credits`, line.minor);
    }
  }
  return [...books.accounts].flatMap(([code, { debitsPending, creditsPending }]) => {
    const sides = [[`${code} debits`, debitsPending] as const, [`${code} credits`, creditsPending] as const];
    return sides.flatMap(([side, minor]) => {
      const rows = held.get(side) ?? 0n;
      return minor === rows ? [] : [`${side}: ${minor} pending, payments hold ${rows}`];
    });
  });
}

/**
 * What payments under way add to the net debit and the pending debits of a position because a side of theirs is gross: it ends
 * at zero, and is no debt.
 */
function underwayOnRails({ payments, transfers, codeOf, directory }: MemoryBooks): Map<AccountCode, bigint> {
  const flows = new Map<AccountCode, bigint>();
  const add = (account: number, minor: bigint) => {
    const code = codeOf(account);
    flows.set(code, (flows.get(code) ?? 0n) + minor);
  };
  for (const payment of payments.values()) {
    if (!holdsReservation(payment.state)) continue;
    const { home, partner } = directory.corridor(payment.corridor)!;
    const [source, target] = payment.direction === 'outbound' ? [home, partner] : [partner, home];
    const gross = { obligation_source: source, obligation_target: target } as Partial<
      Record<TransferKind, Side>
    >;
    for (const { kind, debit, minor } of payment.lines)
      if (gross[kind]?.settlementMode === 'GROSS_RT') add(debit, minor);
    for (const { kind, chainId, debit, credit, minor } of transfers) {
      if (chainId !== payment.id || (kind !== 'discharge' && kind !== 'reversal')) continue;
      add(debit, minor);
      add(credit, -minor);
    }
  }
  return flows;
}

// I7
function pursesAreCovered(books: MemoryBooks): Violation[] {
  const underway = underwayOnRails(books);
  return [...books.accounts].flatMap(([code, columns]) => {
    const { kind, owner, currency } = readAccount(code);
    if (kind === 'RAIL' && railAvailable(columns) < 0n) return [`${code} is overdrawn`];
    if (kind !== 'POSITION' || (currency !== 'THB' && currency !== 'USD')) return [];
    const prefund = books.accounts.get(`PREFUND:${owner[0]}:${currency}` as AccountCode) ?? EMPTY_COLUMNS;
    const cap = books.directory.capMinor(owner[0]!, currency);
    const room = headroom(prefund, cap, columns) + (underway.get(code) ?? 0n);
    return room < 0n ? [`${code} has no headroom`] : [];
  });
}

// I23
function limitsAreRecounted(books: MemoryBooks): Violation[] {
  const counted = new Map<string, bigint>();
  for (const { limitDay, source, instruction } of books.payments.values()) {
    if (limitDay === null) continue;
    const key = `${limitDay}|${source.currency}|${instruction.debtorAgent}|${instruction.debtor.account}`;
    counted.set(key, (counted.get(key) ?? 0n) + source.minor);
  }
  const undone = [...books.payments.values()].filter(
    ({ state, limitDay }) => (state === 'REJECTED' || state === 'EXPIRED') && limitDay !== null,
  );
  const miscounted = [...books.limits].flatMap(([key, { minor }]) => {
    const recounted = counted.get(key) ?? 0n;
    return minor === recounted ? [] : [`${key} counts ${minor}, payments say ${recounted}`];
  });
  return [...miscounted, ...undone.map(({ state }) => `a payment at ${state} still counts for its day`)];
}

// I14
function refundsAreRecounted({ payments, refunds }: MemoryBooks): Violation[] {
  const counted = new Map<string, bigint>();
  for (const { state, source, instruction } of payments.values()) {
    const { refundOf } = instruction;
    if (refundOf === undefined || state === 'REJECTED' || state === 'EXPIRED') continue;
    counted.set(refundOf.paymentId, (counted.get(refundOf.paymentId) ?? 0n) + source.minor);
  }
  const miscounted = [...refunds].flatMap(([id, { minor }]) =>
    minor === (counted.get(id) ?? 0n)
      ? []
      : [`${minor} of ${id} are refunded, payments say ${counted.get(id) ?? 0n}`],
  );
  const beyond = [...counted].flatMap(([id, minor]) => {
    const { state, target, creditBooked, instruction } = payments.get(id)!;
    const isSound = state === 'COMPLETED' && instruction.refundOf === undefined;
    return isSound && minor <= (creditBooked ?? target).minor
      ? []
      : [`${minor} of ${id} at ${state} are refunded`];
  });
  return [...miscounted, ...beyond];
}

// I4, I5
function postedAsEnded(books: MemoryBooks): Violation[] {
  const posted = new Map<string, Set<string>>();
  for (const { chainId, kind } of books.transfers)
    posted.set(chainId, (posted.get(chainId) ?? new Set()).add(kind));
  return [...books.payments.values()].flatMap((payment) => {
    const kinds = posted.get(payment.id) ?? new Set();
    return soundlyPosted(payment, (kind) => kinds.has(kind))
      ? []
      : [`${payment.state} posted ${[...kinds].join(' ')}`];
  });
}

function soundlyPosted({ state }: Payment, has: (kind: TransferKind) => boolean): boolean {
  const completed = state === 'COMPLETED' || state === 'BLOCKED';
  const undone = has('discharge') === has('reversal');
  return (
    has('obligation_source') === completed &&
    has('obligation_target') === completed &&
    has('discharge') === has('discharge_rail') &&
    has('reversal') === has('reversal_rail') &&
    (!has('reversal') || (state === 'REJECTED' && undone)) &&
    (!isTerminal(state) || completed || undone)
  );
}
