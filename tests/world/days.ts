const MINUTE_MS = 60_000;

/** The day of a network at an instant, its time being so far east of UTC. */
export function dayAt(atMs: number, utcOffsetMinutes: number): string {
  return new Date(atMs + utcOffsetMinutes * MINUTE_MS).toISOString().slice(0, 10);
}

/** The days of a network that a test has seen since an instant: two, where midnight came between. */
export function daysSince(fromMs: number, utcOffsetMinutes: number, nowMs = Date.now()): string[] {
  return [...new Set([fromMs, nowMs].map((atMs) => dayAt(atMs, utcOffsetMinutes)))];
}

/** What counts by the day, done within one: once more where midnight came between. `run` is told which try it is. */
export async function inOneDay<T>(
  utcOffsetMinutes: number,
  run: (attempt: number) => Promise<T>,
  now = Date.now,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    const fromMs = now();
    const made = await run(attempt);
    if (daysSince(fromMs, utcOffsetMinutes, now()).length === 1) return made;
  }
}
