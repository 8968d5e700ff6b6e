import type { AuditReport, AuditFinding } from '@tonle/contracts';

type Totals = Readonly<Record<string, string>>;

/** Totals of two services that must be equal once no message is under way (decisions 17). */
interface CrossCheck {
  readonly name: string;
  readonly left: Total;
  readonly right: Total;
}

/** A sum over what several services report, or one. */
interface Total {
  readonly services: readonly string[];
  readonly sum: (totals: Totals) => bigint;
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
    left: { services: ['settlement'], sum: total('payments.COMPLETED', 'payments.BLOCKED') },
    right: { services: ['routing'], sum: DONE },
  },
  {
    name: 'I8 fx has a used quote for every payment that routing completed',
    left: { services: ['fx'], sum: total('quotes.used') },
    right: { services: ['routing'], sum: DONE },
  },
];

/** Networks that settle each payment at once move money for every discharge, and nothing else does. */
function railChecks(railAdapters: readonly string[]): CrossCheck[] {
  if (railAdapters.length === 0) return [];
  const legs = (pattern: RegExp): Total => ({ services: railAdapters, sum: totalOf(pattern) });
  return [
    {
      name: 'I4 a rail accepted a leg for every discharge of routing',
      left: legs(/^legs\.(debit|credit)\.[A-Z]{3}\.accepted\.count$/),
      right: { services: ['routing'], sum: total('transfers.discharge') },
    },
    {
      name: 'I4 a rail accepted a reversal for every reversed discharge of routing',
      left: legs(/^legs\.reversal\.[A-Z]{3}\.accepted\.count$/),
      right: { services: ['routing'], sum: total('transfers.reversal') },
    },
  ];
}

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
        left: { services: ['fx'], sum: total(`used.${side}.${currency}`) },
        right: { services: ['routing'], sum: total(name) },
      },
    ];
  });
}

/**
 * Compares what can be compared; a service that did not report is not compared. `railAdapters`: those of networks that
 * settle each payment at once.
 */
export function crossCheck(reports: readonly AuditReport[], railAdapters: readonly string[]): AuditFinding[] {
  const byService = new Map(reports.map((report) => [report.service, report.totals]));
  const checks = [...CROSS_CHECKS, ...railChecks(railAdapters), ...currencyChecks(reports)];
  return checks.flatMap(({ name, left, right }) => {
    const [a, b] = [sumOf(left, byService), sumOf(right, byService)];
    if (a === undefined || b === undefined) return [];
    const names = ({ services }: Total): string => services.join(' and ');
    const violations = a === b ? [] : [`${names(left)} has ${a}, ${names(right)} has ${b}`];
    return [{ invariant: name, ok: a === b, checked: 1, violations }];
  });
}

/** Undefined when one of them did not report. */
function sumOf({ services, sum }: Total, byService: ReadonlyMap<string, Totals>): bigint | undefined {
  const reported = services.map((service) => byService.get(service));
  return reported.reduce<bigint | undefined>(
    (before, totals) => (before === undefined || totals === undefined ? undefined : before + sum(totals)),
    0n,
  );
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
