import { khqrMd5, readQr, writeKhqr, writeQr, writeThaiQr, type QrWriting } from '@tonle/emvqr';
import { z } from 'zod';
import { findBakongAccount } from './bakong/accounts.js';
import type { PayeeRules } from './iso20022/payees.js';
import type { IsoScheme } from './iso20022/scheme.js';

const NAME_MAX = 25;
const decimal = z.string().regex(/^\d{1,13}(\.\d{1,2})?$/);
const common = {
  /** Decimal text in major units; without it the code is static. */
  amount: decimal.optional(),
  name: z.string().min(1).max(NAME_MAX).optional(),
  expired: z.boolean().default(false),
  expiresInSeconds: z.number().int().min(1).max(86_400).default(600),
};

export const khqrRequest = z.strictObject({
  account: z.string().min(3).max(32),
  currency: z.enum(['KHR', 'USD']).default('KHR'),
  merchantId: z.string().min(1).max(32).optional(),
  /** Tag 15: two IINs of 8 digits and a merchant id of 15 characters. Not with dollars. */
  unionPayAccount: z.string().length(31).optional(),
  ...common,
});
export const thaiRequest = z
  .strictObject({
    billerId: z
      .string()
      .regex(/^\d{13}(\d\d)?$/)
      .optional(),
    mobile: z.string().min(9).max(16).optional(),
    reference: z.string().min(1).max(20).default('SHOP1'),
    ...common,
  })
  .refine((request) => (request.billerId === undefined) !== (request.mobile === undefined), {
    message: 'give billerId or mobile',
  });

export const nationalRequest = z.strictObject({
  /** Fields of the scheme by their names in emvqr, in place of those of the sample. */
  fields: z.record(z.string(), z.string().max(99)).default({}),
  ...common,
});

export type SampleCode =
  | { readonly kind: 'made'; readonly qrText: string; readonly md5?: string }
  | { readonly kind: 'refused'; readonly because: string };

/** A KHQR code of a Bakong account; static without an amount. */
export function makeKhqr(request: z.infer<typeof khqrRequest>, now: number): SampleCode {
  const { account, currency, merchantId, unionPayAccount, amount, expired, expiresInSeconds } = request;
  // A code that has expired must have been good when it was made.
  const createdAtMs = expired ? now - 2 * expiresInSeconds * 1000 : now;
  const written = writeKhqr({
    bakongAccountId: account,
    currency,
    ...(merchantId === undefined ? {} : { merchantId }),
    ...(unionPayAccount === undefined ? {} : { unionPayAccount }),
    ...(amount === undefined
      ? {}
      : { amount, createdAtMs, expiresAtMs: createdAtMs + expiresInSeconds * 1000 }),
    payeeName: (request.name ?? findBakongAccount(account)?.name ?? 'Unknown payee').slice(0, NAME_MAX),
    payeeCity: 'Phnom Penh',
    merchantCategory: '5999',
  });
  const sample = told(written);
  return sample.kind === 'made' ? { ...sample, md5: khqrMd5(sample.qrText) } : sample;
}

/** A Thai code: bill payment for a biller, credit transfer for a mobile number. Its expiry is the sandbox's own second reference. */
export function makeThaiQr(
  request: z.infer<typeof thaiRequest>,
  payees: PayeeRules,
  now: number,
): SampleCode {
  const { billerId, mobile, reference, amount, expired, expiresInSeconds } = request;
  const amounts = amount === undefined ? {} : { amount };
  const ends = expired ? now - 1000 : now + expiresInSeconds * 1000;
  if (billerId === undefined) {
    if (expired) return { kind: 'refused', because: 'only codes of billers carry an expiry here' };
    const payeeName = request.name;
    return told(
      writeThaiQr({
        proxyType: 'MBNO',
        proxy: mobile ?? '',
        ...amounts,
        ...(payeeName === undefined ? {} : { payeeName }),
      }),
    );
  }
  const payee = payees.find(billerId, 'BIID');
  const payeeName = (request.name ?? (payee.kind === 'found' ? payee.name : 'Unknown payee')).slice(
    0,
    NAME_MAX,
  );
  const reference2 = amount !== undefined || expired ? { reference2: `EXP${ends}` } : {};
  return told(
    writeThaiQr({
      billerId,
      reference1: reference,
      ...reference2,
      crossBorder: true,
      ...amounts,
      payeeName,
      payeeCity: 'Bangkok',
    }),
  );
}

/** A code of a country's own scheme, of the network's sample payee unless the request names another. */
export function makeNationalCode(
  request: z.infer<typeof nationalRequest>,
  { codes, currency }: Pick<IsoScheme, 'codes' | 'currency'>,
  payees: PayeeRules,
  now: number,
): SampleCode {
  const { amount, expired, expiresInSeconds } = request;
  if (codes === undefined) return { kind: 'refused', because: 'the network has no codes' };
  const { sample, expiry } = codes;
  if (expired && expiry === undefined)
    return { kind: 'refused', because: 'codes of this network carry no expiry' };
  const fields = { ...sample.fields, ...request.fields };
  if (expiry !== undefined && (amount !== undefined || expired))
    fields[expiry.field] ??= `${expiry.mark}${expired ? now - 1000 : now + expiresInSeconds * 1000}`;
  const { scheme, variant, city: payeeCity } = sample;
  const content = { scheme, variant, fields, currency, amount, payeeCity, merchantCategory: '5999' };
  const unnamed = writeQr(content);
  const reading = unnamed.kind === 'written' ? readQr(unnamed.text, now) : undefined;
  const payee =
    reading?.kind === 'read' ? payees.find(reading.account.account, reading.account.accountType) : undefined;
  const payeeName = request.name ?? (payee?.kind === 'found' ? payee.name : 'Unknown payee');
  return told(writeQr({ ...content, payeeName: payeeName.slice(0, NAME_MAX) }));
}

function told(written: QrWriting): SampleCode {
  return written.kind === 'written'
    ? { kind: 'made', qrText: written.text }
    : { kind: 'refused', because: `${written.outcome}: ${written.detail}` };
}
