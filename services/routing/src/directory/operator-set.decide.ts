import type { DirectoryEntry } from '@tonle/contracts';

// What operators set for a while is theirs: a file that does not speak of it leaves it, and one that ends it says so.

/** The field of an entry's body that operators set, by the kind of the entry. */
const SET_BY_OPERATORS: Readonly<Record<string, string>> = {
  corridor: 'switches',
  network: 'switches',
  participant: 'pause',
};

type Body = Readonly<Record<string, unknown>>;

const bodyOf = ({ body }: DirectoryEntry) => body as Body;

/** The entry of a file as it is taken: with what operators have set on the one before it, unless it says something of that. Pure. */
export function takenOver(inFile: DirectoryEntry, before: DirectoryEntry | undefined): DirectoryEntry {
  const field = SET_BY_OPERATORS[inFile.kind];
  if (field === undefined) return inFile;
  const { [field]: said, ...others } = bodyOf(inFile);
  if (said === null) return { ...inFile, body: others };
  const set = before === undefined ? undefined : bodyOf(before)[field];
  if (said !== undefined || set === undefined || inFile.ended === true) return inFile;
  return { ...inFile, body: { ...others, [field]: set } };
}

/** A stored entry and the same version in a file, without what operators have set where the file does not speak of it. Pure. */
export function asTheFileSpeaks(
  stored: DirectoryEntry,
  inFile: DirectoryEntry,
): readonly [stored: Body, inFile: Body] {
  const field = SET_BY_OPERATORS[inFile.kind];
  const there = bodyOf(stored);
  const said = bodyOf(takenOver(inFile, undefined));
  if (field === undefined || field in bodyOf(inFile)) return [there, said];
  const { [field]: _set, ...others } = there;
  return [others, said];
}
