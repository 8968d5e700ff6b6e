import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import {
  refused,
  reportCalls,
  type Refusal,
  type ReportDescription,
  type ReportFile,
  type ReportRun,
} from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import { recordDeeds, type Platform } from '@tonle/platform';
import type { z } from 'zod';
import { REPORT_CATALOGUE } from './report-catalogue.table.js';
import { homeOffsetMinutes } from './report-clock.js';
import { findManifest, listFiles, untoldFiles, type FileFilter } from './report-file.store.js';
import type { ReportFileFolder } from './report-folder.js';
import { planRun, type ReportSurroundings } from './report-request.decide.js';
import { lockOpenRuns, insertRuns, listRuns } from './report-run.store.js';
import { showRun } from './report.view.js';
import { findReportWindow } from './report-window.store.js';

type AskedRun = z.infer<typeof reportCalls.run.request>;
type RunAnswer = z.infer<typeof reportCalls.run.response>;
type ManifestAnswer = z.infer<typeof reportCalls.manifest.response>;
type BytesAnswer = z.infer<typeof reportCalls.bytes.response>;

/** Reports of a participant's own that may wait at once. */
const OWN_OPEN_MAX = 20;
/** Of a file in one answer. */
const PIECE_BYTES_MAX = 1_048_576;
const NEWS_MAX = 100;

/** What others ask of reports: what there is, a run, its files. */
export class ReportService {
  constructor(
    private readonly platform: Platform,
    private readonly directory: Directory,
    private readonly folder: ReportFileFolder,
    private readonly places: readonly string[],
    private readonly key: KeyObject | undefined,
  ) {}

  catalogue(): { reports: ReportDescription[]; places: string[] } {
    const reports = REPORT_CATALOGUE.map(
      ({ id, title, version, audience, formats, needed, optional, columns }) => ({
        ...{ report: id, title, schemaVersion: version, audience, formats: [...formats] },
        parameters: [
          ...needed.map((name) => ({ name, isNeeded: true })),
          ...optional.map((name) => ({ name, isNeeded: false })),
        ],
        columns: columns.map(({ key, label, type }) => ({ key, label, type })),
      }),
    );
    return { reports, places: [...this.places] };
  }

  /** Notes a run; it is made as soon as those before it are. */
  async run(request: AskedRun): Promise<RunAnswer> {
    const { database, clock, random } = this.platform;
    const { operator, participant, reason, isOwn } = request;
    const nowMs = clock.now();
    const { knownAt, ...rest } = request;
    const planned = planRun(
      { ...rest, ...(knownAt !== undefined && { knownAt }) },
      await this.surroundings(request.parameters.window, nowMs),
    );
    if (planned.kind === 'refused') return toAnswer(planned);
    const runId = random.id(nowMs);
    const by = { operator, reason, ...(participant !== undefined && { participant }) };
    const isNoted = await database.transaction(async (transaction) => {
      if (isOwn && (await lockOpenRuns(transaction, participant!)) >= OWN_OPEN_MAX) return false;
      await insertRuns(transaction, [{ ...planned.run, runId, requestedAt: new Date(nowMs), ...by }]);
      const { report, receiver, parameters, basis, formats, deliver } = planned.run;
      const after = { report, receiver, parameters, basis, formats, deliver };
      const actor = { kind: 'operator' as const, name: operator, participant };
      const deed = { atMs: nowMs, actor, action: 'report.run', object: runId, after, reason };
      await recordDeeds(transaction, 'settlement', [deed]);
      return true;
    });
    if (!isNoted) return toAnswer(refused('report_queue_full', `At most ${OWN_OPEN_MAX} wait at once.`));
    return { kind: 'started', runId };
  }

  async runs(filter: z.infer<typeof reportCalls.runs.request>): Promise<{ runs: ReportRun[] }> {
    return { runs: (await listRuns(this.platform.database, filter)).map(showRun) };
  }

  async files(filter: FileFilter): Promise<{ files: ReportFile[] }> {
    return { files: await listFiles(this.platform.database, filter) };
  }

  async manifest({
    fileId,
    receiver,
  }: z.infer<typeof reportCalls.manifest.request>): Promise<ManifestAnswer> {
    const found = await findManifest(this.platform.database, fileId, receiver);
    if (found === undefined) return refused('report_file_unknown') as ManifestAnswer;
    const { manifest, signature } = found;
    if (signature === null) return { kind: 'found', manifest };
    const publicKey =
      this.key === undefined
        ? {}
        : { publicKey: createPublicKey(this.key).export({ type: 'spki', format: 'pem' }).toString() };
    return { kind: 'found', manifest, signature, ...publicKey };
  }

  /** A piece of a file, cut at its end. */
  async bytes(request: z.infer<typeof reportCalls.bytes.request>): Promise<BytesAnswer> {
    const { fileId, receiver, offset } = request;
    const [file] = await listFiles(this.platform.database, { fileId, receiver, limit: 1 });
    if (file === undefined) return refused('report_file_unknown') as BytesAnswer;
    const length = Math.max(0, Math.min(request.length, PIECE_BYTES_MAX, file.bytes - offset));
    const bytes = await this.folder.read(file.sha256, offset, length);
    if (bytes === undefined) return refused('report_file_gone') as BytesAnswer;
    return { kind: 'bytes', base64: bytes.toString('base64'), file };
  }

  async news({ told }: z.infer<typeof reportCalls.news.request>): Promise<{ files: ReportFile[] }> {
    const { database, clock } = this.platform;
    return { files: await untoldFiles(database, told, new Date(clock.now()), NEWS_MAX) };
  }

  private async surroundings(windowId: string | undefined, nowMs: number): Promise<ReportSurroundings> {
    const window =
      windowId === undefined ? undefined : await findReportWindow(this.platform.database, windowId);
    return {
      nowMs,
      utcOffsetMinutes: homeOffsetMinutes(this.directory),
      participants: new Set(this.directory.participants().map(({ participantId }) => participantId)),
      places: this.places,
      ...(window !== undefined && { window }),
    };
  }
}

function toAnswer({ kind, reason, detail, errors }: Refusal): Extract<RunAnswer, { kind: 'refused' }> {
  return {
    kind,
    reason,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors: [...errors] }),
  };
}
