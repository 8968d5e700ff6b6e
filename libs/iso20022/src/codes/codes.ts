import { readdirSync, readFileSync } from 'node:fs';

// External code sets change every quarter: they are dated data, never closed enumerations.

interface Edition {
  /** Day from which this edition holds, YYYY-MM-DD. */
  readonly effective: string;
  readonly sets: ReadonlyMap<string, ReadonlySet<string>>;
}

interface EditionFile {
  readonly effective: string;
  readonly sets: Readonly<Record<string, string>>;
}

let editions: readonly Edition[] | undefined;

function load(): readonly Edition[] {
  const files = readdirSync(new URL('./', import.meta.url)).filter((name) =>
    /^\d{4}-\d\d-\d\d\.json$/.test(name),
  );
  return files.sort().map((name) => {
    const { effective, sets } = JSON.parse(
      readFileSync(new URL(name, import.meta.url), 'utf8'),
    ) as EditionFile;
    return {
      effective,
      sets: new Map(Object.entries(sets).map(([set, codes]) => [set, new Set(codes.split(' '))])),
    };
  });
}

/**
 * Whether a code belongs to an external code set such as `ExternalPurpose1Code` on a day (YYYY-MM-DD; by default the
 * newest edition). Undefined when there is no such set here.
 */
export function isKnownCode(set: string, code: string, on?: string): boolean | undefined {
  editions ??= load();
  const held = on === undefined ? editions : editions.filter(({ effective }) => effective <= on);
  return (held.at(-1) ?? editions[0])?.sets.get(set)?.has(code);
}
