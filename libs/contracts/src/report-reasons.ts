import { entry } from './reason-entry.js';

/** Reasons of reports, of the one registry in reasons.ts. */
export const REPORT_REASONS = {
  report_unknown: entry(404, 'AG09', 'never', 'There is no such report', 'See the list of reports.'),
  report_run_unknown: entry(
    404,
    'AG09',
    'never',
    'There is no such run of a report',
    'See the list of runs.',
  ),
  report_file_unknown: entry(404, 'AG09', 'never', 'There is no such file', 'See the list of files.'),
  report_file_gone: entry(
    410,
    'AG09',
    'never',
    'The file is no longer in the folder of reports',
    'Run the report again with the same `knownAt`: it gives the same bytes.',
  ),
  report_range_wrong: entry(
    416,
    'AG09',
    'never',
    'The range is not in the file',
    'Ask for bytes that it has; `detail` says how many there are.',
  ),
  report_day_open: entry(
    409,
    'AG09',
    'later',
    'What was known at the end of the period is not known yet',
    'Wait until the time given in `detail`, or ask for what is known now with basis `now`.',
  ),
  report_queue_full: entry(
    429,
    'AG09',
    'later',
    'As many of your reports wait as may',
    'Ask again when one of them is done.',
  ),
  report_schedule_unknown: entry(
    404,
    'AG09',
    'never',
    'There is no such schedule',
    'See the list of schedules.',
  ),
};
