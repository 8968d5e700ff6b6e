import { legKeyOf, type LegKind, type StoryFact } from '@tonle/contracts';
import type { KeptStep } from '../payment/payment-history.js';
import type { Payment } from '../payment/payment.js';
import { stepWords } from './step-words.table.js';
import type { Accounts, PostedTransfer } from './story.view.js';

const CHAIN = 'payment';
const instant = (ms: number) => new Date(ms).toISOString();
const SENT: Readonly<Record<string, LegKind>> = {
  DEBIT_SENT: 'debit',
  CREDIT_SENT: 'credit',
  UNWINDING: 'reversal',
};
const ENDS_WITH_REASON = new Set(['REJECTED', 'EXPIRED', 'BLOCKED', 'UNWINDING']);

/** The steps of a payment in their order, each with the transfers that its commit posted. */
export function stepFacts(
  payment: Payment,
  transfers: readonly PostedTransfer[],
  accounts: Accounts,
): StoryFact[] {
  const sending = new Sending(payment.id);
  const reasonAt = payment.history.findIndex(({ to }) => ENDS_WITH_REASON.has(to));
  let version = 0;
  const steps = payment.history.map((step, index) => {
    version += step.times ?? 1;
    return stepFact(payment, step, { version, sends: sending.by(step), tellsReason: index === reasonAt });
  });
  return steps.flatMap((step, index) => {
    const next = steps[index + 1]?.at;
    const posted = transfers.filter(({ at }) => isBetween(at.toISOString(), step.at, next, index === 0));
    const reserved =
      payment.history[index]!.to === 'RESERVED' ? reservedFacts(payment, accounts, step.at) : [];
    const released = isGivenBack(payment, index) ? [releasedFact(step.at)] : [];
    return sentByLast([step, ...reserved, ...posted.map(transferFact), ...released]);
  });
}

/** Its end gave back what was pending and not posted. */
function isGivenBack({ history, lines }: Payment, index: number): boolean {
  const { to } = history[index]!;
  return lines.length > 0 && (to === 'REJECTED' || to === 'EXPIRED');
}

function releasedFact(at: string): StoryFact {
  const words = 'what was pending and was not posted is released';
  return { id: 'released', at, kind: 'transfer', words, chain: CHAIN };
}

/** What a commit sends leaves after all that it wrote. */
function sentByLast([step, ...written]: readonly [StoryFact, ...StoryFact[]]): StoryFact[] {
  const last = written.pop();
  if (last === undefined) return [step];
  const { sends, ...first } = step;
  return [first, ...written, { ...last, sends }];
}

/** After this step and before the next; those before the first are the first's, too. */
function isBetween(at: string, from: string, next: string | undefined, isFirst: boolean): boolean {
  return (isFirst || at >= from) && (next === undefined || at < next);
}

function stepFact(
  payment: Payment,
  { from, event, to, at, times, by }: KeptStep,
  told: { readonly version: number; readonly sends: readonly string[]; readonly tellsReason: boolean },
): StoryFact {
  const { version, sends, tellsReason } = told;
  const often = times === undefined ? '' : ` (${times} times)`;
  const reason = tellsReason ? reasonOf(payment) : undefined;
  return {
    id: `step:${version}`,
    at,
    kind: by === 'clock' ? 'timer' : 'state',
    words: `${stepWords(event)}${often}${reason?.words ?? ''}`,
    facts: {
      ...(from === null ? {} : { from }),
      to,
      event,
      version: String(version),
      ...(times === undefined ? {} : { times: String(times) }),
      ...(by === undefined ? {} : { broughtBy: by }),
      ...reason?.facts,
    },
    chain: CHAIN,
    sends: [...sends, `payment.event:${payment.id}:${version}`],
    takes: takenBy(payment.id, event, by),
  };
}

/** Names of the messages that brought a step. */
function takenBy(paymentId: string, event: string, by: string | undefined): string[] {
  if (event === 'received' || by === paymentId) return [`payment.submit:${paymentId}`];
  return by?.startsWith(`${paymentId}:`) === true ? [`leg.result:${by}`] : [];
}

function reasonOf({ reason, isoReason, reasonText }: Payment) {
  if (reason === null) return undefined;
  const code = isoReason === null ? reason : `${reason}, ${isoReason}`;
  return {
    words: `: ${code}`,
    facts: {
      reason,
      ...(isoReason === null ? {} : { isoReason }),
      ...(reasonText === null ? {} : { reasonText }),
    },
  };
}

/** Counts the commands that steps sent, as their message ids do. */
class Sending {
  private readonly attempts = { debit: 0, credit: 0, reversal: 0 };

  constructor(private readonly paymentId: string) {}

  by({ from, event, to, times = 1 }: KeptStep): string[] {
    const leg = SENT[to];
    const sendsAgain = /^leg_(not_sent|not_received|rejected):/.test(event);
    if (leg === undefined || (from === to && !sendsAgain)) return [];
    return Array.from({ length: times }, () => {
      this.attempts[leg] += 1;
      return `leg.command:${legKeyOf(this.paymentId, leg)}:${this.attempts[leg]}`;
    });
  }
}

function reservedFacts({ lines }: Payment, accounts: Accounts, at: string): StoryFact[] {
  return lines.map(({ kind, debit, credit, minor }) => {
    const [from, to] = [accounts.get(debit), accounts.get(credit)];
    return {
      id: `pending:${kind}`,
      at,
      kind: 'transfer',
      words: `pending until the payment ends: ${kind.replaceAll('_', ' ')}, from ${from?.code} to ${to?.code}`,
      facts: { kind, debit: from?.code ?? '', credit: to?.code ?? '' },
      ...(from === undefined ? {} : { amount: { currency: from.currency, minor: minor.toString() } }),
      chain: CHAIN,
    };
  });
}

function transferFact({ kind, debit, credit, currency, minor, reference, at }: PostedTransfer): StoryFact {
  return {
    id: `transfer:${kind}`,
    at: at.toISOString(),
    kind: 'transfer',
    words: `posted: ${kind.replaceAll('_', ' ')}, from ${debit} to ${credit}`,
    facts: { kind, debit, credit, ...(reference === null ? {} : { reference }) },
    amount: { currency, minor: minor.toString() },
    chain: CHAIN,
  };
}

/** What stands in its row beside the steps: times, limits, windows, and what it was decided with. */
export function rowFacts(payment: Payment): StoryFact[] {
  const { instruction, history, limitDay, dueMs, resend } = payment;
  const { refundOf } = instruction;
  const receivedAt = history[0]!.at;
  const facts: StoryFact[] = [
    {
      id: 'deadline',
      at: receivedAt,
      kind: 'timer',
      words: `it has to end by ${instant(payment.deadlineMs)}; no credit is begun from ${instant(payment.guardMs)} on`,
      facts: {
        acceptedAt: instruction.acceptedAt,
        deadline: instant(payment.deadlineMs),
        guard: instant(payment.guardMs),
      },
    },
  ];
  if (limitDay !== null)
    facts.push({
      id: 'limit',
      at: receivedAt,
      kind: 'decision',
      words: `counted against what its payer may pay on ${limitDay}`,
      facts: { day: limitDay },
      amount: { currency: payment.source.currency, minor: payment.source.minor.toString() },
    });
  if (refundOf !== undefined)
    facts.push({
      id: 'refund-of',
      at: receivedAt,
      kind: 'decision',
      words: `gives back payment ${refundOf.paymentId}`,
      facts: { refundOf: refundOf.paymentId },
    });
  if (dueMs !== null)
    facts.push({
      id: 'due',
      at: instant(payment.enteredAtMs),
      kind: 'timer',
      words: `the clock looks at it at ${instant(dueMs)}${resend === null ? '' : ', to send its leg again'}`,
      facts: { dueAt: instant(dueMs), ...(resend === null ? {} : { resend }) },
    });
  if (payment.completedAtMs !== null) facts.push(...windowFacts(payment, instant(payment.completedAtMs)));
  return facts;
}

function windowFacts({ windows }: Payment, at: string): StoryFact[] {
  return windows.map(({ windowId, partner, day, settlementMode }) => ({
    id: `window:${windowId}`,
    at,
    kind: 'settlement',
    words: `settled with ${partner} in the window of ${day}`,
    facts: { windowId, partner, day, settlementMode },
  }));
}
