import { hash } from 'node:crypto';
import type { StatementLine } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import type { StatementDay } from '../leg.js';
import type { NetworkFiles, ReadFile } from './network-files.js';
import {
  ContentsDiffer,
  differing,
  repeatedFault,
  setFault,
  type DayFile,
  type TakenBefore,
} from './file-set.decide.js';
import { FileFault } from './file-fault.js';
import { fileOfDay, type Fetched, type FetchFiles } from './file-place.js';
import type { FileRecord } from './file-values.js';
import {
  filesOfDay,
  insertFiles,
  takeFiles,
  takenContents,
  type KeptFile,
  type TakenFile,
} from './partner-file.store.js';
import { readContents } from './read-records.js';

export interface FileStatementParts {
  readonly files: NetworkFiles;
  readonly fetch: FetchFiles;
  readonly database: Database;
  readonly clock: Clock;
  readonly telemetry: Pick<Telemetry, 'log'>;
}

type CandidateFile = DayFile & Pick<KeptFile, 'bytes' | 'isTaken'>;
type Told = ReadFile & Pick<TakenFile, 'sha256'> & { readonly lines: readonly StatementLine[] };

/** Under this kind what nobody reads is kept. */
const OTHER = 'other';

/**
 * The statement of a day, made of the network's files. Whatever comes is kept before it is read. All files of the day count, or
 * none.
 */
export class FileStatement {
  constructor(private readonly parts: FileStatementParts) {}

  /**
   * Throws a FileFault, or what kept the files from being fetched. Contents that people `agreed` to, by hash, take the place of what was
   * taken under their names.
   */
  async day(day: string, currency: string, agreed: ReadonlySet<string> = new Set()): Promise<StatementDay> {
    const { database, files, clock } = this.parts;
    const { names, others, failure } = await this.fetch(day);
    const kindNames = files.kinds.map(({ name }) => name);
    const kept = await filesOfDay(database, day, kindNames);
    const candidates = this.candidates(kept, { now: names, agreed }, day);
    const fault = setFault(files.kinds, candidates, { day, currency, others });
    // What is gone from the place after some days is here still.
    if (fault !== undefined) throw failure ?? fault;
    const standing = new Map(
      kept.filter(({ isTaken }) => isTaken).map((each) => [`${each.kind} ${each.name}`, each.sha256]),
    );
    const other = differing(candidates, standing, agreed);
    if (other.length > 0) throw new ContentsDiffer(other);
    const hashes = candidates.map(({ sha256 }) => sha256);
    const read = this.readAll(candidates, await takenContents(database, hashes));
    const untied = files.ties?.(read);
    if (untied !== undefined) throw new FileFault('total_wrong', untied);
    const settled = files.settled?.(read, day);
    const taken = read.map(({ file, lines, ...each }) => ({
      ...each,
      name: file.name,
      records: lines.length,
    }));
    await takeFiles(database, day, taken, new Date(clock.now()));
    const lines = read.flatMap((each) => each.lines);
    return { lines, heads: [], ...(settled !== undefined && { settled }) };
  }

  /** What is at the place now, by name, once it is kept. */
  private async fetch(
    day: string,
  ): Promise<{ names: ReadonlyMap<string, string>; others: readonly string[]; failure?: Error }> {
    const { database, clock, telemetry } = this.parts;
    let fetched: Fetched;
    try {
      fetched = await this.parts.fetch(day);
    } catch (error) {
      telemetry.log.warn({ err: error, day }, 'the files of a network could not be fetched');
      return { names: new Map(), others: [], failure: error as Error };
    }
    const hashed = (kind: string, name: string, bytes: Uint8Array) => ({
      kind,
      name,
      bytes,
      sha256: hash('sha256', bytes),
    });
    const files = fetched.files.map(({ kind, file, bytes }) => hashed(kind.name, file.name, bytes));
    const others = fetched.others.flatMap(({ name, bytes }) =>
      bytes === undefined ? [] : hashed(OTHER, name, bytes),
    );
    await insertFiles(database, day, [...files, ...others], new Date(clock.now()));
    return {
      names: new Map(files.map(({ kind, name, sha256 }) => [`${kind} ${name}`, sha256])),
      others: fetched.others.map(({ name }) => name),
    };
  }

  /**
   * One content for each name: the one that was agreed to, is at the place now, was taken, or came last, in this order. While any
   * file of the day is at the place, what is not there counts only when it was taken or agreed to: the network has withdrawn it.
   */
  private candidates(
    kept: readonly KeptFile[],
    { now, agreed }: { readonly now: ReadonlyMap<string, string>; readonly agreed: ReadonlySet<string> },
    day: string,
  ): CandidateFile[] {
    const byName = new Map<string, CandidateFile & { readonly rank: number }>();
    for (const { kind: kindName, name, sha256, bytes, isTaken } of kept) {
      const kind = this.parts.files.kinds.find((each) => each.name === kindName);
      const file = kind === undefined ? undefined : fileOfDay(name, kind, day);
      if (kind === undefined || file === undefined) continue;
      const key = `${kindName} ${name}`;
      const rank = agreed.has(sha256) ? 3 : now.get(key) === sha256 ? 2 : isTaken && !now.has(key) ? 1 : 0;
      if (rank < (byName.get(key)?.rank ?? 0) || (rank === 0 && now.size > 0)) continue;
      byName.set(key, { kind, file, sha256, bytes, isTaken, rank });
    }
    return [...byName.values()];
  }

  /** What each file tells. Throws for the first that may not stand for its name, or cannot be read. */
  private readAll(candidates: readonly CandidateFile[], contents: TakenBefore['contents']): Told[] {
    const told = new Map(contents);
    return candidates.map((candidate) => {
      const { kind, file, sha256 } = candidate;
      try {
        const fault = repeatedFault(candidate, told);
        if (fault !== undefined) throw fault;
        const { utcOffsetMinutes } = this.parts.files;
        const said = readContents(candidate.bytes, kind.layout, { day: file.day!, utcOffsetMinutes });
        const lines = said.records.flatMap((record) => lineOf(candidate, record) ?? []);
        if (lines.length > 0) told.set(`${kind.name} ${sha256}`, `${file.day} ${file.name}`);
        return { kind: kind.name, file, sha256, ...said, lines };
      } catch (error) {
        throw new Error(`${file.name}: ${(error as Error).message}`, { cause: error });
      }
    });
  }
}

function lineOf({ kind, file }: DayFile, record: FileRecord): StatementLine | undefined {
  try {
    return kind.line(record, file);
  } catch (error) {
    throw new FileFault('value_wrong', `${(error as Error).message}; ask the network what it means`);
  }
}
