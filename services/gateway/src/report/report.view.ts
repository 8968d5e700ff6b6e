import type { ReportFile, ReportRun } from '@tonle/contracts';
import type { PublicFile, PublicRun, PublicReportRuns } from './report.schema.js';

/** Where whoever asks finds files: among all, or among its own. */
export type FilePaths = '/v1/ops/reports/files' | '/v1/reports/files';

export function showFile(file: ReportFile, paths: FilePaths): PublicFile {
  const path = `${paths}/${file.fileId}`;
  return {
    ...file,
    format: file.format as PublicFile['format'],
    parameters: plain(file.parameters),
    links: { file: path, manifest: `${path}/manifest` },
  };
}

export function showRun(run: ReportRun): PublicReportRuns['runs'][number] {
  return { ...run, parameters: plain(run.parameters) };
}

export function showRunWithFiles(run: ReportRun, files: readonly ReportFile[], paths: FilePaths): PublicRun {
  return { ...showRun(run), files: files.map((file) => showFile(file, paths)) };
}

function plain(parameters: ReportFile['parameters']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
