import { createHash } from 'node:crypto';
import type { ColumnTotal } from './report-table.js';

/** What goes with a file, so that who gets it can tell that it is whole, ours, and the next one. */
export interface ReportManifest {
  readonly kind: string;
  readonly schemaVersion: number;
  readonly file: string;
  readonly format: string;
  readonly receiver: string;
  readonly version: number;
  /** Counts the files of a kind for a receiver, without a gap. */
  readonly sequence: number;
  /** Of the manifest before it in that sequence; absent at the first. */
  readonly previousManifestSha256?: string;
  readonly supersedes?: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly basis: 'then' | 'now';
  readonly dataUntil: string;
  readonly rows: number;
  readonly totals: readonly ColumnTotal[];
  /** Of a file that is compressed; its bytes and hash are those of what lies there, the content's hash is not. */
  readonly compression?: 'gzip';
  readonly bytes: number;
  readonly sha256: string;
  /** Of the report as CSV: the same for every format of one content. */
  readonly contentSha256: string;
  readonly createdAt: string;
  readonly generator: string;
}

/** The manifest's bytes, which are signed: JSON with the keys in the order above, one a line. */
export function manifestBytes(manifest: ReportManifest): Buffer {
  return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`, 'utf8');
}

/** SHA-256 in hexadecimal. */
export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
