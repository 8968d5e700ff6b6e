import type { REPORT_BASES, REPORT_STATES, ReportParameters } from '@tonle/contracts';
import type { ReportFormat, ReportLanguage } from '@tonle/report';

/** A report that was asked for. */
export interface RequestedRun {
  readonly runId: string;
  readonly report: string;
  readonly definitionVersion: number;
  /** Participant; empty: the scheme. */
  readonly receiver: string;
  readonly parameters: ReportParameters;
  readonly basis: (typeof REPORT_BASES)[number];
  readonly knownAt: Date;
  readonly slot: string;
  readonly formats: readonly ReportFormat[];
  readonly language: ReportLanguage;
  readonly deliver: readonly string[];
  readonly operator: string;
  readonly participant?: string;
  readonly reason: string;
  readonly scheduleId?: string;
  readonly occasion?: string;
  readonly requestedAt: Date;
}

/** A run as its row is. */
export interface ReportRunRow extends Omit<RequestedRun, 'participant' | 'scheduleId' | 'occasion'> {
  readonly state: (typeof REPORT_STATES)[number];
  readonly progress: string;
  readonly attempts: number;
  /** Attempts that failed of themselves. */
  readonly faults: number;
  readonly rows: bigint | null;
  readonly leftOut: readonly { readonly format: string; readonly because: string }[] | null;
  readonly endedAt: Date | null;
}

/** What a run has made of one format. */
export interface MadeFile {
  readonly format: ReportFormat;
  readonly sha256: string;
  readonly bytes: number;
  /** Absent: as it is. */
  readonly compression?: 'gzip';
}
