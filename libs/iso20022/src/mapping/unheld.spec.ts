import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { readIso, writeIso } from '../iso.js';
import type { CanonicalMessage, IsoReading } from '../model.js';
import type { ComplexType, SimpleType } from '../schema/compile.js';
import { findSchema } from '../schema/registry.js';
import type { IsoTree, IsoValue } from '../schema/tree.js';
import { IsoWriteError, writePart } from '../xml/writer.js';
import { fromCanonical, kindOf, processedMessages } from './messages.js';
import { MODELS } from './model.testing.js';

// Whatever the schema takes is held, so that it is written again, or told.

/** Only read: their schemas ask for elements that no model of ours has. */
const ONLY_READ = new Set(['camt.052.001.01', 'pacs.008.001.01']);
const VERSIONS = processedMessages().filter((version) => !ONLY_READ.has(version));
/** Everything in them is held. */
const HELD_WHOLE = new Set(['admi.002.001.01', 'admi.004.001.02', 'admi.011.001.01']);

const readTelling = (xml: string) => {
  const reading = readIso(Buffer.from(xml), { tellUnheld: true, maxBytes: 1 << 20 });
  if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.errors));
  return reading as Extract<IsoReading, { kind: 'read' }> & { readonly unheld: readonly string[] };
};

interface Place {
  readonly path: string;
  readonly put: (text: string) => void;
}

/** Every text that the schema would take beside what is there: absent elements of plain text, and one level deeper. */
function placesIn(tree: Record<string, IsoValue>, type: ComplexType, path: string, deeper: boolean): Place[] {
  const chosen = new Set(
    [...type.slots.values()].filter(({ name }) => tree[name] !== undefined).map(({ particle }) => particle),
  );
  return [...type.slots.values()].flatMap((slot): Place[] => {
    const { name, particle, many } = slot;
    const inner = slot.alternative.type;
    const there = tree[name];
    if (there !== undefined && inner.kind === 'complex' && !Array.isArray(there))
      return placesIn(there as Record<string, IsoValue>, inner, `${path}/${name}`, true);
    if (Array.isArray(there) && inner.kind === 'complex')
      return there.flatMap((each: IsoValue, index) =>
        placesIn(each as Record<string, IsoValue>, inner, `${path}/${name}[${index + 1}]`, true),
      );
    if (there !== undefined || chosen.has(particle)) return [];
    const at = many ? `${path}/${name}[1]` : `${path}/${name}`;
    if (inner.kind === 'simple')
      return takesText(inner) ? [{ path: at, put: (text) => (tree[name] = many ? [text] : text) }] : [];
    if (!deeper || inner.particles.some(({ min }) => min > 0)) return [];
    return placesIn({}, inner, at, false).map((place) => ({
      path: place.path,
      put: (text) => {
        const made: Record<string, IsoValue> = {};
        placesIn(made, inner, at, false)
          .find((each) => each.path === place.path)!
          .put(text);
        tree[name] = many ? [made] : made;
      },
    }));
  });
}

/** A tree that was made has no list where there is one element; one that was read has. */
const unnumbered = (path: string): string => path.replace(/\[\d+\]/g, '');

/** In this version; undefined when it asks for more than the model has: then the writer says so. */
function writtenAs(message: CanonicalMessage, version: string): string | undefined {
  try {
    return writeIso(message, version);
  } catch (error) {
    if (error instanceof IsoWriteError) return undefined;
    throw error;
  }
}

const MARK = 'Q7Z';
const takesText = ({ text, attribute }: SimpleType): boolean =>
  attribute === undefined && text.check(MARK) === undefined;

describe('what a message says', () => {
  it.each(VERSIONS)('is written again from %s, or told', (version) => {
    const document = findSchema(version)!.roots.get('Document') as ComplexType;
    let told = 0;
    fc.assert(
      fc.property(MODELS[kindOf(version)!], fc.nat(), (message, pick) => {
        fc.pre(writtenAs(message, version) !== undefined);
        const tree = structuredClone(fromCanonical(message, version).tree) as Record<string, IsoValue>;
        const places = placesIn(tree, document, '/Document', true);
        fc.pre(places.length > 0);
        const { path, put } = places[pick % places.length]!;
        put(MARK);
        const first = readTelling(writePart({ version, tree: tree as IsoTree }));
        const again = writeIso(first.message, version);
        expect(readTelling(again).message).toEqual(first.message);
        const above = first.unheld
          .map(unnumbered)
          .filter((each) => unnumbered(path) === each || unnumbered(path).startsWith(`${each}/`));
        told += above.length;
        expect({ path, held: again.includes(MARK), told: above.length > 0 }).not.toEqual({
          path,
          held: false,
          told: false,
        });
      }),
      { numRuns: 40 },
    );
    expect(told > 0).toBe(!HELD_WHOLE.has(version));
  });

  it.each(VERSIONS)('is held where our own mapping of %s wrote it', (version) => {
    fc.assert(
      fc.property(MODELS[kindOf(version)!], (message) => {
        const written = writtenAs(message, version);
        fc.pre(written !== undefined);
        expect(readTelling(written).unheld).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});
