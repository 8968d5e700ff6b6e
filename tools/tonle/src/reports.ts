import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { isManifestSigned, manifestPublicKey } from '@tonle/security';
import type { CommandContext } from './command-context.js';
import { UsageError, type GatewayClient } from './gateway-client.js';
import { OPERATOR } from './ops.js';
import { list, show, table } from './output.js';

interface ShownReport {
  readonly report: string;
  readonly title: string;
  readonly audience: string;
  readonly formats: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly isNeeded: boolean }[];
}

interface ShownFile {
  readonly fileId: string;
  readonly report: string;
  readonly receiver: string;
  readonly format: string;
  readonly name: string;
  readonly version: number;
  readonly bytes: number;
  readonly rows: number;
  readonly sha256: string;
  readonly knownAt: string;
  readonly supersededAt?: string;
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
  readonly receiver?: string;
  readonly basis?: string;
  readonly knownAt?: string;
  readonly formats?: string;
  readonly language?: string;
  readonly deliver?: string;
  readonly reason?: string;
  readonly own?: boolean;
  readonly out?: string;
  readonly wait: boolean;
}
export interface ReportListOptions {
  readonly own?: boolean;
}
export interface ReportFilesOptions {
  readonly report?: string;
  readonly day?: string;
  readonly all?: boolean;
  readonly own?: boolean;
}
export interface ReportGetOptions {
  readonly own?: boolean;
  readonly out?: string;
  readonly key?: string;
}

const LOOK_MS = 500;
const PIECE_BYTES = 8 * 1_048_576;
const PIECE_MS = 120_000;

const clientOf = ({ gateway }: CommandContext, own: boolean | undefined): GatewayClient =>
  own === true ? gateway() : gateway(OPERATOR);
const filesOf = (own: boolean | undefined): string =>
  own === true ? '/v1/reports/files' : '/v1/ops/reports/files';
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
  const { output } = context;
  const { report, day, all, own } = options;
  const query = new URLSearchParams({
    ...(report === undefined ? {} : { report }),
    ...(day === undefined ? {} : { day }),
    ...(all === true ? { all: 'true' } : {}),
    limit: '100',
  });
  const { files } = await clientOf(context, own).ask<{ files: ShownFile[] }>(
    'GET',
    `${filesOf(own)}?${query}`,
  );
  if (output.json) for (const file of files) output.out(JSON.stringify(file));
  else if (files.length === 0) output.out('No files.');
  else output.out(table(files.map(fileRow), [3, 4]));
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
  const client = clientOf(context, own);
  const body = bodyOf(report, options);
  const { runId } = await client.ask<{ runId: string }>('POST', runsOf(own), { body });
  if (!wait) {
    show(context.output, { runId }, () => runId);
    return 0;
  }
  let told = '';
  for (;;) {
    const run = await client.ask<ShownRun>('GET', `${runsOf(own)}/${runId}`);
    if (run.state === 'done' || run.state === 'failed') return endOf(context, run, own, out);
    if (run.progress !== told) context.output.err(`${report}: ${run.progress}`);
    told = run.progress;
    await pause(LOOK_MS);
  }
}

function bodyOf(report: string, options: ReportRunOptions): object {
  const { day, until, window, currency, partner, receiver, basis, knownAt, formats, language, deliver } =
    options;
  const { reason, own } = options;
  if (own !== true && reason === undefined) throw new UsageError('Say why with --reason; it is recorded.');
  return {
    report,
    parameters: { day, until, window, currency, partner },
    basis,
    knownAt,
    formats: formats?.split(','),
    language,
    ...(own === true ? {} : { receiver, deliver: deliver?.split(','), reason }),
  };
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

interface SaidManifest {
  readonly manifest: string;
  readonly signature?: string;
}

const manifestOf = (client: GatewayClient, fileId: string, own: boolean | undefined): Promise<SaidManifest> =>
  client.ask<SaidManifest>('GET', `${filesOf(own)}/${fileId}/manifest`);

async function fetchFile(
  context: CommandContext,
  file: Pick<ShownFile, 'fileId' | 'name' | 'bytes' | 'sha256'>,
  { own, out = '.', key }: ReportGetOptions,
  told?: SaidManifest,
): Promise<number> {
  const { output, keysFolder } = context;
  const client = clientOf(context, own);
  const said = told ?? (await manifestOf(client, file.fileId, own));
  mkdirSync(out, { recursive: true });
  // Whoever answers chooses the name: it is one of this folder.
  const path = join(out, basename(file.name));
  const part = `${path}.${file.sha256.slice(0, 8)}.part`;
  let have = existsSync(part) ? statSync(part).size : 0;
  while (have < file.bytes) {
    const range = `bytes=${have}-${Math.min(have + PIECE_BYTES, file.bytes) - 1}`;
    const piece = await client.downloadRange(`${filesOf(own)}/${file.fileId}`, range, PIECE_MS);
    if (piece.length === 0) throw new UsageError(`${file.name}: nothing more came`);
    await appendFile(part, piece);
    have += piece.length;
  }
  if (file.bytes === 0) await appendFile(part, '');
  const keyFile = key ?? join(keysFolder, 'TONLE-settlement.pub.pem');
  const verdict = await verdictOf(part, file.sha256, said, existsSync(keyFile) ? keyFile : undefined);
  if (verdict.isWrong) {
    output.err(`${file.name}: ${verdict.text}. It is left as ${part}.`);
    return 1;
  }
  renameSync(part, path);
  writeFileSync(`${path}.manifest.json`, said.manifest);
  if (said.signature !== undefined)
    writeFileSync(`${path}.manifest.sig`, Buffer.from(said.signature, 'base64'));
  show(output, { file: path, sha256: file.sha256, verdict: verdict.text }, () => `${path}  ${verdict.text}`);
  return 0;
}

/** What a file is held against: its hash, the manifest that has it, and the signature of that. */
async function verdictOf(
  path: string,
  sha256: string,
  { manifest, signature }: SaidManifest,
  keyFile: string | undefined,
): Promise<{ readonly isWrong: boolean; readonly text: string }> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const found = hash.digest('hex');
  const named = (JSON.parse(manifest) as { readonly sha256: string }).sha256;
  if (found !== sha256 || found !== named)
    return { isWrong: true, text: 'its hash is another than its manifest says' };
  if (signature === undefined)
    return { isWrong: false, text: 'hash as in its manifest, which is not signed' };
  if (keyFile === undefined)
    return { isWrong: false, text: 'hash as in its manifest; --key names the key that proves whose it is' };
  const key = manifestPublicKey(readFileSync(keyFile, 'utf8'));
  return isManifestSigned(Buffer.from(manifest), Buffer.from(signature, 'base64'), key)
    ? { isWrong: false, text: `hash as in its manifest, signed by ${basename(keyFile)}` }
    : { isWrong: true, text: `its manifest is not signed by ${basename(keyFile)}` };
}
