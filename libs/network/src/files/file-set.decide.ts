import type { FileKind } from './network-files.js';
import { FileFault } from './file-fault.js';
import type { FileName } from './file-name.js';

/** A file of the day that counts, whatever it says. */
export interface DayFile {
  readonly kind: FileKind;
  readonly file: FileName;
  readonly sha256: string;
}

/** What is known of the files that were taken. */
export interface TakenBefore {
  /** `<kind> <name>` -> hash of the content that stands for the name. */
  readonly names: ReadonlyMap<string, string>;
  /** `<kind> <hash>` -> day and name under which that content was taken; of contents that tell of payments. */
  readonly contents: ReadonlyMap<string, string>;
}

/** A content of a file that is not the one that was taken under its name. */
export interface DifferingContent {
  readonly name: string;
  readonly sha256: string;
}

/** What was taken stands, until two operators have agreed to what the network says now. */
export class ContentsDiffer extends FileFault {
  constructor(readonly contents: readonly DifferingContent[]) {
    const shown = contents.map(({ name, sha256 }) => `${name} (sha256 ${sha256.slice(0, 12)})`).join(', ');
    super(
      'content_differs',
      `taken with other content, which stands until two operators take this one: ${shown}`,
    );
  }
}

/** Which files say something else than was taken under their names, without that it was `agreed` to. Pure. */
export function differing(
  files: readonly DayFile[],
  names: TakenBefore['names'],
  agreed: ReadonlySet<string>,
): DifferingContent[] {
  return files.flatMap(({ kind, file: { name }, sha256 }) => {
    const standing = names.get(`${kind.name} ${name}`);
    const differs = standing !== undefined && standing !== sha256 && !agreed.has(sha256);
    return differs ? [{ name, sha256 }] : [];
  });
}

/** Why a file may not stand for its name; undefined when it may. Pure. */
export function repeatedFault(
  { kind, file, sha256 }: DayFile,
  contents: TakenBefore['contents'],
): FileFault | undefined {
  const other = contents.get(`${kind.name} ${sha256}`);
  if (other !== undefined && other !== `${file.day} ${file.name}`)
    return new FileFault(
      'content_repeated',
      `it says the same as that of ${other}, which was taken; ask the network for its own content`,
    );
  return undefined;
}

/** Why the files of a day are not all that there must be, for a currency; undefined when they are. Pure. */
export function setFault(
  kinds: readonly FileKind[],
  files: readonly DayFile[],
  {
    day,
    currency,
    others,
  }: { readonly day: string; readonly currency: string; readonly others: readonly string[] },
): FileFault | undefined {
  for (const kind of kinds) {
    const own = files.filter(
      (each) => each.kind === kind && (each.file.currency === undefined || each.file.currency === currency),
    );
    if (own.length === 0 && kind.optional !== true) {
      const there = others.length === 0 ? '' : `; there are ${others.slice(0, SHOWN_MAX).join(', ')}`;
      return new FileFault('not_here', `no ${kind.name} of ${day} in ${currency} is there yet${there}`);
    }
    const gap = gapOf(kind, own);
    if (gap !== undefined) return gap;
  }
  return undefined;
}

const SHOWN_MAX = 5;

/** Numbers of each series follow each other from the first one on. */
function gapOf(
  { name, layout: { firstSequence } }: FileKind,
  files: readonly DayFile[],
): FileFault | undefined {
  const bySeries = new Map<string, number[]>();
  for (const { file } of files)
    if (file.sequence !== undefined)
      bySeries.set(file.series, [...(bySeries.get(file.series) ?? []), file.sequence]);
  for (const [series, numbers] of bySeries) {
    const sorted = numbers.sort((a, b) => a - b);
    const wrong = sorted.findIndex((number, index) => number !== firstSequence + index);
    if (wrong < 0) continue;
    const missing = firstSequence + wrong;
    const text = `${name} ${series}: number ${missing} is missing, ${sorted.at(-1)} is here; ask the network for it`;
    return new FileFault('sequence_gap', text);
  }
  return undefined;
}
