import { parseArgs } from 'node:util';

export type TroubleKind = 'kill' | 'silence';

export interface LoadOptions {
  readonly mode: 'single' | 'cluster';
  /** Payments a second, both directions together. */
  readonly rate: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  /** Share of the load that one participant has. */
  readonly skew: number;
  readonly seed: number;
  readonly attach: boolean;
  readonly freshLookups: boolean;
  /** Half of the participants have webhooks. */
  readonly webhooks: boolean;
  /** Networks and how much of the load each has, in place of the weights of deploy/sandbox/flows.json. */
  readonly weights?: Readonly<Record<string, number>>;
  /** What goes wrong while the load runs. */
  readonly trouble?: TroubleKind;
  readonly home: string;
  /** The home was named by the caller: it is not emptied. */
  readonly homeGiven: boolean;
  readonly portBase: number;
  readonly help: boolean;
}

export const USAGE = `npm run load -- --mode single|cluster --rate R --seconds S [options]

Offers R payments per second for S seconds, half of them outbound (signed REST requests of three banks to the gateway,
Prefer: wait) and half inbound (sent by the networks' simulators through their adapters' inbound endpoints), mixed over all
networks by the weights of deploy/sandbox/flows.json. Open loop: arrivals are
random with a fixed seed and do not wait for answers. The latency is from the first byte sent to the final answer.
Before a payment is due it gets its quote (outbound) or its decoded code with quote (inbound): that is part of the load
and of the CPU time, but not of the latency. Outbound lookups are used again for five minutes, as a bank's app may do;
with --fresh-lookups every payment has its own: from about 200 payments a second on, the first of the three banks (--skew) then
passes its budget of lookups, and what is refused is not paid. A smaller --skew spreads them; \`lookups\` in the bank's directory
entry allows more (docs/operate.md).

options:
  --mode MODE        single (one process) or cluster (all services, Kafka, Redis); default single
  --rate R           payments per second, both directions together; default 50
  --seconds S        measured time; default 30
  --warmup W         seconds before it, rising to the full rate; default 30
  --skew X           share of the load on one bank; default 0.7
  --weights LIST     networks and their weights, such as laos=1 or thailand=3,laos=1: only these are paid
  --seed N           seed of arrivals, amounts and accounts; default 1
  --fresh-lookups    a lookup for every outbound payment, within the banks' budgets
  --webhooks         half of the participants have their events sent to an endpoint that takes all; each must come
  --trouble KIND     Bakong's trouble during the measured time: kill (slow answers, and at the end its adapter is
                     killed) or silence (no answer at all); told is how soon after it every payment is final
  --attach           measure what is already running (npm start, npm run cluster) instead of starting it
  --home FOLDER      data, keys and logs; default .tonle/load-MODE, emptied first; with --attach .tonle
  --port-base N      default 7400

Progress goes to stderr; the last line of stdout is one JSON object. Exit 0 when the result is valid: payments, ledger,
legs and the simulators' books agree (decisions 22) and every invariant holds.`;

/** What cannot be measured as asked; told without a stack. */
export class LoadError extends Error {}

/** Reads the options. Throws LoadError that names the wrong one. */
export function loadOptions(argv: readonly string[]): LoadOptions {
  const values = parse(argv);
  const mode = values.mode;
  if (mode !== 'single' && mode !== 'cluster')
    throw new LoadError(`--mode is single or cluster, not "${mode}"`);
  const { trouble } = values;
  if (trouble !== undefined && trouble !== 'kill' && trouble !== 'silence')
    throw new LoadError(`--trouble is kill or silence, not "${trouble}"`);
  if (trouble === 'kill' && (mode !== 'cluster' || values.attach))
    throw new LoadError('--trouble kill needs a cluster that the command has started: --mode cluster');
  return {
    mode,
    rate: number(values, 'rate', 0.1, 10_000),
    seconds: number(values, 'seconds', 1, 86_400),
    warmupSeconds: number(values, 'warmup', 0, 3600),
    skew: number(values, 'skew', 0, 1),
    seed: number(values, 'seed', 0, 2 ** 31),
    attach: values.attach,
    freshLookups: values['fresh-lookups'],
    webhooks: values.webhooks,
    ...(values.weights !== undefined && { weights: weightsIn(values.weights) }),
    ...(trouble !== undefined && { trouble }),
    home: values.home ?? (values.attach ? '.tonle' : `.tonle/load-${mode}`),
    homeGiven: values.home !== undefined,
    portBase: number(values, 'port-base', 1024, 65_000),
    help: values.help,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        mode: { type: 'string', default: 'single' },
        rate: { type: 'string', default: '50' },
        seconds: { type: 'string', default: '30' },
        warmup: { type: 'string', default: '30' },
        skew: { type: 'string', default: '0.7' },
        weights: { type: 'string' },
        seed: { type: 'string', default: '1' },
        'fresh-lookups': { type: 'boolean', default: false },
        webhooks: { type: 'boolean', default: false },
        trouble: { type: 'string' },
        attach: { type: 'boolean', default: false },
        home: { type: 'string' },
        'port-base': { type: 'string', default: '7400' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new LoadError(error instanceof Error ? error.message : String(error));
  }
}

function weightsIn(text: string): Readonly<Record<string, number>> {
  const parts = text.split(',').map((part) => /^([a-z][a-z0-9-]*)=(\d{1,6}(?:\.\d{1,3})?)$/.exec(part));
  if (parts.includes(null))
    throw new LoadError(`--weights takes a list such as thailand=3,laos=1, not "${text}"`);
  return Object.fromEntries(parts.map((part) => [part![1]!, Number(part![2])]));
}

type NumberName = 'rate' | 'seconds' | 'warmup' | 'skew' | 'seed' | 'port-base';
const FRACTIONS: ReadonlySet<string> = new Set(['rate', 'skew']);

function number(values: Record<NumberName, string>, name: NumberName, min: number, max: number): number {
  const text = values[name];
  const value = Number(text);
  const wellFormed = FRACTIONS.has(name) ? /^\d+(\.\d+)?$/.test(text) : /^\d+$/.test(text);
  if (!wellFormed || value < min || value > max)
    throw new LoadError(`--${name} takes a number from ${min} to ${max}, not "${text}"`);
  return value;
}
