const TEXT_MAX = 4_000;

/** Why a process ends, as one line: all that the message says; with its stack, on lines of its own, for who debugs. */
export function endingText(error: unknown, debugs: boolean): string {
  if (!(error instanceof Error)) return String(error);
  if (debugs) return error.stack ?? error.message;
  return error.message.replaceAll(/\s*\n\s*/g, ' ').slice(0, TEXT_MAX);
}
