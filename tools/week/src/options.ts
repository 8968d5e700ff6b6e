import { parseArgs } from 'node:util';

export interface WeekOptions {
  readonly mode: 'single' | 'cluster';
  readonly home: string;
  readonly portBase: number;
  /** The week begins after this instant; absent: after now. */
  readonly from?: number;
  readonly help: boolean;
}

export const USAGE = `npm run business-week -- [options]

Starts an installation of its own and plays a business week of finance on it, moving its time: payments both ways at every
network, windows that are netted, approved and paid by the settlement banks, reconciliation, daily closes and reports; with a
bank that pays short, one that pays late, a holiday, money that nobody can place, and the end of a month. Ends with what became of
every window.

options:
  --mode MODE        single (one process) or cluster (all services, Kafka, Redis); default single
  --home FOLDER      data, keys and logs, emptied first; default .tonle/week-MODE
  --port-base N      default 7400
  --from DAY         YYYY-MM-DD, in the future: the week is the first after it in which a month ends; default: after today

Progress goes to stderr. At the end stdout has what became of it for people: windows, breaks, books, reports with a hash of each day; its
last line is the same and more as one JSON object. Exit 0 when every window is settled or explained, every trial
balance is zero, every break has ended or an owner, the reports of each day are the same when they are run again, and whoever was to
have one has it.`;

/** What cannot be played as asked; told without a stack. */
export class WeekError extends Error {}

/** Throws WeekError. */
export function weekOptions(args: readonly string[]): WeekOptions {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        mode: { type: 'string', default: 'single' },
        home: { type: 'string' },
        'port-base': { type: 'string', default: '7400' },
        from: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    throw new WeekError((error as Error).message, { cause: error });
  }
  const { mode, home, help, from, 'port-base': ports } = values;
  if (mode !== 'single' && mode !== 'cluster')
    throw new WeekError(`--mode is single or cluster, not "${mode}"`);
  if (!/^\d{4,5}$/.test(ports)) throw new WeekError(`--port-base takes a number, not "${ports}"`);
  const after = from === undefined ? undefined : Date.parse(from);
  if (
    after !== undefined &&
    (!/^\d{4}-\d{2}-\d{2}$/.test(from!) || Number.isNaN(after) || after < Date.now())
  )
    throw new WeekError(`--from takes a day to come as YYYY-MM-DD, not "${from}"`);
  return {
    mode,
    home: home ?? `.tonle/week-${mode}`,
    portBase: Number(ports),
    ...(after !== undefined && { from: after }),
    help,
  };
}
