import type { Evidence } from '../leg.js';
import type { NetworkFiles, WirePlace } from './network-files.js';
import type { OpenWires } from '../open-wires.js';
import { FileFault } from './file-fault.js';
import {
  FETCH_MS,
  fetchFrom,
  FILE_BYTES_MAX,
  fileOfDay,
  type Fetched,
  type FetchFiles,
} from './file-place.js';
import { localFolders } from './folder-place.js';
import { withSftp } from './sftp-place.js';
import { unpack } from './unpack.js';

export interface PlaceParts {
  readonly wires: Pick<OpenWires, 'ask'>;
  readonly keep: (evidence: Evidence) => void;
}

/** How the files of a network are fetched, by where they are. */
export function openPlace(files: NetworkFiles, parts: PlaceParts): FetchFiles {
  const { place } = files;
  switch (place.kind) {
    case 'folder':
      return (day) => fetchFrom(localFolders(place.root), files, day);
    case 'sftp':
      return (day) => withSftp(place, FETCH_MS, (folders) => fetchFrom(folders, files, day));
    case 'wire':
      return (day) => fetchByWire(place, files, day, parts);
  }
}

async function fetchByWire(
  place: WirePlace,
  { kinds, keepsOthers }: NetworkFiles,
  day: string,
  { wires, keep }: PlaceParts,
): Promise<Fetched> {
  const { reply, evidence } = await wires.ask(place.ask(day), { subject: `files:${day}` });
  for (const each of evidence) keep(each);
  const answer = place.read(reply, day);
  if (answer.kind === 'not_here') throw new FileFault('not_here', answer.because);
  const { bytes, packing, name } = answer;
  const all = unpack(bytes, packing, { name, bytesMax: FILE_BYTES_MAX });
  const files = all.flatMap((each) =>
    kinds.flatMap((kind) => {
      const file = fileOfDay(each.name, kind, day);
      return file === undefined ? [] : [{ kind, file, bytes: each.bytes }];
    }),
  );
  const names = new Set(files.map(({ file }) => file.name));
  const others = all.filter(({ name: each }) => !names.has(each));
  return { files, others: keepsOthers === true ? others : others.map(({ name: each }) => ({ name: each })) };
}
