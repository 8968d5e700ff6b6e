import { z } from 'zod';
import type { ScreenedParty, Screening, ScreeningHit } from './screening.js';

/** The list file: entries with all their names. */
export const screeningList = z.object({
  list: z.string(),
  entries: z.array(
    z.object({
      id: z.string().min(1),
      names: z.array(z.string().min(1)).min(1),
      /** Only parties of these countries, when given; a party without a country always counts. */
      countries: z.array(z.string().length(2)).optional(),
    }),
  ),
});
export type ScreeningList = z.infer<typeof screeningList>;

interface ListedName {
  readonly entry: string;
  readonly name: string;
  readonly countries: readonly string[] | undefined;
}

// Letters that do not decompose into a base letter and an accent.
const FOLDED: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
};
const FOLDABLE = new RegExp(`[${Object.keys(FOLDED).join('')}]`, 'gu');
const ACCENTS = /\p{M}(?<![\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u17b4-\u17d3])/gu;

/**
 * A name without what spelling varies in: case, accents, punctuation, blanks and the order of its words.
 * Thai and Khmer vowel signs are letters of their words and stay.
 */
export function normaliseName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(ACCENTS, '')
    .replace(FOLDABLE, (letter) => FOLDED[letter]!);
  const words = plain.split(/[\s\p{Z}\-_/,]+/u).map((word) => word.replace(/[^\p{L}\p{M}\p{N}]/gu, ''));
  return words
    .filter((word) => word !== '')
    .sort()
    .join(' ');
}

/** Screening against a list of names: exact and normalised. A name that normalises to nothing matches only exactly. */
export class NameList implements Screening {
  private readonly byName = new Map<string, ListedName[]>();

  constructor(list: ScreeningList) {
    for (const { id, names, countries } of list.entries) {
      for (const name of names) {
        const listed = { entry: id, name, countries };
        for (const key of keysOf(name)) this.byName.set(key, [...(this.byName.get(key) ?? []), listed]);
      }
    }
  }

  screen(parties: readonly ScreenedParty[]): ScreeningHit | undefined {
    for (const { party, name, country } of parties) {
      const listed = keysOf(name).flatMap((key) => this.byName.get(key) ?? []);
      const hit = listed.find(
        ({ countries }) => country === undefined || (countries?.includes(country) ?? true),
      );
      if (hit !== undefined) return { party, listEntry: hit.entry, matched: hit.name };
    }
    return undefined;
  }
}

function keysOf(name: string): string[] {
  const normalised = normaliseName(name);
  return normalised === '' ? [`=${name}`] : [`=${name}`, `~${normalised}`];
}
