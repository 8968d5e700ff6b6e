import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LOOK_EVERY_MS = 100;

/** The file in a sandbox's home that says how far ahead its time is. */
export function sandboxTimeFile(home: string): string {
  return join(home, 'sandbox-time');
}

/** Milliseconds by which a sandbox is ahead of the machine's time; 0 while nobody has moved it. Throws for another text. */
export function readSandboxTime(file: string): number {
  let text;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  if (!/^\d{1,13}$/.test(text)) throw new Error(`${file} must hold milliseconds, not "${text.slice(0, 40)}"`);
  return Number(text);
}

/** Moves every process of the sandbox, within a tenth of a second. Throws RangeError for what would turn time back. */
export function moveSandboxTime(file: string, offsetMs: number): void {
  const now = readSandboxTime(file);
  if (!Number.isSafeInteger(offsetMs) || offsetMs < now)
    throw new RangeError(`the sandbox is ${now} ms ahead; its time goes forward only, not to ${offsetMs} ms`);
  // Whole or not at all: a process may look in between.
  writeFileSync(`${file}.new`, `${offsetMs}\n`);
  renameSync(`${file}.new`, file);
}

/** How far a sandbox is ahead, as its file says it now. One look in a tenth of a second, whoever asks. */
export class SandboxTime {
  private offsetMs = 0;
  private lookedMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly file: string) {}

  /** Never goes back: what the file says besides is not followed. */
  aheadMs(): number {
    const nowMs = performance.now();
    if (nowMs - this.lookedMs < LOOK_EVERY_MS) return this.offsetMs;
    this.lookedMs = nowMs;
    this.offsetMs = Math.max(this.offsetMs, readSandboxTime(this.file));
    return this.offsetMs;
  }
}
