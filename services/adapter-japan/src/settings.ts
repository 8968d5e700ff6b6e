import { keyVersionSettings, type KeyVersionPartner } from '@tonle/network';
import { z } from 'zod';
import { readBrands, type Brands } from './brands.js';

/** How the aggregator is reached, what we are called there, and whose codes it takes. */
export interface JapanSettings extends KeyVersionPartner {
  readonly brands: Brands;
}

const partner = keyVersionSettings(
  'JAPAN',
  {
    URL: 'https://127.0.0.1:7427',
    CLIENT_ID: 'KHSWITCH',
    NETWORK_KEYS: 'JPAGGR-RSA',
    DOOR_PORT: 7415,
  },
  'TONLE-japan',
);
const own = z
  .object({ TONLE_JAPAN_BRANDS_FILE: z.string().startsWith('/', 'must be an absolute path').optional() })
  .transform(({ TONLE_JAPAN_BRANDS_FILE: file }) => ({ brands: readBrands(file) }));

/** Reads TONLE_JAPAN_... */
export const japanSettings: z.ZodType<JapanSettings> = z.intersection(partner, own);
