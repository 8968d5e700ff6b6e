import { ABROAD_SCHEMES } from './scheme-abroad.js';
import { ADDRESS_SCHEMES } from './scheme-address.js';
import { CARD_SCHEMES } from './scheme-card.js';
import { MEKONG_SCHEMES } from './scheme-mekong.js';
import type { Scheme, SchemeId } from './scheme.js';

/** Every scheme the reader knows, more specific rows first. A new scheme is a row in one of these tables. */
export const SCHEMES: readonly Scheme[] = [...MEKONG_SCHEMES, ...ABROAD_SCHEMES, ...CARD_SCHEMES];

/** Every scheme by name, those whose codes are addresses too. */
export const SCHEME_NAMES: readonly SchemeId[] = [
  ...new Set([...SCHEMES, ...ADDRESS_SCHEMES].map(({ id }) => id)),
];

/** Rows of the same scheme, most specific first. */
export function schemeRows(id: SchemeId): readonly Scheme[] {
  return SCHEMES.filter((scheme) => scheme.id === id);
}
