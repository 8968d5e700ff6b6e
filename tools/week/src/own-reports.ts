import { createHash } from 'node:crypto';
import type { ApiClient } from '@tonle/tool-tonle';
import type { Desk } from './desk.js';

/** A participant that gets its statement every day, and one that may not have it. */
const RECEIVER = 'THSWITCH';
const STRANGER = 'KHMEKONG';
const STATEMENT = { report: 'R2', currency: 'THB', formats: ['csv', 'camt.053'] } as const;
const HOOK = 'week-reports';
const PIECES = 3;

interface OwnFile {
  readonly fileId: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}
interface OwnRun {
  readonly state: string;
  readonly progress: string;
  readonly files: readonly OwnFile[];
}
interface Caught {
  readonly event: { readonly type: string; readonly data: { readonly fileId?: string } };
  readonly attempts: readonly { readonly signature: string; readonly answered: unknown }[];
}

/** A participant's own report, as it came: told of by webhook, fetched in pieces. */
export interface PlayedDownload {
  readonly day: string;
  readonly file: string;
  readonly sha256: string;
  readonly pieces: number;
}

/** A participant asks to be told of its reports by webhook. */
export async function subscribe(desk: Desk): Promise<void> {
  const at = `/control/webhooks/${HOOK}`;
  const { url } = JSON.parse(await desk.told(at)) as { url: string };
  const { body, ok, status } = await desk
    .as(RECEIVER)
    .post<{ keys: { publicKey: string }[] }>('/v1/webhook-endpoints', { url, types: ['report.available'] });
  if (!ok) throw new Error(`a webhook of ${RECEIVER}: ${status} ${JSON.stringify(body)}`);
  await desk.control(at, { keys: body.keys.map(({ publicKey }) => publicKey) });
}

/** It asks for its statement of a day, is told of each file, and fetches it in pieces; nobody else can. */
export async function playDownloads(desk: Desk, day: string): Promise<readonly PlayedDownload[]> {
  const { report, currency, formats } = STATEMENT;
  const own = desk.as(RECEIVER);
  const asked = await own.post<{ runId: string }>('/v1/reports/runs', {
    ...{ report, formats, parameters: { day, currency } },
  });
  if (!asked.ok) throw new Error(`${report} of ${RECEIVER}: ${asked.status} ${JSON.stringify(asked.body)}`);
  const run = await desk.until(`${report} of ${RECEIVER} of ${day}`, async () => {
    const { body } = await own.get<OwnRun>(`/v1/reports/runs/${asked.body.runId}`);
    return ['done', 'failed'].includes(body.state) ? body : undefined;
  });
  if (run.state !== 'done' || run.files.length !== formats.length)
    throw new Error(`${report} of ${RECEIVER} of ${day}: ${JSON.stringify(run)}`);
  const played: PlayedDownload[] = [];
  for (const file of run.files) {
    await told(desk, file);
    await refusedTo(desk.as(STRANGER), file);
    played.push({ day, file: file.name, sha256: file.sha256, pieces: await fetched(own, file) });
  }
  return played;
}

/** Waits until the webhook of a file has come, signed. */
async function told(desk: Desk, { fileId, name }: OwnFile): Promise<void> {
  await desk.until(`the webhook of ${name}`, async () => {
    const { shown } = JSON.parse(await desk.told(`/control/webhooks/${HOOK}`)) as { shown: Caught[] };
    const caught = shown.find(({ event: { type, data } }) => {
      return type === 'report.available' && data.fileId === fileId;
    });
    if (caught === undefined) return undefined;
    const { signature } = caught.attempts.at(-1)!;
    if (signature !== 'valid') throw new Error(`its signature is ${signature}`);
    return true;
  });
}

async function refusedTo(stranger: ApiClient, { fileId, name }: OwnFile): Promise<void> {
  const { status } = await stranger.get(`/v1/reports/files/${fileId}`);
  if (status !== 404) throw new Error(`${name} is answered to ${STRANGER} with ${status}`);
}

/** Fetches a file in pieces of the same length, and holds the whole against its hash. Resolves with how many it were. */
async function fetched(own: ApiClient, { fileId, name, bytes, sha256 }: OwnFile): Promise<number> {
  const length = Math.max(1, Math.ceil(bytes / PIECES));
  const hash = createHash('sha256');
  let pieces = 0;
  for (let from = 0; from < bytes; from += length) {
    const to = Math.min(from + length, bytes) - 1;
    const path = `/v1/reports/files/${fileId}`;
    const answer = await own.send<Buffer>('GET', path, undefined, { range: `bytes=${from}-${to}` });
    const range = answer.headers.get('content-range');
    if (answer.status !== 206 || range !== `bytes ${from}-${to}/${bytes}`)
      throw new Error(`${name}, bytes ${from} to ${to}: ${answer.status} ${range}`);
    hash.update(answer.body);
    pieces += 1;
  }
  if (hash.digest('hex') !== sha256) throw new Error(`${name} is not what its hash says`);
  return pieces;
}
