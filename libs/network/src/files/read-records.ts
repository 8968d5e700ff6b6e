import { readSections } from './csv-sections.js';
import { FileFault } from './file-fault.js';
import type { FileLayout } from './file-layout.js';
import type { FileClock, FileRecord } from './file-values.js';
import { readFixedWidth } from './fixed-width.js';

/** What a file says, as its layout has it. */
export interface FileContents {
  readonly records: FileRecord[];
  /** The row that sums up, where the layout has one. */
  readonly summary?: FileRecord;
}

/** All that a file says. Whole or not at all: throws a FileFault at the first thing that is not as its layout says. */
export function readContents(bytes: Uint8Array, layout: FileLayout, clock: FileClock): FileContents {
  const decoder = new TextDecoder(layout.encoding, { fatal: true, ignoreBOM: true });
  const decode = (part: Uint8Array, line?: number): string => {
    try {
      return decoder.decode(part);
    } catch {
      const text = `it has bytes that are no ${layout.encoding}; ask the network for the file again`;
      throw new FileFault('encoding_wrong', text, line);
    }
  };
  const { form } = layout;
  return form.kind === 'fixed'
    ? { records: readFixedWidth(bytes, form, decode, clock) }
    : readSections(decode(bytes), form, clock);
}
