import type { Database } from '@tonle/persistence';
import {
  CamtWriter,
  ControlTotals,
  CsvWriter,
  PdfWriter,
  XlsxWriter,
  type ReportFormat,
  type ReportHead,
  type ReportRow,
  type ReportSummary,
  type ReportWriter,
} from '@tonle/report';
import { FormatTooLong, LimitedWriter } from './limited-writer.js';
import type { CamtSubject, ReportDefinition, ReportPeriod, ReportValues } from './report-definition.js';
import type { ReportDraft, ReportFileFolder } from './report-folder.js';
import { readReportRows, whatReportLacks } from './report-rows.store.js';
import type { MadeFile, ReportRunRow } from './report-run.js';

/** What a run made: files that are in the folder, and which formats it was too long for. */
export interface MadeReport {
  readonly files: readonly MadeFile[];
  readonly leftOut: readonly { readonly format: ReportFormat; readonly because: string }[];
  readonly summary: ReportSummary;
}

export type ToMake = Pick<
  ReportRunRow,
  'runId' | 'attempts' | 'receiver' | 'parameters' | 'knownAt' | 'formats' | 'language'
>;

/** A CSV of more bytes than these is compressed. */
const GZIP_OVER_BYTES = 50_000_000;

interface Output {
  readonly format: ReportFormat;
  readonly draft: ReportDraft;
  readonly writer: ReportWriter;
}

/** Reads a report once, and writes all its formats meanwhile: rows are held by nobody. */
export class ReportMaker {
  constructor(
    private readonly database: Database,
    private readonly folder: ReportFileFolder,
    private readonly gzipOverBytes = GZIP_OVER_BYTES,
  ) {}

  /** What has not come yet of all that it is made of, for people; undefined: it can be made. */
  lacks(definition: ReportDefinition, run: ToMake, period: ReportPeriod): Promise<string | undefined> {
    return whatReportLacks(this.database, definition, valuesOf(run, period));
  }

  /** `tell` hears how many rows have passed; what it throws ends the run. */
  async make(
    definition: ReportDefinition,
    run: ToMake,
    period: ReportPeriod,
    accountCurrency: string | undefined,
    tell: (rows: number) => Promise<void>,
  ): Promise<MadeReport> {
    const head = headOf(definition, run);
    let outputs: Output[] = [];
    let totals = new ControlTotals(head.columns);
    let digest: CsvWriter | undefined;
    const discard = () => Promise.all(outputs.map(({ draft }) => draft.discard()));
    const start = async () => {
      await discard();
      totals = new ControlTotals(head.columns);
      digest = undefined;
      outputs = [];
      const subject = { receiver: run.receiver, currency: accountCurrency ?? '', period: soFar(period, run) };
      for (const format of run.formats) {
        const draft = await this.folder.draft(run.runId, run.attempts, format);
        const writer = writerOf(format, head, definition, subject, draft);
        outputs.push({ format, draft, writer });
        if (writer instanceof CsvWriter) digest = writer;
      }
      // The content's hash is that of the CSV, whether it is kept or not.
      digest ??= new CsvWriter(head, () => undefined);
    };
    const rows = async (batch: readonly ReportRow[]) => {
      totals.add(batch);
      for (const writer of new Set([digest!, ...outputs.map((output) => output.writer)]))
        await writer.write(batch);
      await tell(totals.rows);
    };
    try {
      await readReportRows(this.database, definition, valuesOf(run, period), { start, rows });
      await digest!.end();
      const summary = { rows: totals.rows, totals: totals.totals(), digest: digest!.digest() };
      return { ...(await this.finish(outputs, summary)), summary };
    } catch (error) {
      await discard();
      throw error;
    }
  }

  private async finish(
    outputs: readonly Output[],
    summary: ReportSummary,
  ): Promise<Pick<MadeReport, 'files' | 'leftOut'>> {
    const files: MadeFile[] = [];
    const leftOut: MadeReport['leftOut'][number][] = [];
    for (const { format, draft, writer } of outputs) {
      try {
        await writer.end(summary);
      } catch (error) {
        if (!(error instanceof FormatTooLong)) throw error;
        await draft.discard();
        leftOut.push({ format, because: error.message });
        continue;
      }
      files.push({ format, ...(await this.keep(format, draft)) });
    }
    return { files, leftOut };
  }

  private async keep(format: ReportFormat, written: ReportDraft): Promise<Omit<MadeFile, 'format'>> {
    const whole = await written.finish();
    const isSmall = format !== 'csv' || whole.bytes <= this.gzipOverBytes;
    const draft = isSmall ? written : await written.compressed();
    const made = isSmall ? whole : { ...(await draft.finish()), compression: 'gzip' as const };
    await this.folder.keep(draft, made.sha256);
    return made;
  }
}

function writerOf(
  format: ReportFormat,
  head: ReportHead,
  { camt }: ReportDefinition,
  subject: CamtSubject,
  { sink }: ReportDraft,
): ReportWriter {
  switch (format) {
    case 'csv':
      return new CsvWriter(head, sink);
    case 'xlsx':
      return new LimitedWriter(new XlsxWriter(head, sink), 'xlsx');
    case 'pdf':
      return new PdfWriter(head, sink);
    case 'camt.052':
    case 'camt.053':
    case 'camt.054':
      return new LimitedWriter(new CamtWriter(head, format, camt!(subject), sink), format);
  }
}

function headOf(definition: ReportDefinition, run: ToMake): ReportHead {
  const labels: Readonly<Record<string, string>> = {
    day: 'Day',
    until: 'Until',
    window: 'Window',
    currency: 'Currency',
    partner: 'Partner',
    entry: 'Entry',
  };
  return {
    report: definition.id,
    title: definition.title,
    schemaVersion: definition.version,
    receiver: run.receiver,
    facts: Object.entries(labels).flatMap(([name, label]) => {
      const value = run.parameters[name as keyof typeof run.parameters];
      return value === undefined ? [] : [{ label, value }];
    }),
    dataUntil: run.knownAt.toISOString(),
    language: run.language,
    columns: definition.columns,
    ...(definition.section !== undefined && { section: definition.section }),
  };
}

/** An account's report of a day that is not over ends with what it knows. */
function soFar({ to, ...period }: ReportPeriod, { knownAt }: ToMake): ReportPeriod {
  return { ...period, to: knownAt > period.from && knownAt < to ? knownAt : to };
}

function valuesOf({ receiver, parameters, knownAt }: ToMake, period: ReportPeriod): ReportValues {
  return {
    knownAt,
    receiver,
    from: period.from,
    to: period.to,
    offset: period.utcOffsetMinutes,
    day: parameters.day ?? null,
    until: parameters.until ?? null,
    window: parameters.window ?? null,
    currency: parameters.currency ?? null,
    partner: parameters.partner ?? null,
    entry: parameters.entry ?? null,
  };
}
