import { FileFault } from './file-fault.js';
import { folderOf, readFileName, type FileName } from './file-name.js';
import type { FileKind } from './network-files.js';

/** A longer file is not read. */
export const FILE_BYTES_MAX = 64 * 1024 * 1024;
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
  /** Names of what else is there, so that people see what the network did lay down. */
  readonly others: readonly string[];
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
  kinds: readonly FileKind[],
  day: string,
): Promise<Fetched> {
  const files: FetchedFile[] = [];
  const seen = new Set<string>();
  for (const kind of kinds) {
    const folder = folderOf(kind.layout, day, kind.values ?? {});
    for (const { name, bytes: size } of await folders.list(folder)) {
      seen.add(name);
      const file = fileOfDay(name, kind, day);
      if (file === undefined) continue;
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
      files.push({ kind, file, bytes });
    }
  }
  for (const { file } of files) seen.delete(file.name);
  return { files, others: [...seen].sort() };
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
