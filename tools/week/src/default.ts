import type { Desk } from './desk.js';
import { windowOf, windowsOf, type ShownMoney, type WeekWindow } from './windows.js';

/** Who did not pay, and what it and the others keep owing each other. */
export interface PlayedDefault {
  readonly windowId: string;
  readonly removed: string;
  readonly claims: readonly { readonly counterparty: string; readonly net: ShownMoney }[];
}

/** Two people take the one who owes most in a net out of it; undefined when no net of these has a third party. */
export async function playDefault(
  desk: Desk,
  windows: readonly WeekWindow[],
): Promise<PlayedDefault | undefined> {
  for (const { windowId, day, partner, nets, state } of windows) {
    const debtor = nets.find(({ participant, net }) => participant !== partner && net.amount.startsWith('-'));
    if (state !== 'NETTED' || nets.length < 3 || debtor === undefined) continue;
    const { participant: removed } = debtor;
    const { approvalId } = await desk.post<{ approvalId: string }>(`/v1/ops/windows/${windowId}/netting`, {
      without: [removed],
      reason: `${removed} does not pay for ${day}`,
    });
    await desk.approve(approvalId);
    const { leftOut } = await windowOf(desk, windowId);
    return {
      windowId,
      removed,
      claims: leftOut
        .filter((left) => left.removed === removed)
        .map(({ counterparty, net }) => ({ counterparty, net })),
    };
  }
  return undefined;
}

/** Waits until the ledger as finance reads it, which is a copy, has all that settled these windows. */
export async function settledIsCopied(desk: Desk, windows: readonly WeekWindow[]): Promise<void> {
  const lastMs = Math.max(0, ...windows.map(({ settledAt }) => (settledAt ? Date.parse(settledAt) : 0)));
  await desk.until('the copy of the ledger to have what settled the windows', async () => {
    const { copiedUpTo } = await desk.get<{ copiedUpTo?: string }>('/v1/ops/ledger/copy');
    return copiedUpTo !== undefined && Date.parse(copiedUpTo) > lastMs ? true : undefined;
  });
}

/** The positions that are left when all is settled, by account: what is claimed of who was left out, and nothing else. */
export async function positionsOf(desk: Desk): Promise<Readonly<Record<string, string>>> {
  const { accounts } = await desk.get<{ accounts: { account: string; balance: ShownMoney }[] }>(
    '/v1/ops/ledger/balances?kind=POSITION',
  );
  const left = accounts.filter(({ balance }) => !isZero(balance.amount));
  return Object.fromEntries(left.map(({ account, balance }) => [account, balance.amount]));
}

/** What the positions have to be by the claims of defaults: a debit is owed. */
export function claimedPositions(defaults: readonly PlayedDefault[]): Readonly<Record<string, string>> {
  const claimed = defaults.flatMap(({ removed, claims }) =>
    claims.flatMap(({ counterparty, net: { currency, amount } }) => [
      [`POSITION:${removed}:${currency}`, opposite(amount)] as const,
      [`POSITION:${counterparty}:${currency}`, amount] as const,
    ]),
  );
  return Object.fromEntries(claimed);
}

const opposite = (amount: string): string => (amount.startsWith('-') ? amount.slice(1) : `-${amount}`);

export const isZero = (amount: string): boolean => /^-?0(?:\.0+)?$/.test(amount);

/** All windows of these days. */
export async function windowsIn(desk: Desk, days: readonly string[]): Promise<readonly WeekWindow[]> {
  return (await Promise.all(days.map((day) => windowsOf(desk, day)))).flat();
}
