export { playWeek, type PlayedWeek } from './week.js';
export { adjustForWeek, holidayOf, weekFrom } from './week.table.js';
export { wantingOf } from './outcome.js';
export { ReportDrop } from './report-drop.js';
