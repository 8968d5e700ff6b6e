import {
  counted,
  refused,
  STOPPING_INVARIANTS,
  type AuditFinding,
  type CorridorStop,
  type Refusal,
} from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';

/** A violation that stops corridors: which of them is still to be seen. */
export interface StoppingViolation {
  readonly invariant: string;
  /** `payment:<id>` or `currency:<code>`. */
  readonly about: string;
  readonly what: string;
}

/** What of an auditor's findings stops corridors: broken, of an invariant that keeps money right, and about something. Pure. */
export function stoppingViolations(findings: readonly AuditFinding[]): StoppingViolation[] {
  return findings.flatMap(({ invariant, violations, about = [] }) => {
    const [name = ''] = invariant.split(' ');
    if (!STOPPING_INVARIANTS.has(name)) return [];
    return violations.flatMap((what, index) => {
      const of = about[index];
      return of === undefined || of === '' ? [] : [{ invariant: name, about: of, what }];
    });
  });
}

/** Where money of a payment, or in a currency, moves. `corridorOf` and `currenciesOf` know what is stored of a payment. Pure. */
export function corridorsOf(
  { about }: Pick<StoppingViolation, 'about'>,
  corridors: readonly Corridor[],
  known: {
    readonly corridorOf: ReadonlyMap<string, string>;
    readonly currenciesOf: ReadonlyMap<string, readonly string[]>;
  },
): string[] {
  const [kind, id = ''] = about.split(':');
  const own = kind === 'payment' ? known.corridorOf.get(id) : undefined;
  if (own !== undefined) return [own];
  // Transfers without a payment: whatever moves the money that they moved.
  const currencies = kind === 'currency' ? [id] : (known.currenciesOf.get(id) ?? []);
  return corridors
    .filter(({ home, partner }) =>
      [...home.currencies, ...partner.currencies].some((code) => currencies.includes(code)),
    )
    .map(({ corridorId }) => corridorId);
}

/** Those of a corridor that whoever opens it has not said to know. Pure. */
export function unread(
  stops: readonly CorridorStop[],
  acknowledges: readonly string[] = [],
): readonly CorridorStop[] {
  return stops.filter(({ stopId }) => !acknowledges.includes(stopId));
}

/** Why a corridor stays closed, by what of it nobody has said to know. Pure. */
export function stoppedRefusal([next, ...others]: readonly CorridorStop[]): Refusal | undefined {
  return next === undefined
    ? undefined
    : refused('corridor_stopped', `${next.stopId}: ${stopWords([next, ...others])}`);
}

/** What the auditor found, in words: the first of it, and how much else there is. Pure. */
export function stopWords([first, ...others]: readonly CorridorStop[]): string {
  const more = others.length === 0 ? '' : ` ${counted(others.length, 'other finding')} as well.`;
  return `${first!.invariant} ${first!.what}.${more}`;
}
