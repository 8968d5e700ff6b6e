import type { MachineEvent } from '@tonle/payment';
import { plainText, type Reason } from '@tonle/contracts';
import type { Payment } from './payment.js';

/** As much as events carry. */
const WORDS_MAX = 200;
const SIDE = { debit: "Debtor's side", credit: "Creditor's side" } as const;

/** What a partner brought about that said nothing. */
const SILENT: Partial<Record<Reason, string>> = {
  partner_rejected: 'refused without saying why.',
  partner_unreachable: 'not reached.',
};

/**
 * What is told beside a reason: by how much a payment was late, and what its time was counted from; whose side did not do
 * it, and that partner's own words; else what was said. Pure.
 */
export function wordsOfReason(
  payment: Payment,
  event: MachineEvent,
  reason: Reason,
  said: string | undefined,
  nowMs: number,
): string | null {
  const { deadlineMs, guardMs } = payment;
  if (reason === 'deadline_passed') return `${lateBy(nowMs - deadlineMs)}: ${endOf(payment)}.`;
  if (reason === 'too_late_for_credit')
    return `${lateBy(nowMs - guardMs)}: ${countedFrom(payment)}, its credit had to start before ${instant(guardMs)}.`;
  const words = said === '' ? undefined : said;
  const silent = SILENT[reason];
  if (silent === undefined || !('leg' in event) || event.leg === 'reversal') return words ?? null;
  return plainText(`${SIDE[event.leg]}: ${words ?? silent}`, WORDS_MAX);
}

const instant = (atMs: number): string => new Date(atMs).toISOString();
const lateBy = (lateMs: number): string => `Late by ${lateMs / 1000} s`;

const isSenders = ({ instruction: { deadline }, deadlineMs }: Payment): boolean =>
  deadline !== undefined && Date.parse(deadline) === deadlineMs;

function endOf(payment: Payment): string {
  const at = instant(payment.deadlineMs);
  return isSenders(payment)
    ? `the sender's deadline was ${at}`
    : `${countedFrom(payment)}, its time ended at ${at}`;
}

/** A hold gives a payment its time anew; the sender's own deadline stays (domain 6.5). */
function countedFrom(payment: Payment): string {
  const { instruction, instructedAtMs, deadlineMs } = payment;
  const { acceptedAt, receivedAt } = instruction;
  if (isSenders(payment)) return `by the sender's deadline ${instant(deadlineMs)}`;
  if (instructedAtMs !== Date.parse(acceptedAt)) return `released at ${instant(instructedAtMs)}`;
  const receivedMs = Date.parse(receivedAt);
  return receivedMs < instructedAtMs ? `received at ${instant(receivedMs)}` : `accepted at ${acceptedAt}`;
}
