import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

/** A log that is longer makes way for what comes, and stays beside it as `.log.1`. */
const LOG_BYTES_MAX = 50_000_000;

/** The file that a supervised process writes to: appended over its starts, and never longer than about its bound. */
export class ProcessLog {
  private began = 0;

  constructor(
    readonly file: string,
    private readonly bytesMax = LOG_BYTES_MAX,
  ) {}

  /** Hands `use` a descriptor of the file for a process that starts. What the starts before have written stays. */
  lend<T>(use: (descriptor: number) => T): T {
    mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
    this.bound();
    this.began = this.bytes();
    const descriptor = openSync(this.file, 'a', 0o600);
    try {
      return use(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  /** Cuts a log that has grown too long. Whoever writes goes on in the same file: it is open for appending. */
  bound(): void {
    if (this.bytes() <= this.bytesMax) return;
    try {
      copyFileSync(this.file, `${this.file}.1`);
    } catch {
      // On a disk that is full, room is worth more than old lines.
    }
    truncateSync(this.file);
    this.began = 0;
  }

  /** What the process has logged since it was started last. */
  sinceStart(): string {
    return readFileSync(this.file).subarray(this.began).toString('utf8');
  }

  private bytes(): number {
    return statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
  }
}
