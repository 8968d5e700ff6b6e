/** What can be wrong with a file of a network, one name a rule. */
export type FileRule =
  | 'not_here'
  | 'sequence_gap'
  | 'content_differs'
  | 'content_repeated'
  | 'too_large'
  | 'cut_short'
  | 'encoding_wrong'
  | 'archive_wrong'
  | 'section_missing'
  | 'column_unknown'
  | 'column_missing'
  | 'column_twice'
  | 'line_wrong'
  | 'value_wrong'
  | 'count_wrong'
  | 'total_wrong';

/** A file is read whole or not at all: says by name what is wrong, where, and how to mend it. */
export class FileFault extends Error {
  constructor(
    readonly rule: FileRule,
    /** What is wrong, and how to mend it; for people. */
    text: string,
    /** Counted from 1; absent when it is not of one line. */
    readonly line?: number,
  ) {
    super(`${rule}${line === undefined ? '' : ` in line ${line}`}: ${text}`);
    this.name = 'FileFault';
  }
}

/** The break that a fault of files is (domain 7.6); undefined for one that is none, such as a file that is not here yet. */
export function breakOf(error: unknown): 'FILE_TOTAL' | 'FILE_GAP' | undefined {
  if (!(error instanceof FileFault)) return error instanceof Error ? breakOf(error.cause) : undefined;
  if (error.rule === 'sequence_gap') return 'FILE_GAP';
  return error.rule === 'total_wrong' || error.rule === 'count_wrong' ? 'FILE_TOTAL' : undefined;
}
