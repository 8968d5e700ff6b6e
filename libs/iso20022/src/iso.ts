import type { BusinessHeader, CanonicalMessage, IsoReading } from './model.js';

export interface ReadOptions {
  /** Bodies longer than this are refused unread; 64 KiB for payments, more for statements. */
  readonly maxBytes?: number;
}

export interface WriteOptions {
  /** `tonle` wraps header and document in the switch's envelope; `none` writes the bare Document. */
  readonly envelope?: 'tonle' | 'none';
}

/** Reads one message, strictly: well-formed, valid against its schema, amounts payable. */
export function readIso(_bytes: Uint8Array, _options?: ReadOptions): IsoReading {
  throw new Error('not built yet');
}

/** Writes a canonical message in the given version, e.g. `pacs.008.001.08`. Throws only for programming errors. */
export function writeIso(
  _message: CanonicalMessage,
  _version: string,
  _header?: BusinessHeader,
  _options?: WriteOptions,
): string {
  throw new Error('not built yet');
}
