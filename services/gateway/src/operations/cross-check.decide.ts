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

const DONE = total('payments.completed', 'payments.blocked');

const CROSS_CHECKS: readonly CrossCheck[] = [
  {
    name: 'I15 settlement has every payment that routing completed',
    left: { services: ['settlement'], sum: total('payments.COMPLETED', 'payments.BLOCKED') },
    right: { services: ['routing'], sum: DONE },
  },
  {
    name: 'I24 settlement has every break that routing has handed over',
    left: { services: ['settlement'], sum: total('breaks.payment') },
    right: { services: ['routing'], sum: total('breaks.taken') },
  },
  {
    name: 'I8 fx has a used quote for every payment that routing completed',
    left: { services: ['fx'], sum: total('quotes.used') },
    right: { services: ['routing'], sum: DONE },
  },
];

const ENDS = ['COMPLETED', 'REJECTED', 'EXPIRED', 'BLOCKED'] as const;

/** A request at a door is a payment at routing, and both know the same end of it. */
function doorChecks(doors: readonly string[]): CrossCheck[] {
  const atDoors = (name: string): Total => ({ services: doors, sum: total(name) });
  const routing = (name: string): Total => ({ services: ['routing'], sum: total(name) });
  return [
    {
      name: 'I3 the doors have a request for every payment, and routing a payment for every request',
      left: atDoors('requests'),
      right: routing('payments'),
    },
    ...ENDS.map((state) => ({
      name: `I19 doors and routing know of the same payments that are ${state}`,
      left: atDoors(`payments.${state}`),
      right: routing(`payments.${state.toLowerCase()}`),
    })),
  ];
}

/** What networks say that they moved is what routing holds, break by break: legs and amounts in every currency. */
function legChecks(reports: readonly AuditReport[], networks: readonly string[]): CrossCheck[] {
  const names = reports
    .flatMap(({ totals }) => Object.keys(totals))
    .flatMap((name) => LEGS.exec(name)?.groups?.['leg'] ?? []);
  return [...new Set(names)].flatMap((leg) =>
    (['count', 'minor'] as const).map((figure) => ({
      name: `I4 the networks moved what routing holds, or a break tells the difference: ${leg}, ${figure}`,
      left: { services: networks, sum: total(`legs.${leg}.accepted.${figure}`) },
      right: { services: ['routing'], sum: total(`legs.${leg}.${figure}`) },
    })),
  );
}

const LEGS = /^legs\.(?<leg>[a-z]+\.[A-Z]{3})\.(?:accepted\.)?count$/;

/** Sums by currency, found in what the services report. */
function currencyChecks(reports: readonly AuditReport[], doors: readonly string[]): CrossCheck[] {
  const names = reports.find((report) => report.service === 'routing')?.totals ?? {};
  return Object.keys(names).flatMap((name): CrossCheck[] => {
    const match = /^minor\.obligation_(source|target)\.([A-Z]{3})$/.exec(name);
    if (match === null) return [];
    const [, side, currency] = match;
    // Quotes and doors have the target as it was asked for; a network may have been owed less, by its discount.
    const posted = side === 'target' ? total(name, `minor.discount.${currency}`) : total(name);
    return [
      {
        name: `I8 used quotes and posted obligations have the same ${side} amount in ${currency}`,
        left: { services: ['fx'], sum: total(`used.${side}.${currency}`) },
        right: { services: ['routing'], sum: posted },
      },
      {
        name: `I19 doors were told the same ${side} amount in ${currency} as posted obligations have`,
        left: { services: doors, sum: total(`minor.${side}.${currency}`) },
        right: { services: ['routing'], sum: posted },
      },
    ];
  });
}

/**
 * Compares what can be compared; a service that did not report is not compared. `networks`: the services of all networks, also
 * of those that have ended, since what they moved stays in routing's totals.
 */
export function crossCheck(reports: readonly AuditReport[], networks: readonly string[]): AuditFinding[] {
  const byService = new Map(reports.map((report) => [report.service, report.totals]));
  const doors = ['gateway', ...networks];
  const checks = [
    ...CROSS_CHECKS,
    ...doorChecks(doors),
    ...legChecks(reports, networks),
    ...currencyChecks(reports, doors),
  ];
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

function integer(text = ''): bigint {
  return /^-?\d+$/.test(text) ? BigInt(text) : 0n;
}
