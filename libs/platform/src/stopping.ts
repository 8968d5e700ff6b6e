/** What supervises processes kills what takes ten seconds to end; ours go before, with what they have in hand left to the next start. */
const STOP_MS_MAX = 9_000;

/** How a process is ended by signals. */
export interface Stopping {
  /** Closes everything; the process ends with 0 when it resolves, with 1 when it rejects. */
  readonly close: () => Promise<unknown>;
  /** Is told why it ends with 1. */
  readonly failed: (error: unknown) => void;
  readonly limitMs?: number;
}

/**
 * At the first SIGTERM or SIGINT the process closes and ends, within ten seconds whatever hangs; a second one changes nothing. What it
 * could not finish is recovered by whoever starts next.
 */
export function stopOnSignals({ close, failed, limitMs = STOP_MS_MAX }: Stopping): void {
  let stopping = false;
  const fail = (error: unknown): void => {
    failed(error);
    process.exit(1);
  };
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => fail(new Error(`it was not done within ${limitMs} ms`)), limitMs);
    close().then(() => process.exit(0), fail);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
