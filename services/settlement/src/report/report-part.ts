import { reportCalls } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { Platform, Service } from '@tonle/platform';
import { readSettings } from '../settlement.settings.js';
import { homeOffsetMinutes } from './report-clock.js';
import { ReportDeliveryJob } from './report-delivery.job.js';
import { ReportFiling } from './report-filing.js';
import { ReportFileFolder } from './report-folder.js';
import { ReportMaker } from './report-maker.js';
import { periodOf } from './report-request.decide.js';
import { ReportRetentionJob } from './report-retention.job.js';
import { ReportRunJob } from './report-run.job.js';
import { ReportScheduleJob } from './report-schedule.job.js';
import { ReportScheduleService } from './report-schedule.service.js';
import { ReportWishJob } from './report-wish.job.js';
import { ReportService } from './report.service.js';
import { readStatement } from './report.view.js';

const RUN_EVERY_MS = 1_000;
const DELIVER_EVERY_MS = 5_000;
const PLAN_EVERY_MS = 15_000;
const END_EVERY_MS = 3_600_000;

/** Declares reports in settlement: what is asked of them, and what runs by the clock. */
export function declareReports(service: Service, platform: Platform, directory: Directory): void {
  // Rows that change keep until when they were known.
  platform.database.tellTime(() => platform.clock.now());
  const { reportsDir, reportPlaces, reportKeptDays, instructionKey } = readSettings(platform.settings);
  const places = [...reportPlaces.keys()].sort();
  const folder = new ReportFileFolder(reportsDir);
  const reports = new ReportService(platform, directory, folder, places, instructionKey);
  const schedules = new ReportScheduleService(
    platform,
    places,
    (id) => directory.participant(id) !== undefined,
  );
  service.call(reportCalls.catalogue, () => Promise.resolve(reports.catalogue()));
  service.call(reportCalls.run, (request) => reports.run(request));
  service.call(reportCalls.runs, (filter) => reports.runs(filter));
  service.call(reportCalls.files, (filter) => reports.files(filter));
  service.call(reportCalls.manifest, (request) => reports.manifest(request));
  service.call(reportCalls.bytes, (request) => reports.bytes(request));
  service.call(reportCalls.news, (told) => reports.news(told));
  service.call(reportCalls.schedules, () => schedules.list());
  service.call(reportCalls.schedule, (request) => schedules.add(request));
  service.call(reportCalls.endSchedule, (request) => schedules.end(request));
  service.call(reportCalls.statement, ({ day, until, ...asked }) => {
    const { from, to } = periodOf({ day, until }, { utcOffsetMinutes: homeOffsetMinutes(directory) });
    return readStatement(platform.database, { ...asked, from, to });
  });
  const runs = new ReportRunJob(
    platform,
    directory,
    new ReportMaker(platform.database, folder),
    new ReportFiling(platform.random, instructionKey),
  );
  service.leaving(() => runs.leave());
  service.job('make-reports', RUN_EVERY_MS, runs.run);
  service.job('plan-reports', PLAN_EVERY_MS, new ReportScheduleJob(platform, directory, places).run);
  service.job('plan-wished-reports', PLAN_EVERY_MS, new ReportWishJob(platform, directory, places).run);
  service.job('end-reports', END_EVERY_MS, new ReportRetentionJob(platform, folder, reportKeptDays).run);
  service.job('deliver-reports', DELIVER_EVERY_MS, new ReportDeliveryJob(platform, folder, reportPlaces).run);
}
