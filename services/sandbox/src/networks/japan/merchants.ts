import { readQr, writeQr } from '@tonle/emvqr';
import { z } from 'zod';
import { pick } from '../../kit/pick.js';
import type { JapanScheme } from './scheme.js';

// Merchants, their codes and wallets' users: by rule, nothing is stored.

const JPQR_ID = /^(\d{13})(\d{4})(\d{6})(\d{6})$/;
/** Stores that have shut (level 2), and ones that never were. */
const [CLOSED, NONE] = ['9999', '0000'];
const NAME_MAX = 25;

export type MerchantFinding =
  | { readonly kind: 'found'; readonly name: string; readonly localName: string; readonly brand: string }
  | { readonly kind: 'refused'; readonly code: string };

/** Who stands behind a JPQR-ID: issuing body, chain, store, till. */
export function findMerchant(jpqrId: string, scheme: JapanScheme): MerchantFinding {
  const [, issuer = '', chain, store = '0'] = JPQR_ID.exec(jpqrId) ?? [];
  const brand = scheme.issuers[issuer];
  if (brand === undefined) return { kind: 'refused', code: 'BRAND_NOT_SERVED' };
  if (scheme.suspended.includes(brand)) return { kind: 'refused', code: 'BRAND_SUSPENDED' };
  if (chain === CLOSED) return { kind: 'refused', code: 'MERCHANT_CLOSED' };
  if (chain === NONE) return { kind: 'refused', code: 'MERCHANT_UNKNOWN' };
  const shop = pick(Object.keys(scheme.shops), Number(store), 6);
  return { kind: 'found', name: shop, localName: scheme.shops[shop]!, brand };
}

export const codeRequest = z.strictObject({
  /** Decimal text in yen; without it the payer enters it. */
  amount: z
    .string()
    .regex(/^\d{1,10}(\.\d{0,2})?$/)
    .optional(),
  name: z.string().min(1).max(NAME_MAX).optional(),
  fields: z
    .strictObject({
      level1: z.string().length(13).default('0000000000101'),
      level2: z.string().length(4).default('0001'),
      level3: z.string().length(6).default('000001'),
      level4: z.string().length(6).default('000001'),
    })
    .prefault({}),
});

/** A code of a merchant, its name in Latin letters and in Japanese; with words when none can be made. */
export function makeJpqr(
  { amount, name, fields }: z.infer<typeof codeRequest>,
  scheme: JapanScheme,
): { readonly qrText: string } | { readonly because: string } {
  const found = findMerchant(Object.values(fields).join(''), scheme);
  const town = pick(Object.keys(scheme.towns), Number(fields.level3), 3);
  const known = found.kind === 'found' ? found : { name: 'Unknown payee', localName: '不明' };
  const written = writeQr({
    scheme: 'JPQR',
    fields,
    currency: 'JPY',
    ...(amount !== undefined && { amount }),
    payeeName: name ?? known.name,
    payeeCity: town,
    merchantCategory: '5942',
    alternate: { language: 'JA', merchantName: known.localName, merchantCity: scheme.towns[town]! },
  });
  return written.kind === 'written'
    ? { qrText: written.text }
    : { because: `${written.outcome}: ${written.detail}` };
}

/** The JPQR-ID in a code; undefined for what is none of this scheme. */
export function jpqrIdOf(codeValue: string): string | undefined {
  const code = readQr(codeValue, 0, ['JPQR']);
  return code.kind === 'read' && code.scheme === 'JPQR' ? code.account.account : undefined;
}

/** A wallet's user by number. */
export function walletUser(
  number: number,
  { given, family }: JapanScheme,
): { readonly account: string; readonly name: string } {
  const name = `${pick(given, number, 4)} ${pick(family, number, 5)}`;
  return { account: `JPW${String(number % 10 ** 10).padStart(10, '0')}`, name };
}

/** Which brand the wallet of a user is of. */
export function brandOfUser(account: string, { issuers }: JapanScheme): string {
  return pick(Object.values(issuers), Number(account.slice(-10)), 7);
}
