import type { Desk } from './desk.js';

interface Run {
  readonly state: string;
  readonly files?: readonly { readonly format: string; readonly sha256: string }[];
}

interface Report {
  readonly report: string;
  readonly formats: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly isNeeded: boolean }[];
}

/** Hash of every file of the reports, by report, day and format. */
export type ReportHashes = Readonly<Record<string, string>>;

/** Reports that need nothing but a day. */
export async function dailyReports(desk: Desk): Promise<readonly Report[]> {
  const { reports } = await desk.get<{ reports: Report[] }>('/v1/ops/reports');
  return reports.filter(
    ({ parameters }) =>
      parameters
        .filter(({ isNeeded }) => isNeeded)
        .map(({ name }) => name)
        .join() === 'day',
  );
}

/** Runs reports of a day as they were known at its end. */
export async function reportsOf(desk: Desk, day: string, reports: readonly Report[]): Promise<ReportHashes> {
  const runs = [];
  for (const { report, formats } of reports) {
    const asked = { report, parameters: { day }, formats, reason: 'the day is closed' };
    const { runId } = await desk.post<{ runId: string }>('/v1/ops/reports/runs', asked);
    runs.push({ report, runId });
  }
  const hashes: Record<string, string> = {};
  for (const { report, runId } of runs) {
    const run = await desk.until(`${report} of ${day}`, async () => {
      const found = await desk.get<Run>(`/v1/ops/reports/runs/${runId}`);
      return ['done', 'failed'].includes(found.state) ? found : undefined;
    });
    if (run.state !== 'done') throw new Error(`${report} of ${day}: ${JSON.stringify(run)}`);
    for (const { format, sha256 } of run.files ?? []) hashes[`${report} ${day} ${format}`] = sha256;
  }
  return hashes;
}
