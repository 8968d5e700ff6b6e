import { readCodes } from '@tonle/network';
import { z } from 'zod';

/** How the issuing body of a JPQR-ID begins (level 1, 13 digits at most) -> the brand that it belongs to. */
const brandTable = z.record(z.string().regex(/^\d{1,13}$/), z.string().min(1).max(40));
export type Brands = z.infer<typeof brandTable>;

/** Reads which brands the aggregator stands for: those of a file, else the sandbox's. Throws when it has another form. */
export function readBrands(file?: string): Brands {
  return readCodes(new URL(file ?? './brands.json', import.meta.url), brandTable);
}

/** The brand of an issuing body, by the longest beginning that the table has; undefined: of none that is served. */
export function brandOf(brands: Brands, issuer: string): string | undefined {
  const [longest] = Object.keys(brands)
    .filter((beginning) => issuer.startsWith(beginning))
    .sort((one, other) => other.length - one.length);
  return longest === undefined ? undefined : brands[longest];
}
