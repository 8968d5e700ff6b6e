import type { CloseStepEntry, CloseStepName } from './close-step.table.js';

/** What a step has seen: figures, and what is wrong. The same tables give the same finding, byte for byte. */
export interface StepFinding {
  readonly facts: Readonly<Record<string, string>>;
  /** The first of them, in a fixed order; a sentence each. */
  readonly problems: readonly string[];
  /** How many there are. */
  readonly found: number;
}

/** What a person said about a step, having seen a finding. */
export interface StepNote {
  readonly step: string;
  /** Hash of the finding that was seen: another one needs another note. */
  readonly findingSha256: string;
  readonly note: string;
  readonly operator: string;
  readonly participant: string;
  readonly at: string;
}

export type StepState = 'done' | 'carried' | 'open';

/** A step as it stands. */
export interface CheckedStep extends CloseStepEntry, StepFinding {
  readonly step: CloseStepName;
  readonly state: StepState;
  readonly findingSha256: string;
  readonly note?: StepNote;
}

/** A period as the books know it. */
export interface PeriodRow {
  readonly period: string;
  readonly state: 'open' | 'closed';
  /** How often it was closed. */
  readonly version: number;
  readonly sha256: string | null;
  readonly closedAt: Date | null;
  readonly closedBy: string | null;
}
