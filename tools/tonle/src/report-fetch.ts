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
import { isManifestSigned, manifestPublicKey } from '@tonle/security';
import type { CommandContext } from './command-context.js';
import { UsageError, type GatewayClient } from './gateway-client.js';
import { OPERATOR } from './ops.js';
import { show } from './output.js';

/** A file of a report as lists show it. */
export interface ShownFile {
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

/** Whose file, where it is written, and by whose key it is proven. */
export interface ReportGetOptions {
  readonly own?: boolean;
  readonly out?: string;
  readonly key?: string;
}

const PIECE_BYTES = 8 * 1_048_576;
const PIECE_MS = 120_000;

/** Signs as the operator, or with --own as who asks. */
export const clientOf = ({ gateway }: CommandContext, own: boolean | undefined): GatewayClient =>
  own === true ? gateway() : gateway(OPERATOR);
/** Where files are: everybody's, or one's own. */
export const filesOf = (own: boolean | undefined): string =>
  own === true ? '/v1/reports/files' : '/v1/ops/reports/files';

/** What a file is proven by. */
export interface SaidManifest {
  readonly manifest: string;
  readonly signature?: string;
}

/** The manifest of a file, with its signature. */
export const manifestOf = (
  client: GatewayClient,
  fileId: string,
  own: boolean | undefined,
): Promise<SaidManifest> => client.ask<SaidManifest>('GET', `${filesOf(own)}/${fileId}/manifest`);

/** Fetches a file piece by piece, going on where it broke off, and keeps it only when it is what its manifest says. */
export async function fetchFile(
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
