import { expect, it, jest } from '@jest/globals';
import { TestClock } from '@tonle/platform';
import { createTestTelemetry } from '@tonle/telemetry';
import { directoryOf, sandboxDirectory } from '../payment/directory.testing.js';
import { CalendarEndJob } from './calendar-end.job.js';

it('tells operators once a day from two months before the holidays of a calendar end', async () => {
  const directory = directoryOf(sandboxDirectory());
  const clock = new TestClock(Date.parse('2027-10-31T12:00:00Z'));
  const telemetry = createTestTelemetry('routing');
  const warn = jest.spyOn(telemetry.log, 'warn');
  const job = new CalendarEndJob({ get: () => directory } as never, clock, telemetry);
  const daysOf = async (calendar: string) => {
    const metrics = await telemetry.registry.getMetricsAsJSON();
    const values = metrics.find(({ name }) => name === 'tonle_calendar_days_left')?.values ?? [];
    return values.find(({ labels }) => labels['calendar'] === calendar)?.value;
  };
  await job.run();
  expect([await daysOf('TH'), warn.mock.calls.length]).toEqual([62, 0]);
  clock.set(Date.parse('2027-11-02T12:00:00Z'));
  await job.run();
  const calendars = new Set(directory.networks().map(({ calendar }) => calendar.calendarId));
  expect([await daysOf('TH'), warn.mock.calls.length]).toEqual([60, calendars.size]);
  clock.advance(600_000);
  await job.run();
  expect(warn).toHaveBeenCalledTimes(calendars.size);
  clock.set(Date.parse('2028-01-01T00:00:00Z'));
  await job.run();
  expect([await daysOf('TH'), warn.mock.calls.length]).toEqual([0, 2 * calendars.size]);
});
