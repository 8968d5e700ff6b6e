import { setTimeout as pause } from 'node:timers/promises';
import { moreText, readSeconds, type CommandContext } from './command-context.js';
import { UsageError } from './gateway-client.js';
import { queryOf } from './ops.js';
import { list, show, table } from './output.js';
import {
  clientOf,
  fetchFile,
  filesOf,
  manifestOf,
  type ReportGetOptions,
  type ShownFile,
} from './report-fetch.js';

interface ShownReport {
  readonly report: string;
  readonly title: string;
  readonly audience: string;
  readonly formats: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly isNeeded: boolean }[];
}

interface ShownRun {
  readonly runId: string;
  readonly report: string;
  readonly state: string;
  readonly progress: string;
  readonly rows?: number;
  readonly leftOut?: readonly { readonly format: string; readonly because: string }[];
  readonly files: readonly ShownFile[];
}

export interface ReportRunOptions {
  readonly day?: string;
  readonly until?: string;
  readonly window?: string;
  readonly currency?: string;
  readonly partner?: string;
  readonly entry?: string;
  readonly receiver?: string;
  readonly basis?: string;
  readonly knownAt?: string;
  readonly formats?: string;
  readonly language?: string;
  readonly deliver?: string;
  readonly reason?: string;
  readonly own?: boolean;
  readonly out?: string;
  /** Seconds for what has not come yet; false: it is only asked for. */
  readonly wait: string | false;
}
export interface ReportListOptions {
  readonly own?: boolean;
}
export interface ReportFilesOptions {
  readonly report?: string;
  readonly day?: string;
  readonly receiver?: string;
  readonly all?: boolean;
  readonly own?: boolean;
  readonly cursor?: string;
  readonly limit?: string;
}

const LOOK_MS = 500;

const runsOf = (own: boolean | undefined): string =>
  own === true ? '/v1/reports/runs' : '/v1/ops/reports/runs';

/** `tonle report list`: with --own those that a participant may ask for. */
export async function runReportList(context: CommandContext, { own }: ReportListOptions): Promise<number> {
  const { output } = context;
  const path = own === true ? '/v1/reports' : '/v1/ops/reports';
  const { reports } = await clientOf(context, own).ask<{ reports: ShownReport[] }>('GET', path);
  if (output.json) for (const report of reports) output.out(JSON.stringify(report));
  else output.out(table(reports.map(rowOf)));
  return 0;
}

function rowOf({ report, title, audience, formats, parameters }: ShownReport): string[] {
  const words = parameters.map(({ name, isNeeded }) => (isNeeded ? name : `[${name}]`));
  return [report, title, audience, words.join(' '), formats.join(',')];
}

/** `tonle report files`. */
export async function runReportFiles(context: CommandContext, options: ReportFilesOptions): Promise<number> {
  const { output, again } = context;
  const { all, own, limit = '100', ...filter } = options;
  if (own === true && filter.receiver !== undefined)
    throw new UsageError('--receiver is for operators; with --own the files are your own.');
  const query = queryOf({ ...filter, all: all === true ? 'true' : undefined, limit });
  const { files, next } = await clientOf(context, own).ask<{ files: ShownFile[]; next?: string }>(
    'GET',
    `${filesOf(own)}${query}`,
  );
  const flags = [...(all === true ? [' --all'] : []), ...(own === true ? [' --own'] : [])].join('');
  if (output.json) for (const file of files) output.out(JSON.stringify(file));
  else output.out(files.length === 0 ? 'No file matches.' : table(files.map(fileRow), [3, 4]));
  if (next !== undefined) output.err(moreText(again, `report files${flags}`, { ...filter, limit }, next));
  return 0;
}

function fileRow({ fileId, report, name, rows, bytes, supersededAt }: ShownFile): string[] {
  const stands = supersededAt === undefined ? '' : `superseded ${supersededAt}`;
  return [fileId, report, name, rows.toString(), bytes.toString(), stands];
}

/** `tonle report run`: waits for its end, and fetches its files with --out. */
export async function runReportRun(
  context: CommandContext,
  report: string,
  options: ReportRunOptions,
): Promise<number> {
  const { own, out, wait } = options;
  const heldMsMax = wait === false ? 0 : readSeconds(wait) * 1_000;
  const client = clientOf(context, own);
  const body = bodyOf(report, options);
  const { runId } = await client.ask<{ runId: string }>('POST', runsOf(own), { body });
  if (wait === false) {
    show(context.output, { runId }, () => runId);
    return 0;
  }
  let told = '';
  let heldSince: number | undefined;
  for (;;) {
    const run = await client.ask<ShownRun>('GET', `${runsOf(own)}/${runId}`);
    if (run.state === 'done' || run.state === 'failed') return endOf(context, run, own, out);
    if (run.progress !== told) context.output.err(`${report}: ${run.progress}`);
    told = run.progress;
    heldSince = isHeld(run) ? (heldSince ?? performance.now()) : undefined;
    if (heldSince !== undefined && performance.now() - heldSince >= heldMsMax)
      return leave(context, run, own);
    await pause(LOOK_MS);
  }
}

/** Waits for others, or for people; not for its turn. */
const isHeld = ({ state, progress }: ShownRun): boolean =>
  state === 'waiting' && progress.startsWith('waits');

/** Nothing is made without what has not come: it is made when that comes, whoever looks. */
function leave({ output, again }: CommandContext, run: ShownRun, own: boolean | undefined): number {
  if (output.json) output.out(JSON.stringify(run));
  else
    output.err(
      [
        'It is made by itself when that has come:',
        `  ${again} report show ${run.runId}${own === true ? ' --own' : ''}`,
      ].join('\n'),
    );
  return 1;
}

function bodyOf(report: string, options: ReportRunOptions): object {
  const { day, until, window, currency, partner, entry, receiver, basis, knownAt, formats, language } =
    options;
  const { deliver, reason, own } = options;
  if (own !== true && reason === undefined) throw new UsageError('Say why with --reason; it is recorded.');
  return {
    report,
    parameters: { day, until, window, currency, partner, entry: entry && entryName(entry) },
    basis,
    knownAt,
    formats: formats?.split(','),
    language,
    ...(own === true ? {} : { receiver, deliver: deliver?.split(','), reason }),
  };
}

/** The credit of R34 by line, reference and instant as R2 has them; the API has the instant in milliseconds. */
function entryName(entry: string): string {
  const [, name, at] = /^(.+):(\d{4}-\d{2}-\d{2}T[\d:.]+Z)$/.exec(entry) ?? [];
  const ms = Date.parse(at ?? '');
  return Number.isNaN(ms) ? entry : `${name!}:${ms}`;
}

async function endOf(
  context: CommandContext,
  run: ShownRun,
  own: boolean | undefined,
  out: string | undefined,
): Promise<number> {
  show(context.output, run, () => runText(run));
  if (run.state === 'failed') return 1;
  let code = 0;
  if (out !== undefined)
    for (const file of run.files)
      code = Math.max(code, await fetchFile(context, file, { own: own === true, out }));
  return code;
}

function runText({ runId, report, progress, rows, leftOut = [], files }: ShownRun): string {
  const lines = [
    list([
      ['report', report],
      ['run', runId],
      ['progress', progress],
      ['rows', rows?.toString()],
      ...leftOut.map(({ format, because }) => [`not as ${format}`, because] as const),
    ]),
  ];
  if (files.length > 0) lines.push(table(files.map(fileRow), [3, 4]));
  return lines.join('\n');
}

/** `tonle report show`: a run. */
export async function runReportShow(
  context: CommandContext,
  runId: string,
  { own }: Pick<ReportGetOptions, 'own'>,
): Promise<number> {
  const run = await clientOf(context, own).ask<ShownRun>('GET', `${runsOf(own)}/${runId}`);
  show(context.output, run, () => runText(run));
  return run.state === 'failed' ? 1 : 0;
}

/** `tonle report get`: a file, piece by piece; goes on where it broke off. */
export async function runReportGet(
  context: CommandContext,
  fileId: string,
  options: ReportGetOptions,
): Promise<number> {
  const client = clientOf(context, options.own);
  const said = await manifestOf(client, fileId, options.own);
  const file = { ...(JSON.parse(said.manifest) as { file: string; bytes: number; sha256: string }), fileId };
  return fetchFile(context, { ...file, name: file.file }, options, said);
}
