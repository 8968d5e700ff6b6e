import type { Random } from '@tonle/platform';
import type { Transaction } from '@tonle/persistence';
import { manifestBytes, reportFileName, sha256Of, type ReportFormat } from '@tonle/report';
import { signManifest } from '@tonle/security';
import type { KeyObject } from 'node:crypto';
import type { ReportDefinition } from './report-definition.js';
import {
  confirmFiles,
  insertFile,
  lockSeries,
  moveSeries,
  planDeliveries,
  type StandingFile,
} from './report-file.store.js';
import type { MadeReport } from './report-maker.js';
import type { MadeFile, ReportRunRow } from './report-run.js';

/** Written into manifests: which program made it, as far as its bytes hang on that. */
const GENERATOR = 'tonle-report/1';

const EXTENSION: Readonly<Record<ReportFormat, string>> = {
  csv: 'csv',
  xlsx: 'xlsx',
  pdf: 'pdf',
  'camt.052': 'camt.052.xml',
  'camt.053': 'camt.053.xml',
  'camt.054': 'camt.054.xml',
};

/** What became of the files of a run. */
export interface Filed {
  readonly added: number;
  readonly same: number;
  readonly fileIds: readonly string[];
}

/** Files what a run made: new files get the next numbers of their series, what is as it was is confirmed. */
export class ReportFiling {
  constructor(
    private readonly random: Random,
    /** Undefined: manifests are not signed. */
    private readonly key: KeyObject | undefined,
  ) {}

  async file(
    transaction: Transaction,
    definition: ReportDefinition,
    run: ReportRunRow,
    made: MadeReport,
    nowMs: number,
  ): Promise<Filed> {
    const now = new Date(nowMs);
    const { standing, ...series } = await lockSeries(transaction, run);
    let { sequence, previous } = series;
    const same: string[] = [];
    const added: string[] = [];
    for (const file of made.files) {
      const before = standing.find(({ format }) => format === file.format);
      if (before !== undefined && isSame(before, file, run, made)) {
        same.push(before.fileId);
        continue;
      }
      sequence += 1;
      const next = this.manifestOf(definition, run, made, { file, before, sequence, previous, nowMs });
      previous = sha256Of(Buffer.from(next.manifest, 'utf8'));
      await insertFile(transaction, {
        ...{ runId: run.runId, report: run.report, receiver: run.receiver, slot: run.slot },
        ...{ format: file.format, bytes: file.bytes, sha256: file.sha256, sequence },
        ...{ rows: made.summary.rows, contentSha256: made.summary.digest },
        ...{ parameters: run.parameters, knownAt: run.knownAt, madeAt: now, supersedes: before?.fileId },
        ...next,
      });
      added.push(next.fileId);
    }
    if (previous !== undefined) await moveSeries(transaction, run, sequence, previous);
    await confirmFiles(transaction, same, now);
    const fileIds = [...same, ...added];
    await planDeliveries(transaction, fileIds, run.deliver, now);
    return { added: added.length, same: same.length, fileIds };
  }

  private manifestOf(
    definition: ReportDefinition,
    run: ReportRunRow,
    { summary }: MadeReport,
    the: {
      readonly file: MadeFile;
      readonly before: StandingFile | undefined;
      readonly sequence: number;
      readonly previous: string | undefined;
      readonly nowMs: number;
    },
  ): {
    readonly fileId: string;
    readonly name: string;
    readonly version: number;
    readonly manifest: string;
    readonly signature: string | undefined;
  } {
    const { file, before, sequence, previous, nowMs } = the;
    const version = (before?.version ?? 0) + 1;
    const { day, until, window, currency = '' } = run.parameters;
    const name = reportFileName({
      kind: definition.id,
      receiver: run.receiver,
      currency,
      period: window ?? (until === undefined ? day! : `${day}-${until}`),
      version,
      sequence,
      extension: `${EXTENSION[file.format]}${file.compression === 'gzip' ? '.gz' : ''}`,
    });
    const bytes = manifestBytes({
      kind: definition.id,
      schemaVersion: definition.version,
      file: name,
      format: file.format,
      receiver: run.receiver,
      version,
      sequence,
      ...(previous === undefined ? {} : { previousManifestSha256: previous }),
      ...(before === undefined ? {} : { supersedes: before.fileId }),
      parameters: Object.fromEntries(
        Object.entries(run.parameters).filter(([, value]) => value !== undefined),
      ),
      basis: run.basis,
      dataUntil: run.knownAt.toISOString(),
      rows: summary.rows,
      totals: summary.totals,
      ...(file.compression === undefined ? {} : { compression: file.compression }),
      bytes: file.bytes,
      sha256: file.sha256,
      contentSha256: summary.digest,
      createdAt: new Date(nowMs).toISOString(),
      generator: GENERATOR,
    });
    const signature = this.key === undefined ? undefined : signManifest(bytes, this.key).toString('base64');
    return { fileId: this.random.id(nowMs), name, version, manifest: bytes.toString('utf8'), signature };
  }
}

/** Of one instant every byte is as it was; of another the content counts, since a file tells its instant. */
function isSame(
  before: StandingFile,
  file: MadeFile,
  { knownAt }: Pick<ReportRunRow, 'knownAt'>,
  { summary }: MadeReport,
): boolean {
  return before.knownAt.getTime() === knownAt.getTime()
    ? before.sha256 === file.sha256
    : before.contentSha256 === summary.digest;
}
