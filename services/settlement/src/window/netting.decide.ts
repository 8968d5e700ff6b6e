/** What one participant owes another in a window, over all payments from the one to the other. */
export interface BilateralSum {
  readonly debtor: string;
  readonly creditor: string;
  readonly amountMinor: bigint;
}

/** What a window leaves on the positions of one that was taken out and of somebody else; from the view of the one taken out. */
export interface LeftOut {
  readonly removed: string;
  readonly counterparty: string;
  /** Above zero it is owed, below zero it owes. */
  readonly netMinor: bigint;
}

export interface Netting {
  /** Who took part and was not taken out, each once; above zero receives, below zero pays. Sums to zero (I16). */
  readonly nets: ReadonlyMap<string, bigint>;
  readonly leftOut: readonly LeftOut[];
}

/**
 * Nets a window from the sums of its pairs, without those who are taken out: each pair of theirs is left where it is, so that what
 * remains still sums to zero (domain 7.2). Pure; with nobody taken out it is the netting of the whole window.
 */
export function netWithout(pairs: readonly BilateralSum[], removed: ReadonlySet<string>): Netting {
  const nets = new Map<string, bigint>();
  const left = new Map<string, Map<string, bigint>>();
  const add = (to: Map<string, bigint>, who: string, minor: bigint) =>
    to.set(who, (to.get(who) ?? 0n) + minor);
  const leave = (who: string, counterparty: string, minor: bigint) => {
    if (!removed.has(who)) return;
    const of = left.get(who) ?? new Map<string, bigint>();
    left.set(who, of);
    add(of, counterparty, minor);
  };
  for (const { debtor, creditor, amountMinor } of pairs) {
    if (removed.has(debtor) || removed.has(creditor)) {
      leave(debtor, creditor, -amountMinor);
      leave(creditor, debtor, amountMinor);
      continue;
    }
    add(nets, debtor, -amountMinor);
    add(nets, creditor, amountMinor);
  }
  const leftOut = [...left].flatMap(([who, of]) =>
    [...of].map(([counterparty, netMinor]) => ({ removed: who, counterparty, netMinor })),
  );
  return { nets, leftOut };
}
