import { FileFault } from './file-fault.js';
import { folderOf, readFileName, type FileName } from './file-name.js';
import type { FileKind, NetworkFiles } from './network-files.js';

/** A longer file is not read. */
export const FILE_BYTES_MAX = 64 * 1024 * 1024;
/** Of what nobody reads so much is kept of a day: fetching it takes the time of what is read. */
const OTHERS_BYTES_MAX = 8 * 1024 * 1024;
/** Longest time for all files of a day; the call that asks for them waits 30 s. */
export const FETCH_MS = 25_000;

/** One file as it came. */
export interface FetchedFile {
  readonly kind: FileKind;
  readonly file: FileName;
  readonly bytes: Uint8Array;
}

export interface Fetched {
  readonly files: readonly FetchedFile[];
  /** What else is there, so that people see what the network did lay down. */
  readonly others: readonly OtherFile[];
}

export interface OtherFile {
  readonly name: string;
  /** Where the network wants others kept. */
  readonly bytes?: Uint8Array;
}

/** Fetches the files of a day. Rejects when the place cannot be asked. */
export type FetchFiles = (day: string) => Promise<Fetched>;

/** Folders with files, however they are reached. */
export interface FileFolders {
  /** Empty when there is no such folder. */
  list(folder: string): Promise<readonly FolderFile[]>;
  read(path: string): Promise<Uint8Array>;
}

export interface FolderFile {
  readonly name: string;
  readonly bytes: number;
}

/** Reads the files of a day from its folders. */
export async function fetchFrom(
  folders: FileFolders,
  { kinds, keepsOthers }: Pick<NetworkFiles, 'kinds' | 'keepsOthers'>,
  day: string,
): Promise<Fetched> {
  const files: FetchedFile[] = [];
  const others: PlacedFile[] = [];
  const folderOfKind = ({ layout, values = {} }: FileKind): string => folderOf(layout, day, values);
  for (const folder of new Set(kinds.map(folderOfKind)))
    for (const found of await folders.list(folder)) {
      const named = kinds.flatMap((kind) => {
        if (folderOfKind(kind) !== folder) return [];
        const file = fileOfDay(found.name, kind, day);
        return file === undefined ? [] : [{ kind, file }];
      });
      if (named.length === 0) others.push({ ...found, folder });
      else {
        const bytes = await readWhole(folders, folder, found);
        for (const each of named) files.push({ ...each, bytes });
      }
    }
  return { files, others: await keptOthers(folders, others, kinds, keepsOthers === true) };
}

type PlacedFile = FolderFile & { readonly folder: string };

/** What nobody reads keeps no day back: what cannot be had of it, or is too much, is named alone. */
async function keptOthers(
  folders: FileFolders,
  others: readonly PlacedFile[],
  kinds: readonly FileKind[],
  areKept: boolean,
): Promise<OtherFile[]> {
  let bytesLeft = OTHERS_BYTES_MAX;
  const seen: OtherFile[] = [];
  for (const other of [...others].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const isKept = areKept && other.bytes <= bytesLeft && !isOfAnotherDay(other.name, kinds);
    const bytes = isKept ? await readWhole(folders, other.folder, other).catch(() => undefined) : undefined;
    bytesLeft -= bytes?.length ?? 0;
    seen.push({ name: other.name, ...(bytes !== undefined && { bytes }) });
  }
  return seen;
}

function isOfAnotherDay(name: string, kinds: readonly FileKind[]): boolean {
  return kinds.some(({ layout, values = {} }) => readFileName(name, layout, values) !== undefined);
}

async function readWhole(
  folders: FileFolders,
  folder: string,
  { name, bytes: size }: FolderFile,
): Promise<Uint8Array> {
  if (size > FILE_BYTES_MAX)
    throw new FileFault(
      'too_large',
      `${name} has ${size} bytes, more than the ${FILE_BYTES_MAX} that are read`,
    );
  const bytes = await folders.read(folder === '' ? name : `${folder}/${name}`);
  if (bytes.length !== size)
    throw new FileFault(
      'cut_short',
      `${name} has ${size} bytes there, and ${bytes.length} came; it is asked for again`,
    );
  return bytes;
}

/** What the name of a file of the day says; undefined when it is none. A name without a day is of the folder's. */
export function fileOfDay(
  name: string,
  { layout, values = {} }: FileKind,
  day: string,
): FileName | undefined {
  const file = readFileName(name, layout, values);
  return file === undefined || (file.day ?? day) !== day ? undefined : { ...file, day };
}
