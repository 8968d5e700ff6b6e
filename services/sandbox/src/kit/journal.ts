import { open, mkdir, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

const CHUNK_BYTES = 1 << 20;
const BATCH_ENTRIES_MAX = 2000;

export interface JournalOptions {
  /** Entries that follow each other within this many ms share one fsync. */
  readonly gatherMs?: number;
  /** Called once when the file cannot be written: the books are of no use any more. */
  readonly onBroken?: (error: unknown) => void;
}

interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * An append-only file of JSON lines, each with its checksum. `append` resolves when the entry is on disk;
 * entries that arrive together share one write and one fdatasync. What a kill tears off is cut at the next start.
 */
export class Journal<E> {
  private lines: string[] = [];
  private waiters: Waiter[] = [];
  private appended: number;
  private durable: number;
  private working: Promise<void> | undefined;
  private lastSync = 0;
  private broken: unknown;

  private constructor(
    private readonly file: FileHandle,
    replayed: number,
    private readonly options: JournalOptions,
  ) {
    this.appended = replayed;
    this.durable = replayed;
  }

  /** Opens or makes the file and hands every whole entry to `replay`, in order. Throws when the middle is damaged. */
  static async open<E>(
    path: string,
    replay: (entry: E) => void,
    options: JournalOptions = {},
  ): Promise<Journal<E>> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, 'a+', 0o600);
    try {
      const { size } = await file.stat();
      const { good, entries } = await readAll(file, path, replay);
      if (good < size) await file.truncate(good);
      return new Journal<E>(file, entries, options);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** How many entries were appended, durable or not: the next one's number is this plus one. */
  get count(): number {
    return this.appended;
  }

  /** Entries up to this number are on disk; readers may see only them. */
  get durableCount(): number {
    return this.durable;
  }

  /** Adds an entry; resolves when it is durable. Entries become durable in the order of these calls. */
  append(entry: E): Promise<void> {
    if (this.broken !== undefined) return Promise.reject(brokenError(this.broken));
    this.lines.push(encode(entry));
    this.appended += 1;
    const written = new Promise<void>((resolve, reject) => this.waiters.push({ resolve, reject }));
    this.working ??= this.work();
    return written;
  }

  /** Resolves when everything appended so far is durable. */
  async settled(): Promise<void> {
    const last = this.appended;
    while (this.durable < last && this.working !== undefined) await this.working;
    if (this.durable < last) throw brokenError(this.broken);
  }

  async close(): Promise<void> {
    if (this.broken === undefined) await this.settled();
    await this.file.close();
  }

  private async work(): Promise<void> {
    try {
      while (this.lines.length > 0) {
        // A lone entry is not held up; a stream of them is gathered, since each sync wakes threads and the disk.
        const gatherMs = this.options.gatherMs ?? 3;
        if (gatherMs > 0 && performance.now() - this.lastSync < gatherMs * 4) await pause(gatherMs);
        const waiters = this.waiters.splice(0, BATCH_ENTRIES_MAX);
        const text = this.lines.splice(0, BATCH_ENTRIES_MAX).join('');
        try {
          await this.file.appendFile(text);
          await this.file.datasync();
        } catch (error) {
          this.fail(error, waiters);
          return;
        }
        this.durable += waiters.length;
        this.lastSync = performance.now();
        for (const waiter of waiters) waiter.resolve();
      }
    } finally {
      this.working = undefined;
    }
  }

  private fail(error: unknown, waiters: readonly Waiter[]): void {
    this.broken = error;
    for (const waiter of [...waiters, ...this.waiters]) waiter.reject(brokenError(error));
    this.waiters = [];
    this.lines = [];
    this.options.onBroken?.(error);
  }
}

function brokenError(cause: unknown): Error {
  return new Error('the books cannot be written', { cause });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function encode(entry: unknown): string {
  const text = JSON.stringify(entry);
  return `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`;
}

/** The entry of a line, or undefined when it is torn. */
function decode(line: string): unknown {
  const text = line.slice(9);
  if (line[8] !== ' ' || crc32(text).toString(16).padStart(8, '0') !== line.slice(0, 8)) return undefined;
  return JSON.parse(text) as unknown;
}

async function readAll<E>(
  file: FileHandle,
  path: string,
  replay: (entry: E) => void,
): Promise<{ good: number; entries: number }> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let rest = Buffer.alloc(0);
  let offset = 0;
  let good = 0;
  let entries = 0;
  let torn = false;
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, offset);
    if (bytesRead === 0) return { good, entries };
    offset += bytesRead;
    rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    let start = 0;
    for (let end = rest.indexOf(10, start); end !== -1; end = rest.indexOf(10, start)) {
      const entry = decode(rest.toString('utf8', start, end));
      if (entry === undefined) torn = true;
      else if (torn)
        throw new Error(`${path} is damaged before byte ${good}: a bad line is followed by a good one`);
      else {
        replay(entry as E);
        entries += 1;
        good += end - start + 1;
      }
      start = end + 1;
    }
    rest = rest.subarray(start);
  }
}
