import type { DirectoryEntry } from '@tonle/contracts';

// What one side alone may change at once: it lets less through than before. Whatever is not here needs others (record 49).

type Rule = readonly [path: RegExp, isLess: (before: unknown, after: unknown) => boolean];

const gone = (_before: unknown, after: unknown): boolean => after === undefined;
const isNew = (before: unknown, after: unknown): boolean => before === undefined && after !== undefined;
const becomes = (value: unknown) => (_before: unknown, after: unknown) => after === value;

const DIGITS = /^\d+$/;
const atMost = (after: unknown, before: unknown): boolean =>
  [after, before].every((each) => typeof each === 'string' && DIGITS.test(each)) &&
  BigInt(after as string) <= BigInt(before as string);

/** Of a cap none is the least. */
const lowered = (before: unknown, after: unknown): boolean =>
  before !== undefined && (after === undefined || atMost(after, before));

/** Of a limit none is the most. */
const tightened = (before: unknown, after: unknown): boolean =>
  after !== undefined && (before === undefined || atMost(after, before));

const earlier = (before: unknown, after: unknown): boolean =>
  after !== undefined && before !== undefined && Date.parse(after as string) <= Date.parse(before as string);
const later = (before: unknown, after: unknown): boolean => earlier(after, before);

const ENDED: Rule = [/^ended$/, becomes(true)];
const SWITCHED: Rule = [/^switches\.(outbound|inbound)\.(hold|throttle)$/, isNew];
/** Told to people, and read by no rule. */
const FOR_PEOPLE: Rule = [/^(status|note|holidaysSource)$/, () => true];

const RESTRICTIONS: Readonly<Record<DirectoryEntry['kind'], readonly Rule[]>> = {
  participant: [
    ENDED,
    [/^state$/, (before, after) => after === 'paused' || (before === 'active' && after !== 'active')],
    [/^pause$/, isNew],
    [/^caps\.\w+$/, lowered],
    [/^scopes\./, gone],
    // A key whose fields have all gone is not there any more; of one that stays only its time may shrink.
    [/^keys\..+\.(algorithm|publicKeyPem)$/, gone],
    [/^keys\..+\.validTo$/, (before, after) => after === undefined || earlier(before, after)],
    [/^keys\..+\.validFrom$/, (before, after) => after === undefined || later(before, after)],
  ],
  corridor: [
    ENDED,
    FOR_PEOPLE,
    SWITCHED,
    [/^open\.(outbound|inbound)$/, becomes(false)],
    [/^limits\.(perPayment|perDebtorDay)\.\w+$/, tightened],
  ],
  network: [ENDED, SWITCHED, [/^state$/, becomes('paused')]],
  calendar: [ENDED, FOR_PEOPLE],
};

/** True when this change of a field lets less through than before, or is told to people alone. Pure. */
export function onlyRestricts(
  kind: DirectoryEntry['kind'],
  path: string,
  before: unknown,
  after: unknown,
): boolean {
  return RESTRICTIONS[kind].some(([of, isLess]) => of.test(path) && isLess(before, after));
}
