import { createHash } from 'node:crypto';
import { canonicalJson, counted, refused, type Refusal } from '@tonle/contracts';
import {
  endOfAccountingDay,
  firstDayOf,
  lastDayIn,
  lastDayOf,
  monthOf,
  nextDay,
  periodKind,
  previousDay,
} from './accounting-day.js';
import type { CloseStepEntry, CloseStepName } from './close-step.table.js';
import type { CheckedStep, PeriodRow, StepFinding, StepNote, StepState } from './close.js';

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

/** How a step stands: by what it has seen, and what a person has said about just that. */
export function checkStep(
  step: CloseStepName,
  entry: CloseStepEntry,
  finding: StepFinding,
  notes: readonly StepNote[],
): CheckedStep {
  const findingSha256 = sha256Of(canonicalJson({ step, ...finding }));
  const note = notes.findLast((each) => each.step === step && each.findingSha256 === findingSha256);
  const checked = { step, ...entry, ...finding, findingSha256, state: stateOf(entry, finding, note) };
  return note === undefined ? checked : { ...checked, note };
}

function stateOf(entry: CloseStepEntry, { found }: StepFinding, note: StepNote | undefined): StepState {
  if (found > 0) return entry.mayCarry && note !== undefined ? 'carried' : 'open';
  return entry.needsPerson && note === undefined ? 'open' : 'done';
}

/** What is known of other periods, as far as closing and reopening ask. */
export interface PeriodsAround {
  readonly own: PeriodRow | undefined;
  /** The first and the last day that are closed. */
  readonly firstDay: string | undefined;
  readonly lastDay: string | undefined;
  readonly lastMonth: string | undefined;
}

/**
 * May this period be closed now? Refuses, in this order: `period_closed`; `period_not_over`; `period_order`, since days are closed
 * one after the other and a month after its days; `close_steps_open`.
 */
export function decideClosing(
  period: string,
  around: PeriodsAround,
  steps: readonly CheckedStep[],
  nowMs: number,
): Refusal | undefined {
  if (around.own?.state === 'closed') return refused('period_closed', `${period} is closed.`);
  const early = notOver(period, nowMs);
  if (early !== undefined) return early;
  const before = missingBefore(period, around);
  if (before !== undefined) return refused('period_order', `${before} has to be closed first.`);
  const open = steps.filter(({ state }) => state === 'open');
  if (open.length === 0) return undefined;
  const words = open.map(({ step, found }) =>
    found === 0 ? step : `${step} (${counted(found, 'problem')})`,
  );
  return refused('close_steps_open', `Open: ${words.join(', ')}.`);
}

/** Nothing of a period that goes on is final: neither closed, nor signed for. */
export function notOver(period: string, nowMs: number): Refusal | undefined {
  const end = endOfAccountingDay(lastDayIn(period));
  return nowMs < end.getTime()
    ? refused('period_not_over', `${period} ends at ${end.toISOString()}.`)
    : undefined;
}

/** The first day is whichever is closed first. */
function missingBefore(period: string, { firstDay, lastDay, lastMonth }: PeriodsAround): string | undefined {
  if (periodKind(period) === 'day') {
    if (lastDay === undefined || previousDay(period) === lastDay) return undefined;
    return period > lastDay ? nextDay(lastDay) : undefined;
  }
  const last = lastDayOf(period);
  if (lastDay === undefined || firstDay === undefined || lastDay < last)
    return lastDay === undefined || lastDay < firstDayOf(period) ? firstDayOf(period) : nextDay(lastDay);
  if (firstDay > last) return undefined;
  const next = lastMonth === undefined ? monthOf(firstDay) : monthOf(nextDay(lastDayOf(lastMonth)));
  return next < period ? next : undefined;
}

/** May it be reopened? Refuses `period_open`, and `period_order`: what stands on it has to be reopened first. */
export function decideReopening(period: string, around: PeriodsAround): Refusal | undefined {
  const { own, lastDay, lastMonth } = around;
  if (own?.state !== 'closed') return refused('period_open', `${period} is not closed.`);
  const after =
    periodKind(period) === 'month'
      ? lastMonth !== period && lastMonth
      : lastMonth !== undefined && lastMonth >= monthOf(period)
        ? lastMonth
        : lastDay !== period && lastDay;
  return typeof after === 'string'
    ? refused('period_order', `${after} has to be reopened first.`)
    : undefined;
}

/** What is signed and kept: nothing in it hangs on when it is written. */
export function closeReport(
  period: string,
  version: number,
  steps: readonly CheckedStep[],
  previousSha256: string,
  tables: Readonly<Record<string, unknown>>,
): { readonly text: string; readonly sha256: string } {
  const shown = steps.map(({ mayCarry: _may, needsPerson: _needs, ...step }) => step);
  const text = canonicalJson({
    kind: 'close_report',
    period,
    version,
    previous: previousSha256,
    steps: shown,
    ...tables,
  });
  return { text, sha256: sha256Of(text) };
}
