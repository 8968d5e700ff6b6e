import type { reportSchedule, ReportParameters } from '@tonle/contracts';
import type { z } from 'zod';

export type ReportScheduleView = z.infer<typeof reportSchedule>;
/** What a schedule says, without who made it. */
export type ScheduleBody = Omit<ReportScheduleView, 'scheduleId' | 'operator' | 'reason' | 'madeAt'>;

/** A schedule that has not ended. */
export interface StandingSchedule {
  readonly scheduleId: string;
  readonly body: ScheduleBody;
  readonly operator: string;
  readonly participant: string | null;
  readonly reason: string;
  readonly madeAt: Date;
}

/** A time at which a schedule has something to make. */
export interface Occasion {
  /** One run for each, receiver by receiver. */
  readonly name: string;
  readonly parameters: ReportParameters;
  readonly knownAt?: string;
}
