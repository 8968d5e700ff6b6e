import type { SettlementMode, WindowRef, WindowState } from '@tonle/contracts';

/** A window that has to exist, with its cut-off. */
export interface OpenWindow extends WindowRef {
  readonly cutOffAtMs: number;
}

/** A window past its cut-off that has not been netted yet. */
export interface DueWindow {
  readonly windowId: string;
  readonly settlementMode: SettlementMode;
  readonly state: WindowState;
  readonly cutOffAt: Date;
  readonly marks: readonly DrainMark[];
  /** Lines received so far, by lane. */
  readonly received: Readonly<Record<string, number>>;
}

/** What one lane said of one window. */
export interface DrainMark {
  readonly lane: string;
  readonly lanes: readonly string[];
  /** Payments the lane completed into the window. */
  readonly completed: number;
}
