import type { AuditReport } from '@tonle/contracts';

type Finding = AuditReport['findings'][number];
type Totals = Readonly<Record<string, string>>;

/** Totals of two services that must be equal once no message is under way (decisions 17). */
interface CrossCheck {
  readonly name: string;
  readonly left: { readonly service: string; readonly sum: (totals: Totals) => bigint };
  readonly right: { readonly service: string; readonly sum: (totals: Totals) => bigint };
}

const total =
  (...names: string[]) =>
  (totals: Totals): bigint =>
    names.reduce((sum, name) => sum + integer(totals[name]), 0n);

/** Sum of every total whose name fits. */
const totalOf =
  (pattern: RegExp) =>
  (totals: Totals): bigint =>
    Object.entries(totals).reduce(
      (sum, [name, value]) => (pattern.test(name) ? sum + integer(value) : sum),
      0n,
    );

const DONE = total('payments.completed', 'payments.blocked');

const CROSS_CHECKS: readonly CrossCheck[] = [
  {
    name: 'I15 settlement has every payment that routing completed',
    left: { service: 'settlement', sum: total('payments.COMPLETED', 'payments.BLOCKED') },
    right: { service: 'routing', sum: DONE },
  },
  {
    name: 'I8 fx has a used quote for every payment that routing completed',
    left: { service: 'fx', sum: total('quotes.used') },
    right: { service: 'routing', sum: DONE },
  },
  {
    name: 'I4 Bakong accepted a leg for every discharge of routing',
    left: { service: 'adapter-bakong', sum: totalOf(/^legs\.(debit|credit)\.[A-Z]{3}\.accepted\.count$/) },
    right: { service: 'routing', sum: total('transfers.discharge') },
  },
  {
    name: 'I4 Bakong accepted a reversal for every reversed discharge of routing',
    left: { service: 'adapter-bakong', sum: totalOf(/^legs\.reversal\.[A-Z]{3}\.accepted\.count$/) },
    right: { service: 'routing', sum: total('transfers.reversal') },
  },
];

/** Sums by currency, found in what the services report. */
function currencyChecks(reports: readonly AuditReport[]): CrossCheck[] {
  const names = reports.find((report) => report.service === 'routing')?.totals ?? {};
  return Object.keys(names).flatMap((name): CrossCheck[] => {
    const match = /^minor\.obligation_(source|target)\.([A-Z]{3})$/.exec(name);
    if (match === null) return [];
    const [, side, currency] = match;
    return [
      {
        name: `I8 used quotes and posted obligations have the same ${side} amount in ${currency}`,
        left: { service: 'fx', sum: total(`used.${side}.${currency}`) },
        right: { service: 'routing', sum: total(name) },
      },
    ];
  });
}

/** Compares what can be compared; a service that did not report is not compared. */
export function crossCheck(reports: readonly AuditReport[]): Finding[] {
  const byService = new Map(reports.map((report) => [report.service, report.totals]));
  return [...CROSS_CHECKS, ...currencyChecks(reports)].flatMap(({ name, left, right }) => {
    const [ours, theirs] = [byService.get(left.service), byService.get(right.service)];
    if (ours === undefined || theirs === undefined) return [];
    const [a, b] = [left.sum(ours), right.sum(theirs)];
    const violations = a === b ? [] : [`${left.service} has ${a}, ${right.service} has ${b}`];
    return [{ invariant: name, ok: a === b, checked: 1, violations }];
  });
}

/** Did anything move between two rounds of reports? Then totals that differ prove nothing. */
export function moved(before: readonly AuditReport[], after: readonly AuditReport[]): boolean {
  const totalsOf = (reports: readonly AuditReport[]): string =>
    JSON.stringify(reports.map(({ service, totals }) => [service, Object.entries(totals).sort()]).sort());
  return totalsOf(before) !== totalsOf(after);
}

function integer(text: string | undefined): bigint {
  return text !== undefined && /^-?\d+$/.test(text) ? BigInt(text) : 0n;
}
