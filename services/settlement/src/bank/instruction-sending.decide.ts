import type { BankReply } from './bank-wire.js';

const MINUTE_MS = 60_000;
/** A bank that has it decides in its own time. */
const PENDING_MS = MINUTE_MS;
const WAITS_MS = [10_000, 30_000, MINUTE_MS, 2 * MINUTE_MS, 5 * MINUTE_MS];

/** How long after this try, counted from 1, the bank is asked again. Pure. */
export function nextTryMs(tries: number, reply: Pick<BankReply, 'kind'>): number {
  if (reply.kind === 'pending') return PENDING_MS;
  return WAITS_MS[Math.min(tries, WAITS_MS.length) - 1]!;
}
