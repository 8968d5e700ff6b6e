import { writeSync } from 'node:fs';

const STANDARD_OUTPUT = 1;
/** What cannot be written is kept up to this; then the newest lines are lost, and counted. */
const KEPT_BYTES_MAX = 256 * 1_024;

/** Writes some of the bytes and returns how many; throws when it cannot. */
type Write = (bytes: Uint8Array) => number;

/**
 * Lines of the log on their way to standard output. A disk that is full or a reader that is slow must never stop or end what the
 * log is about: what cannot be written now is tried again with the next line, and what is too much is lost and said to be.
 */
export class LogOutput {
  private kept = Buffer.alloc(0);
  private lost = 0;

  constructor(private readonly put: Write = (bytes) => writeSync(STANDARD_OUTPUT, bytes)) {}

  write(line: string): void {
    this.flush();
    if (this.lost > 0 && this.kept.length === 0) {
      this.kept = Buffer.from(
        `${JSON.stringify({ level: 'error', msg: `${this.lost} lines of the log were lost` })}\n`,
      );
      this.lost = 0;
    }
    const bytes = Buffer.from(line);
    if (this.kept.length + bytes.length > KEPT_BYTES_MAX) this.lost += 1;
    else this.kept = this.kept.length === 0 ? bytes : Buffer.concat([this.kept, bytes]);
    this.flush();
  }

  private flush(): void {
    try {
      while (this.kept.length > 0) this.kept = this.kept.subarray(this.put(this.kept));
    } catch {
      // The next line tries again.
    }
  }
}
