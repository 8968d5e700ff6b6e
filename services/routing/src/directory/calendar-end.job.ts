import { CALENDAR_TOLD_DAYS, knownDaysLeft } from '@tonle/directory';
import type { Clock } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import type { CurrentDirectory } from './current-directory.js';

const DAY_MS = 86_400_000;

/** Tells before the holidays of a calendar that networks go by are no longer known: past that, every weekday is a banking day. */
export class CalendarEndJob {
  private readonly left;
  private toldMs = -Infinity;

  constructor(
    private readonly directory: CurrentDirectory,
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
  ) {
    this.left = telemetry.gauge(
      'tonle_calendar_days_left',
      'Days until the holidays of a calendar are no longer known',
      ['calendar'],
    );
  }

  readonly run = (): Promise<void> => {
    const now = this.clock.now();
    const isTime = now - this.toldMs >= DAY_MS;
    const sides = this.directory.get().networks();
    for (const calendar of new Map(sides.map((side) => [side.calendar.calendarId, side.calendar])).values()) {
      const { calendarId, holidaysUntil } = calendar;
      const days = knownDaysLeft(calendar, now);
      if (days === undefined) continue;
      this.left.set({ calendar: calendarId }, days);
      if (days > CALENDAR_TOLD_DAYS || !isTime) continue;
      this.toldMs = now;
      this.telemetry.log.warn(
        { calendarId, holidaysUntil, days },
        'the holidays of a calendar end: write those of the next year into the directory',
      );
    }
    return Promise.resolve();
  };
}
