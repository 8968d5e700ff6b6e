import {
  ADDITIONAL_DATA,
  LANGUAGE_TEMPLATE,
  khqrMd5,
  khqrTimestamps,
  readAccounts,
  valueAt,
  type QrAccount,
  type QrCode,
  type SchemeId,
} from '@tonle/emvqr';

// The words of the vectors for what the library reads.

const INITIATION: Readonly<Record<string, string>> = { '11': 'STATIC', '12': 'DYNAMIC' };

/** Scheme names of the vectors, where they are not ours. */
const SCHEME_NAMES: Partial<Record<SchemeId, string>> = {
  THAI_CREDIT_TRANSFER: 'THAIQR',
  THAI_BILL_PAYMENT: 'THAIQR',
  THAI_PAYMENT_INNOVATION: 'THAIQR',
};

/** Schemes whose accounts the vectors leave without a name. */
export const UNNAMED: ReadonlySet<string> = new Set(['DUITNOW']);

/** Block of scheme fields beside an account: its name, and the fields it has. */
const BLOCKS: Partial<Record<SchemeId, string>> = {
  KHQR: 'khqr',
  THAI_CREDIT_TRANSFER: 'thaiqr',
  THAI_BILL_PAYMENT: 'thaiqr',
  THAI_PAYMENT_INNOVATION: 'thaiqr',
  VIETQR: 'vietqr',
  LAOQR: 'laoqr',
  JPQR: 'jpqr',
  UNIONPAY: 'unionpay',
};

const SINGLE_TAGS: Readonly<Record<string, string>> = {
  payloadFormatIndicator: '00',
  mcc: '52',
  currency: '53',
  amount: '54',
  tipIndicator: '55',
  convenienceFeeFixed: '56',
  convenienceFeePercentage: '57',
  country: '58',
  merchantName: '59',
  merchantCity: '60',
  postalCode: '61',
};

/** A decoded code in the words of the vectors. */
export function describeCode(code: QrCode): Record<string, unknown> {
  const accounts = readAccounts(code).map(({ account }) => account);
  const initiation = valueAt(code.objects, '01');
  const single = Object.entries(SINGLE_TAGS).map(([name, tag]) => [name, valueAt(code.objects, tag)]);
  const { createdAtMs, expiresAtMs } = khqrTimestamps(code);
  return {
    ...(Object.fromEntries(single) as Record<string, unknown>),
    lengthUnit: code.lengthUnit,
    crc: code.crc,
    pointOfInitiation: initiation === undefined ? undefined : (INITIATION[initiation] ?? initiation),
    merchantAccounts: accounts.map(describeAccount),
    additionalData: named(code, '62', ADDITIONAL_DATA),
    languageTemplate: named(code, '64', LANGUAGE_TEMPLATE),
    unreserved: unreserved(code),
    khqrTimestamps: { creationMs: createdAtMs?.toString(), expirationMs: expiresAtMs?.toString() },
    md5: khqrMd5(code.text),
  };
}

function describeAccount(account: QrAccount): Record<string, unknown> {
  const block = BLOCKS[account.scheme];
  const { bakongAccountId, ...rest } = account.fields;
  const khqr = { ...account.fields, kind: account.variant?.toUpperCase(), bakongAccountId };
  return {
    tag: account.tag,
    scheme: SCHEME_NAMES[account.scheme] ?? account.scheme,
    guid: account.guid,
    fields: account.subTags,
    value: account.value,
    ...(block !== undefined && { [block]: account.scheme === 'KHQR' ? khqr : rest }),
  };
}

function named(code: QrCode, tag: string, names: Readonly<Record<string, string>>): Record<string, string> {
  const objects = code.objects.find((object) => object.tag === tag)?.objects ?? [];
  return Object.fromEntries(objects.map((object) => [names[object.tag] ?? object.tag, object.value]));
}

function unreserved(code: QrCode): Record<string, unknown> {
  const objects = code.objects.filter(({ tag }) => tag >= '80');
  return Object.fromEntries(
    objects.map(({ tag, value, objects: inner }) => [
      tag,
      inner === undefined ? value : Object.fromEntries(inner.map((object) => [object.tag, object.value])),
    ]),
  );
}
