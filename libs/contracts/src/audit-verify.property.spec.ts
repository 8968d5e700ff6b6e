import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { chained, GENESIS, hashOfEntry, type AuditEntry, type AuditHead, type Deed } from './audit-log.js';
import { spanLine, verifyExport } from './audit-verify.js';

const DAY_MS = 86_400_000;
const FIRST_MS = Date.parse('2026-11-28T01:00:00Z');

const deed: fc.Arbitrary<Deed> = fc.record(
  {
    atMs: fc.integer({ min: FIRST_MS, max: FIRST_MS + 2 * DAY_MS }),
    actor: fc.record({ kind: fc.constantFrom('operator', 'system'), name: fc.string() }),
    action: fc.string(),
    object: fc.string(),
    before: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })),
    after: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })),
    reason: fc.string({ unit: 'grapheme' }),
    decides: fc.record({ proposal: fc.string(), by: fc.string() }),
  },
  { requiredKeys: ['atMs', 'actor', 'action', 'object'] },
) as fc.Arbitrary<Deed>;

const NOWHERE: AuditHead = { service: 'routing', day: '2026-11-27', number: 0, hash: GENESIS };

/** The lines of an export: the first deeds are of the days before it. */
function exported(
  deeds: readonly Deed[],
  from = 0,
): { lines: string[]; entries: AuditEntry[]; until: AuditHead } {
  const all = chained(NOWHERE, deeds);
  const headOf = (entry: AuditEntry | undefined): AuditHead =>
    entry === undefined
      ? NOWHERE
      : { service: 'routing', day: entry.day, number: entry.number, hash: entry.hash };
  const entries = all.slice(from);
  const until = { ...headOf(all.at(-1)), day: '2026-11-30' };
  const lines = [
    spanLine({ service: 'routing', since: headOf(all[from - 1]), until }),
    ...entries.map((e) => JSON.stringify(e)),
  ];
  return { lines, entries, until };
}

const faultsOf = (lines: readonly string[], kept: readonly AuditHead[] = []) =>
  verifyExport(
    lines.map((text, index) => ({ where: `day.ndjson:${index + 1}`, text })),
    kept,
  ).faults;

const someDeeds = fc
  .array(deed, { minLength: 3, maxLength: 8 })
  .chain((deeds) =>
    fc.record({ deeds: fc.constant(deeds), from: fc.integer({ min: 0, max: deeds.length - 2 }) }),
  );
const place = fc.nat();

describe('an export of the audit log', () => {
  it('is whole as it was made', () => {
    fc.assert(
      fc.property(someDeeds, ({ deeds, from }) => {
        const { lines, until } = exported(deeds, from);
        expect(faultsOf(lines, [until])).toEqual([]);
      }),
    );
  });

  it('tells of any entry that is taken out', () => {
    fc.assert(
      fc.property(someDeeds, place, ({ deeds, from }, at) => {
        const { lines } = exported(deeds, from);
        expect(faultsOf(lines.toSpliced(at % lines.length, 1))).not.toEqual([]);
      }),
    );
  });

  it('tells of any two lines that changed places, and of one that is there twice', () => {
    fc.assert(
      fc.property(someDeeds, place, place, ({ deeds, from }, a, b) => {
        const { lines } = exported(deeds, from);
        const [i, j] = [a % lines.length, b % lines.length];
        fc.pre(i !== j);
        const swapped = lines.with(i, lines[j]!).with(j, lines[i]!);
        expect(faultsOf(swapped)).not.toEqual([]);
        expect(faultsOf(lines.toSpliced(i, 0, lines[j]!))).not.toEqual([]);
      }),
    );
  });

  it('tells of any member that says something else, is gone, or is new, also under a hash made anew', () => {
    fc.assert(
      fc.property(someDeeds, place, place, fc.boolean(), ({ deeds, from }, at, which, anew) => {
        const { lines, entries, until } = exported(deeds, from);
        const entry = entries[at % entries.length]!;
        const members = Object.keys(entry);
        const name = members[which % members.length]!;
        for (const altered of [
          { ...entry, [name]: altering(entry[name]) },
          Object.fromEntries(Object.entries(entry).filter(([other]) => other !== name)),
          { ...entry, note: 'x' },
        ]) {
          const text = JSON.stringify(anew ? { ...altered, hash: hashOfEntry(altered) } : altered);
          if (text === JSON.stringify(entry)) continue;
          expect(faultsOf(lines.with(1 + (at % entries.length), text), [until])).not.toEqual([]);
        }
      }),
    );
  });

  it('tells of any character that is changed, or left out', () => {
    fc.assert(
      fc.property(someDeeds, place, place, ({ deeds, from }, at, character) => {
        const { lines } = exported(deeds, from);
        const line = lines[at % lines.length]!;
        const index = character % line.length;
        const other = line[index] === '7' ? '8' : '7';
        for (const text of [
          line.slice(0, index) + other + line.slice(index + 1),
          line.slice(0, index) + line.slice(index + 1),
        ]) {
          if (sameJson(text, line)) continue;
          expect(faultsOf(lines.with(at % lines.length, text))).not.toEqual([]);
        }
      }),
    );
  });

  it('shows by a head that was kept that its end was cut off and its beginning made to fit', () => {
    fc.assert(
      fc.property(someDeeds, ({ deeds, from }) => {
        const { until } = exported(deeds, from);
        const cut = exported(deeds.slice(0, -1), from);
        expect(faultsOf(cut.lines)).toEqual([]);
        expect(faultsOf(cut.lines, [until])).toHaveLength(1);
      }),
    );
  });
});

const altering = (value: unknown): unknown =>
  typeof value === 'number' ? value + 1 : `${JSON.stringify(value)}.`;

function sameJson(a: string, b: string): boolean {
  try {
    return JSON.stringify(JSON.parse(a)) === JSON.stringify(JSON.parse(b));
  } catch {
    return false;
  }
}
