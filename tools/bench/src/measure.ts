/** One way of doing the same piece of work. */
export interface Contestant {
  readonly name: string;
  readonly run: () => unknown;
}

/** Processor time of one run, in microseconds. */
export interface Measured {
  readonly name: string;
  readonly medianUs: number;
  readonly bestUs: number;
  readonly worstUs: number;
}

export interface Effort {
  readonly rounds: number;
  /** How long each contestant runs in a round. */
  readonly roundMs: number;
}

/** What the last run gave, kept so that no run can be optimised away. */
const sink: { result?: unknown } = {};

/**
 * Runs the contestants by turns, so that what else the machine does meets all of them, and takes the median round of
 * each. Processor time of all threads, garbage collection too: another program on the core does not count.
 */
export function measure(contestants: readonly Contestant[], effort: Effort): Measured[] {
  const repeats = contestants.map(({ run }) => calibrate(run, effort.roundMs));
  const rounds: number[][] = contestants.map(() => []);
  for (let round = 0; round < effort.rounds; round++) {
    contestants.forEach((_, place) => {
      const at = (place + round) % contestants.length;
      rounds[at]!.push(microseconds(contestants[at]!.run, repeats[at]!));
    });
  }
  return contestants.map(({ name }, at) => summarise(name, rounds[at]!));
}

/** Warms up, and finds how often the work fits into a round. */
function calibrate(run: () => unknown, roundMs: number): number {
  let repeats = 1;
  for (;;) {
    const each = microseconds(run, repeats);
    if (each * repeats >= roundMs * 1000) return Math.max(1, Math.round((roundMs * 1000) / each));
    repeats *= 2;
  }
}

function microseconds(run: () => unknown, repeats: number): number {
  const before = process.cpuUsage();
  for (let at = 0; at < repeats; at++) sink.result = run();
  const { user, system } = process.cpuUsage(before);
  return Math.max(user + system, 1) / repeats;
}

function summarise(name: string, rounds: readonly number[]): Measured {
  const sorted = [...rounds].sort((a, b) => a - b);
  return { name, medianUs: median(sorted), bestUs: sorted[0]!, worstUs: sorted.at(-1)! };
}

/** The middle of a sorted list; of two middles the lower one. */
export function median(sorted: readonly number[]): number {
  return sorted[(sorted.length - 1) >> 1]!;
}
