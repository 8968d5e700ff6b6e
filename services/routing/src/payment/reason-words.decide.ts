import type { MachineEvent } from '@tonle/payment';
import { lateBy, REASON_TEXT_MAX, shortenedText, type Reason, type TimeField } from '@tonle/contracts';
import type { Payment } from './payment.js';

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
  if (reason === 'deadline_passed') return lateBy(nowMs - deadlineMs, endOf(payment));
  if (reason === 'too_late_for_credit')
    return lateBy(
      nowMs - guardMs,
      `${boundOf(payment).words}, its credit had to start before ${instant(guardMs)}`,
    );
  const words = said === '' ? undefined : said;
  const silent = SILENT[reason];
  if (silent === undefined || !('leg' in event) || event.leg === 'reversal') return words ?? null;
  return shortenedText(`${SIDE[event.leg]}: ${words ?? silent}`, REASON_TEXT_MAX);
}

/** By which property of its instruction a payment came too late; undefined when it did not, or by none of them. Pure. */
export function timeFieldOf(payment: Payment): TimeField | undefined {
  const { reason } = payment;
  return reason === 'deadline_passed' || reason === 'too_late_for_credit'
    ? boundOf(payment).field
    : undefined;
}

const instant = (atMs: number): string => new Date(atMs).toISOString();

function endOf(payment: Payment): string {
  const at = instant(payment.deadlineMs);
  const { field, words } = boundOf(payment);
  return field === 'deadline' ? `the sender's deadline was ${at}` : `${words}, its time ended at ${at}`;
}

/** What bounds its time. A hold gives a payment its time anew; the sender's own deadline stays (domain 6.5). */
function boundOf(payment: Payment): { readonly words: string; readonly field?: TimeField } {
  const { instruction, instructedAtMs, deadlineMs } = payment;
  const { acceptedAt, receivedAt, deadline } = instruction;
  if (deadline !== undefined && Date.parse(deadline) === deadlineMs)
    return { words: `by the sender's deadline ${instant(deadlineMs)}`, field: 'deadline' };
  if (instructedAtMs !== Date.parse(acceptedAt)) return { words: `released at ${instant(instructedAtMs)}` };
  const receivedMs = Date.parse(receivedAt);
  return receivedMs < instructedAtMs
    ? { words: `received at ${instant(receivedMs)}` }
    : { words: `accepted at ${acceptedAt}`, field: 'acceptedAt' };
}
