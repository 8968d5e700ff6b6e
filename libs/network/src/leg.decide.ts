import {
  carriedTerms,
  plainText,
  REASON_TEXT_MAX,
  shortenedText,
  type LegCommand,
  type LegOutcome,
} from '@tonle/contracts';
import { minorText } from '@tonle/money';
import { toldBy, type LegReport, type LegAnswer } from './leg.js';

/** The corridor's figures that govern enquiries (domain 6.5), milliseconds. */
export interface LegTimers {
  /** Waits between enquiries; the last repeats. */
  readonly enquiryMs: readonly number[];
  readonly notFoundFinalAfterMs: number;
  readonly reviewAfterMs: number;
}

/** What is known of one attempt of a leg when an answer arrives. */
export interface LegState {
  readonly command: LegCommand;
  readonly intentMs: number;
  readonly enquiries: number;
  readonly notFounds: number;
  readonly lastNotFoundMs?: number;
  readonly partnerRef?: string;
  /**
   * The partner refuses what arrives late, so that its not-found stays true (domain 6.7 a). Without that a not-found
   * counts only together with a complete statement.
   */
  readonly notFoundIsFinal: boolean;
  /** Outcomes of this attempt that were reported already. */
  readonly reported: ReadonlySet<LegOutcome>;
  /** What the partner said that it moved, when it accepted and said so. */
  readonly acceptedAmount?: LegReport['amount'];
  /** What its contradictions told (`toldBy`): each other amount is one of its own. */
  readonly conflicts: ReadonlySet<string>;
}

/** What the enquiry job shall remember of a leg that stays open. */
export interface EnquiryPlan {
  /** When it was made: one from the future, of a clock that was wrong, counts for nothing. */
  readonly plannedMs: number;
  readonly nextEnquiryMs: number;
  readonly notFounds: number;
  readonly lastNotFoundMs?: number;
  readonly partnerRef?: string;
}

export interface LegDecision {
  /** At most one outcome at a time is told to routing. */
  readonly report?: LegReport;
  /** Undefined: nothing more is asked about this attempt. */
  readonly enquiry?: EnquiryPlan;
}

/** What `leg.result` can hold. */
const REASON_MAX = 4;
const PARTNER_REF_MAX = 140;
/** Not-founds count only when this many came in a row (domain 6.7 c). */
const NOT_FOUNDS_MIN = 3;
/** So many complete statements must lack a leg (domain 6.7, 6.12.7). */
const STATEMENTS_MIN = 2;
/** The last chance to send again: this long before `sendBefore` there is time for the question that comes first. */
const LAST_CHANCE_MS = 6_000;
/** A partner gets no more than one question a second about a leg. */
const ENQUIRY_WAIT_MS_MIN = 1_000;
/** A partner that says another amount each time is known not to know it. */
const CONFLICTS_MAX = 8;
const DEFINITE: ReadonlySet<LegOutcome> = new Set(['accepted', 'rejected', 'blocked']);

/**
 * What an answer means for a leg (domain 6.6, 6.7, 6.12): pure and total. `jitter` is 0 <= value < 1,
 * `partnerHealthy` false while the breaker is not closed.
 */
export function decideAnswer(
  leg: LegState,
  answer: LegAnswer,
  timers: LegTimers,
  now: number,
  jitter: number,
  partnerHealthy: boolean,
): LegDecision {
  switch (answer.kind) {
    case 'accepted':
    case 'rejected':
    case 'blocked':
      return decideDefinite(leg, answer, timers, now, jitter);
    case 'conflicting':
      return decideConflict(leg, said(answer), timers, now, jitter);
    case 'not_sent':
      return decideNotSent(leg, answer.because, timers, now, jitter);
    case 'not_found':
      return decideNotFound(leg, answer, timers, now, jitter, partnerHealthy);
    case 'in_progress':
    case 'ambiguous':
      return keepAsking(leg, timers, now, jitter, { notFounds: 0, partnerRef: plainRef(answer.partnerRef) });
  }
}

function decideDefinite(
  leg: LegState,
  answer: Extract<LegAnswer, { kind: 'accepted' | 'rejected' | 'blocked' }>,
  timers: LegTimers,
  now: number,
  jitter: number,
): LegDecision {
  const earlier = [...leg.reported].find((outcome) => DEFINITE.has(outcome) && outcome !== answer.kind);
  const reasonText =
    earlier === undefined ? otherAmount(leg, answer) : `was ${earlier}, is now ${answer.kind}`;
  if (reasonText !== undefined) {
    const { partnerRef, amount } = said(answer);
    return decideConflict(leg, { reasonText, partnerRef, amount }, timers, now, jitter);
  }
  return { report: once(leg, { ...base(leg, now), outcome: answer.kind, ...said(answer) }) };
}

/** A leg that was never asked about is asked about once: people decide after that (domain 6.16). */
function decideConflict(
  leg: LegState,
  told: Partial<LegReport>,
  timers: LegTimers,
  now: number,
  jitter: number,
): LegDecision {
  const report = once(leg, { ...base(leg, now), outcome: 'conflicting', ...told });
  if (leg.enquiries > 0 || isDefinite(leg)) return { report };
  return {
    report,
    enquiry: { plannedMs: now, nextEnquiryMs: nextEnquiryAt(timers, leg, now, jitter), notFounds: 0 },
  };
}

/** Of a leg that was accepted: what it is now accepted with, when that is not the amount before. */
function otherAmount(leg: LegState, answer: LegAnswer): string | undefined {
  const { amount: now } = said(answer);
  const before = leg.acceptedAmount ?? leg.command.amount;
  if (now === undefined || !leg.reported.has('accepted')) return undefined;
  if (now.currency === before.currency && BigInt(now.minor) === BigInt(before.minor)) return undefined;
  const [then, told] = [before, now].map(({ currency, minor }) => minorText(BigInt(minor), currency));
  return `was accepted with ${then}, is now accepted with ${told}`;
}

/** An enquiry that could not be sent says nothing about the leg; only the send itself can prove it. */
function decideNotSent(
  leg: LegState,
  because: string,
  timers: LegTimers,
  now: number,
  jitter: number,
): LegDecision {
  if (isDefinite(leg)) return {};
  if (leg.enquiries > 0 || leg.reported.has('unknown')) return keepAsking(leg, timers, now, jitter, {});
  const reasonText = shortenedText(because, REASON_TEXT_MAX);
  return { report: once(leg, { ...base(leg, now), outcome: 'not_sent', reasonText }) };
}

function decideNotFound(
  leg: LegState,
  { noStatementHasIt = false, absent = false }: Extract<LegAnswer, { kind: 'not_found' }>,
  timers: LegTimers,
  now: number,
  jitter: number,
  healthy: boolean,
): LegDecision {
  const old = now >= notFoundFinalFrom(leg, timers);
  const spaced = waitedFor(notFoundSpacing(timers), leg.lastNotFoundMs, now);
  const counts = spaced && (leg.notFoundIsFinal || (noStatementHasIt && now >= statementsFrom(leg, timers)));
  const notFounds = leg.notFounds + (counts ? 1 : 0);
  const lastNotFoundMs = counts ? now : leg.lastNotFoundMs;
  // A partner that once named the transfer cannot be believed when it no longer knows it.
  const isNamed = leg.partnerRef !== undefined || leg.reported.has('conflicting');
  const answered = (leg.notFoundIsFinal || noStatementHasIt) && healthy && notFounds >= notFoundsMin(leg);
  const believed = answered || (absent && !isDefinite(leg));
  if (believed && !isNamed && old)
    return { report: once(leg, { ...base(leg, now), outcome: 'not_received' }) };
  return keepAsking(leg, timers, now, jitter, { notFounds, lastNotFoundMs });
}

/** A time in the future is of a clock that was wrong. */
function waitedFor(waitMs: number, since: number | undefined, now: number): boolean {
  return since === undefined || since > now || now - since >= waitMs;
}

const isDefinite = ({ reported }: LegState): boolean =>
  [...reported].some((outcome) => DEFINITE.has(outcome));

function notFoundsMin({ notFoundIsFinal }: LegState): number {
  return notFoundIsFinal ? NOT_FOUNDS_MIN : STATEMENTS_MIN;
}

function keepAsking(
  leg: LegState,
  timers: LegTimers,
  now: number,
  jitter: number,
  change: { notFounds?: number; lastNotFoundMs?: number; partnerRef?: string },
): LegDecision {
  const partnerRef = change.partnerRef ?? leg.partnerRef;
  const notFounds = change.notFounds ?? leg.notFounds;
  const lastNotFoundMs = notFounds === 0 ? undefined : (change.lastNotFoundMs ?? leg.lastNotFoundMs);
  const known = { ...leg, notFounds, lastNotFoundMs, partnerRef };
  const nextEnquiryMs = nextEnquiryAt(timers, known, now, jitter);
  const enquiry: EnquiryPlan = { plannedMs: now, nextEnquiryMs, notFounds, lastNotFoundMs, partnerRef };
  // What is known for certain is not open again because of an older word.
  if (isDefinite(leg)) return {};
  const outcome = openOutcome(leg, timers, now);
  if (outcome === undefined) return { enquiry };
  return { enquiry, report: { ...base(leg, now), outcome, partnerRef } };
}

/** Unknown is said once, exhausted once and later. */
function openOutcome(leg: LegState, timers: LegTimers, now: number): LegOutcome | undefined {
  if (!leg.reported.has('unknown')) return 'unknown';
  if (now - leg.intentMs >= timers.reviewAfterMs && !leg.reported.has('exhausted')) return 'exhausted';
  return undefined;
}

/** Schedule of domain 6.5 with a tenth of jitter either way, never in lock-step; earlier when an answer may end the leg. */
export function nextEnquiryAt(timers: LegTimers, leg: LegState, now: number, jitter: number): number {
  const scheduled =
    timers.enquiryMs[Math.min(leg.enquiries, timers.enquiryMs.length - 1)] ?? timers.notFoundFinalAfterMs;
  const useful = leg.partnerRef === undefined ? usefulWait(leg, timers, now) : undefined;
  const sooner = useful === undefined ? scheduled : Math.max(ENQUIRY_WAIT_MS_MIN, useful);
  if (sooner >= scheduled) return now + Math.round(scheduled * (0.9 + 0.2 * jitter));
  return now + Math.round(sooner + Math.min(sooner / 10, ENQUIRY_WAIT_MS_MIN) * jitter);
}

/** How soon another question may end a leg that the partner has not named; undefined: the schedule is as good. */
function usefulWait(leg: LegState, timers: LegTimers, now: number): number | undefined {
  const sendBefore = Date.parse(leg.command.sendBefore);
  // Half of what is left, and half again: the leg may be sent several times, and once shortly before its end.
  if (!leg.notFoundIsFinal && now < sendBefore) return (sendBefore - LAST_CHANCE_MS - now) / 2;
  const finalFrom = notFoundFinalFrom(leg, timers);
  const from = leg.notFoundIsFinal ? finalFrom : statementsFrom(leg, timers);
  const last = leg.lastNotFoundMs;
  if (last === undefined) return now < from ? from - now : undefined;
  const next = leg.notFounds < notFoundsMin(leg) ? last + notFoundSpacing(timers) : finalFrom;
  // Once the last one is due, nothing but the leg's age is missing.
  const ends = leg.notFounds + 1 >= notFoundsMin(leg) ? Math.max(next, finalFrom) : next;
  return ends > now ? ends - now : undefined;
}

/** 30 s at the default of 60 s (domain 6.7 c). */
function notFoundSpacing(timers: LegTimers): number {
  return timers.notFoundFinalAfterMs / 2;
}

/** No not-found counts as final before this: age since the intent, and a margin after the last possible byte. */
export function notFoundFinalFrom(leg: Pick<LegState, 'intentMs' | 'command'>, timers: LegTimers): number {
  return Math.max(leg.intentMs + timers.notFoundFinalAfterMs, statementsFrom(leg, timers));
}

/** A statement from before this, a margin after the last possible byte, may lack what is still to come. */
export function statementsFrom({ command }: Pick<LegState, 'command'>, timers: LegTimers): number {
  return Date.parse(command.sendBefore) + timers.notFoundFinalAfterMs / 12;
}

function base(leg: LegState, now: number): Omit<LegReport, 'outcome'> {
  const { legKey, paymentId, leg: kind, attempt } = leg.command;
  return { legKey, paymentId, leg: kind, attempt, at: now };
}

function said(answer: LegAnswer): Partial<LegReport> {
  const known = answer as {
    partnerRef?: string;
    reason?: string;
    reasonText?: string;
    amount?: LegReport['amount'];
    partnerTerms?: LegReport['partnerTerms'];
  };
  return {
    partnerRef: plainRef(known.partnerRef),
    reason: known.reason === undefined ? undefined : plainText(known.reason, REASON_MAX),
    reasonText: known.reasonText === undefined ? undefined : shortenedText(known.reasonText, REASON_TEXT_MAX),
    amount: known.amount,
    partnerTerms: carriedTerms(known.partnerTerms),
  };
}

function plainRef(partnerRef: string | undefined): string | undefined {
  return partnerRef === undefined ? undefined : plainText(partnerRef, PARTNER_REF_MAX);
}

function once(leg: LegState, report: LegReport): LegReport | undefined {
  if (report.outcome === 'conflicting') {
    const { conflicts } = leg;
    return conflicts.has(toldBy(report)) || conflicts.size >= CONFLICTS_MAX ? undefined : report;
  }
  return leg.reported.has(report.outcome) ? undefined : report;
}
