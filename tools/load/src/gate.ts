import { request } from 'undici';
import type { LoadClient } from './load-client.js';
import type { AnsweredPayment, ToldPayment } from './outbound-load.js';

interface Finding {
  readonly invariant: string;
  readonly ok: boolean;
  readonly violations: readonly string[];
}

interface Audit {
  readonly ok?: boolean;
  readonly services?: readonly {
    readonly service: string;
    readonly findings: readonly Finding[];
    readonly totals: Readonly<Record<string, string>>;
  }[];
  readonly crossChecks?: readonly Finding[];
}

interface Sum {
  readonly count: number;
  readonly minor: string;
}

interface SandboxBooks {
  readonly bakong: { readonly sums: Readonly<Record<string, Sum>>; readonly check: { readonly ok: boolean } };
  /** Each network abroad by its name: `<credit|debit>:<status>:<currency>`. */
  readonly [network: string]: unknown;
}

/** Named integers of both sides at one moment. */
export interface Snapshot {
  /** `<service>.<total>` of the audit. */
  readonly ours: Readonly<Record<string, bigint>>;
  /** `bakong.<leg>.<currency>.count|minor`, `<network>.<credit|debit>.<status>.<currency>.count|minor`. */
  readonly theirs: Readonly<Record<string, bigint>>;
  /** Invariants that do not hold, and books that do not add up. */
  readonly broken: readonly string[];
}

const INTEGER = /^-?\d+$/;
const VIOLATIONS_SHOWN_MAX = 3;

/** Reads the audit of all services, and then the simulators' books: each side moves on while the other is read. */
export async function takeSnapshot(client: LoadClient, controlUrl: string): Promise<Snapshot> {
  const audit = await client.get<Audit>('OPERATOR', '/v1/ops/audit');
  const answer = await request(`${controlUrl}/control/books`);
  const books = (await answer.body.json()) as SandboxBooks;
  if (audit.status !== 200)
    throw new Error(`the audit answered ${audit.status}: ${JSON.stringify(audit.body).slice(0, 300)}`);
  return snapshotOf(audit.body, books);
}

export function snapshotOf(audit: Audit, books: SandboxBooks): Snapshot {
  const ours: Record<string, bigint> = {};
  const broken: string[] = [];
  for (const { service, findings, totals } of audit.services ?? []) {
    for (const [name, value] of Object.entries(totals))
      if (INTEGER.test(value)) ours[`${service}.${name}`] = BigInt(value);
    broken.push(...brokenOf(service, findings));
  }
  broken.push(...brokenOf('between services', audit.crossChecks ?? []));
  if ((audit.services ?? []).length === 0) broken.push('the audit names no service');
  if (!books.bakong.check.ok) broken.push('the books of the Bakong simulator do not add up');
  const theirs: Record<string, bigint> = {};
  const note = (network: string, sums: Readonly<Record<string, Partial<Sum>>>): void => {
    for (const [key, { count, minor }] of Object.entries(sums)) {
      // Settlement banks book no payments: their books have other figures.
      if (count === undefined || minor === undefined) continue;
      theirs[`${network}.${key.replaceAll(':', '.')}.count`] = BigInt(count);
      theirs[`${network}.${key.replaceAll(':', '.')}.minor`] = BigInt(minor);
    }
  };
  const { bakong, ...abroad } = books;
  note('bakong', bakong.sums);
  for (const [network, sums] of Object.entries(abroad)) note(network, sums as Readonly<Record<string, Sum>>);
  return { ours, theirs, broken };
}

function brokenOf(where: string, findings: readonly Finding[]): string[] {
  return findings
    .filter((finding) => !finding.ok)
    .map(
      ({ invariant, violations }) =>
        `${where}: ${invariant}: ${violations.slice(0, VIOLATIONS_SHOWN_MAX).join('; ')}`,
    );
}

/** What the callers on both sides counted over the whole run, warm-up included. */
export interface CallersCount {
  readonly outboundAccepted: number;
  readonly outboundCompleted: number;
  /** By the network that sent them, and the currency that it took from its payers. */
  readonly inboundCompleted: readonly {
    readonly network: string;
    readonly currency: string;
    readonly count: number;
  }[];
  /** Callers of both sides that gave up waiting: they do not know how their payment ended. */
  readonly unanswered: number;
}

/**
 * The validity gate (decisions 22) over what a run added: our own totals, each leg against the network's books, and
 * what the callers were told. Says in words what does not agree. While payments are open, sums may differ by them:
 * then only counts are compared, give or take the open ones.
 */
export function gateProblems(before: Snapshot, after: Snapshot, callers: CallersCount): string[] {
  const run = new AddedByRun(before, after);
  compareTotals(run);
  for (const [what, ours, theirs] of legPairs(before, after)) {
    run.same(`legs ${what}`, run.ours(`${ours}.count`), run.theirs(`${theirs}.count`), run.open);
    if (run.open === 0n)
      run.same(`sum of legs ${what}`, run.ours(`${ours}.minor`), run.theirs(`${theirs}.minor`));
  }
  compareCallers(run, callers);
  return [...after.broken, ...run.problems];
}

/** What a run added to the totals of both sides, and what of it does not agree. */
class AddedByRun {
  readonly problems: string[] = [];

  constructor(
    private readonly before: Snapshot,
    private readonly after: Snapshot,
  ) {}

  /** Payments that are open after the run. */
  get open(): bigint {
    return this.after.ours['routing.payments.open'] ?? 0n;
  }

  ours(name: string): bigint {
    return (this.after.ours[name] ?? 0n) - (this.before.ours[name] ?? 0n);
  }

  theirs(name: string): bigint {
    return (this.after.theirs[name] ?? 0n) - (this.before.theirs[name] ?? 0n);
  }

  same(what: string, left: bigint, right: bigint, slack = 0n): void {
    const gap = left > right ? left - right : right - left;
    if (gap > slack) this.problems.push(`${what}: ${left} is not ${right}`);
  }
}

function compareTotals(run: AddedByRun): void {
  const ended = (state: string): bigint => run.ours(`routing.payments.${state}`);
  const done = ended('completed') + ended('blocked');
  run.same(
    'accepted = completed + rejected + expired + blocked + open',
    run.ours('routing.payments'),
    done + ended('rejected') + ended('expired') + ended('open'),
  );
  run.same('obligation transfers = 2 x completed', run.ours('routing.transfers.obligations'), 2n * done);
  run.same(
    'discharges - reversals = completed + open and secured',
    run.ours('routing.transfers.discharge') - run.ours('routing.transfers.reversal'),
    done + ended('open_secured_gross'),
  );
}

function compareCallers(
  run: AddedByRun,
  { outboundAccepted, outboundCompleted, inboundCompleted, unanswered }: CallersCount,
): void {
  const unknown = run.open + BigInt(unanswered);
  const told = BigInt(inboundCompleted.reduce((sum, { count }) => sum + count, outboundCompleted));
  run.same('completed as the callers were told', told, run.ours('routing.payments.completed'), unknown);
  for (const { network, currency, count } of inboundCompleted) {
    const debited = run.theirs(`${network}.debit.ACCC.${currency}.count`);
    run.same(`payers of ${network} debited for good`, debited, BigInt(count), unknown);
  }
  if (run.ours('gateway.requests') < BigInt(outboundAccepted))
    run.problems.push('the gateway lost requests that it had accepted');
}

const THEIRS = /^([a-z0-9-]+)\.(debit|credit|reversal)\.(?:ACCC\.)?([A-Z]{3})\.count$/;
const OURS = /^adapter-([a-z0-9-]+)\.legs\.(debit|credit|reversal)\.([A-Z]{3})\.accepted\.count$/;
/** The home network's own books have no status: what it refuses is not in them. */
const HOME = 'bakong';

/** Each leg in our adapters' books beside the network's. A debit abroad is the network's own: we ask for none. */
function legPairs(before: Snapshot, after: Snapshot): [what: string, ours: string, theirs: string][] {
  const pairs = new Map<string, [string, string, string]>();
  const named = [
    ...Object.keys({ ...before.theirs, ...after.theirs }).map((name) => THEIRS.exec(name)),
    ...Object.keys(after.ours).map((name) => OURS.exec(name)),
  ];
  for (const match of named) {
    if (match === null) continue;
    const [, network = '', leg = '', currency = ''] = match;
    if (network !== HOME && leg !== 'credit') continue;
    const what = `${network} ${leg} ${currency}`;
    const theirs = network === HOME ? `${leg}.${currency}` : `${leg}.ACCC.${currency}`;
    pairs.set(what, [what, `adapter-${network}.legs.${leg}.${currency}.accepted`, `${network}.${theirs}`]);
  }
  return [...pairs.values()];
}

/**
 * Reads payments again and says where the switch now tells something else than it told its caller; `endedLate` hears of
 * those that were open then and have ended.
 */
export async function readBack(
  client: LoadClient,
  told: readonly ToldPayment[],
  endedLate: (state: string, measured: boolean) => void,
): Promise<string[]> {
  const problems: string[] = [];
  const rest = [...told];
  const worker = async (): Promise<void> => {
    for (let each = rest.pop(); each !== undefined; each = rest.pop()) {
      const { status, body } = await client.get<AnsweredPayment>(
        each.participant,
        `/v1/payments/${each.paymentId}`,
      );
      const { state, source, target } = body;
      if (status !== 200) problems.push(`payment ${each.paymentId}: ${status} when read again`);
      else if (each.state !== 'processing' && state !== each.state)
        problems.push(`payment ${each.paymentId}: told ${each.state}, now ${state}`);
      else if (each.state === 'processing' && state !== 'processing') endedLate(state, each.measured);
      else if (!sameMoney(source, each.source) || !sameMoney(target, each.target))
        problems.push(`payment ${each.paymentId}: not the amounts of its quote`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return problems;
}

function sameMoney(a: AnsweredPayment['source'], b: AnsweredPayment['source']): boolean {
  return a.currency === b.currency && a.amount === b.amount;
}

/** Did nothing move between two snapshots? */
export function sameSnapshot(a: Snapshot, b: Snapshot): boolean {
  const text = ({ ours, theirs }: Snapshot): string =>
    JSON.stringify([Object.entries(ours), Object.entries(theirs)], (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
  return text(a) === text(b);
}
