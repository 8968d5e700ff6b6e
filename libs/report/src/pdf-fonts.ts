import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import subsetFont from 'subset-font';
import type { ScriptRun } from './script-runs.js';

const require = createRequire(import.meta.url);

export type FontWeight = 400 | 700;

/** Packages in the order in which they are asked for a character, and the parts of each; all parts where none are named. */
const PACKAGES: readonly { readonly name: string; readonly parts?: readonly string[] }[] = [
  { name: 'noto-sans', parts: ['latin', 'latin-ext', 'vietnamese', 'greek', 'cyrillic'] },
  { name: 'noto-sans-khmer', parts: ['khmer'] },
  { name: 'noto-sans-thai', parts: ['thai'] },
  { name: 'noto-sans-lao', parts: ['lao'] },
  { name: 'noto-sans-sc' },
];

/** A file of a font that has some of its characters. */
export interface FontFace {
  readonly id: string;
  readonly file: string;
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

let known: readonly FontFace[] | undefined;

/** All faces there are. */
export function fontFaces(): readonly FontFace[] {
  known ??= PACKAGES.flatMap(({ name, parts }) => {
    const module = `@fontsource-variable/${name}`;
    const ranges = require(`${module}/unicode.json`) as Readonly<Record<string, string>>;
    return Object.entries(ranges)
      .filter(([part]) => parts?.includes(part) ?? true)
      .sort(([a], [b]) => (parts === undefined ? 0 : parts.indexOf(a) - parts.indexOf(b)))
      .map(([part, text]) => {
        const id = `${name}-${part.replace(/[[\]]/g, '')}`;
        return { id, file: `${module}/files/${id}-wght-normal.woff2`, ranges: rangesOf(text) };
      });
  });
  return known;
}

function rangesOf(text: string): [number, number][] {
  return text.split(',').map((range) => {
    const [from, to = from] = range.trim().replace('U+', '').split('-');
    return [Number.parseInt(from!, 16), Number.parseInt(to!, 16)];
  });
}

/** Has this face the character? */
export function faceHas({ ranges }: FontFace, codePoint: number): boolean {
  return ranges.some(([from, to]) => codePoint >= from && codePoint <= to);
}

const made = new Map<string, Promise<Buffer>>();

/** The face as a TrueType font of one weight, which PDF takes. */
export function fontOf({ id, file, ranges }: FontFace, weight: FontWeight): Promise<Buffer> {
  const key = fontName(id, weight);
  const before = made.get(key);
  if (before !== undefined) return before;
  const characters = ranges.map(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index)).join(''),
  );
  const font = subsetFont(readFileSync(require.resolve(file)), characters.join(''), {
    targetFormat: 'sfnt',
    variationAxes: { wght: weight },
  });
  made.set(key, font);
  return font;
}

/** The name under which a document knows a face. */
export const fontName = (face: ScriptRun['face'], weight: FontWeight): string => `${face} ${weight}`;
