const LOOK_MS = 20;
const WAIT_MS_MAX = 20_000;
/** That of the machine, also in a test whose clock is its own. */
const wait = setTimeout;

/**
 * Looks again and again until there is something to see, or something is true; a time-out says what was waited for, and
 * what was in the way.
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  atMostMs = WAIT_MS_MAX,
): Promise<T> {
  const end = performance.now() + atMostMs;
  let last: unknown;
  do {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
    } catch (error) {
      last = error;
    }
    await new Promise((next) => wait(next, LOOK_MS));
  } while (performance.now() < end);
  throw new Error(`waited ${atMostMs} ms for ${what}`, { cause: last });
}
