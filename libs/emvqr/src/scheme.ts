import type { SchemeOutcome } from './outcome.js';
import type { ProxyNetwork } from './proxy.js';

/** A scheme by name; rows of the table with the same name are its variants. */
export type SchemeId =
  | 'KHQR'
  | 'THAI_CREDIT_TRANSFER'
  | 'THAI_BILL_PAYMENT'
  | 'THAI_PAYMENT_INNOVATION'
  | 'VIETQR'
  | 'VNPAYQR'
  | 'LAOQR'
  | 'UNIONPAY'
  | 'UNIONPAY_URL'
  | 'ALIPAYPLUS'
  | 'JPQR'
  | 'PAYNOW'
  | 'SGQR'
  | 'SG_WALLET'
  | 'DUITNOW'
  | 'QRIS'
  | 'QRPH'
  | 'HKFPS'
  | 'PIX'
  | 'VISA'
  | 'MASTERCARD'
  | 'DISCOVER'
  | 'AMEX'
  | 'JCB'
  | 'OTHER';

/** Which characters a field may hold: digits, letters and digits, hexadecimal, anything. */
export type FieldForm = 'n' | 'an' | 'ans';

/** The form of a proxy or account id that people write too; in a code it stands exactly so. */
export type WrittenAs = readonly [network: ProxyNetwork, type: string];

export interface SchemeField {
  /** Sub-tag inside the account template, `01`, or a path into an inner template, `01/00`. */
  readonly tag: string;
  readonly form: FieldForm;
  readonly min: number;
  readonly max: number;
  readonly required?: boolean;
  /** What its characters must look like beyond form and length. */
  readonly pattern?: RegExp;
  readonly as?: WrittenAs;
  /** What is said when the field is too long, too short or of another form; default FIELD_INVALID. */
  readonly invalid?: SchemeOutcome;
  /** What is said when it is required and absent; default FIELD_REQUIRED. */
  readonly missing?: SchemeOutcome;
}

/** Which field is the account, and how it is to be read. Several fields are joined. */
export interface AccountRule {
  readonly fields: readonly string[];
  readonly type: string;
  /** Only when this field holds this value. */
  readonly when?: { readonly field: string; readonly is: string };
  readonly as?: WrittenAs;
}

/** Where a scheme keeps the time after which its code must not be paid. */
export interface ExpiryRule {
  /** `account`: sub-tag of the account template; `code`: path from the top. */
  readonly in: 'account' | 'code';
  readonly tag: string;
  readonly form: 'epoch-ms' | 'local-time';
  /** Minutes east of UTC of a local time. */
  readonly utcOffsetMinutes?: number;
}

/** Rules of a scheme that its fields cannot say. */
export type SchemeRule =
  | 'format-indicator'
  | 'tip-fits'
  | 'initiation-static-or-dynamic'
  | 'dynamic-needs-amount'
  | 'amount-needs-expiry'
  | 'category-four-digits'
  | 'payee-named'
  | 'khqr-labels'
  | 'no-unionpay-with-dollars'
  | 'not-khqr-in-dollars';

/** One way a merchant account can look. Rows with the same id are variants; the first that fits counts. */
export interface Scheme {
  readonly id: SchemeId;
  /** Variant: individual, remittance, merchant; domestic, cross_border. */
  readonly variant?: string;
  /** Country of the code (tag 58). Absent: any. */
  readonly country?: string;
  readonly tags: readonly string[];
  /** Globally unique ids (sub-tag 00), compared without letter case; the first one is written. */
  readonly guids?: readonly string[];
  /** Form of sub-tag 00, where a scheme has no fixed id. */
  readonly guidForm?: RegExp;
  /** Sub-tag that this variant has. */
  readonly with?: string;
  /** A raw account (tags 02-25) that is cut by position: name -> [from, to]. Only when it has this form. */
  readonly slices?: {
    readonly form: RegExp;
    readonly parts: Readonly<Record<string, readonly [number, number]>>;
  };
  readonly fields: Readonly<Record<string, SchemeField>>;
  readonly account: readonly AccountRule[];
  readonly expiry?: ExpiryRule;
  /** Currencies a code may ask; the first is meant when tag 53 is absent and it is the only one. */
  readonly currencies?: readonly string[];
  /** The only values of a field that are payments; one that is absent is the usual one. */
  readonly served?: { readonly field: string; readonly values: readonly string[] };
  readonly rules: readonly SchemeRule[];
  /** The highest one in a code is paid. 0: never paid, only told. */
  readonly priority: number;
  /** Settled by its owner alone: read, but no network pays it. */
  readonly private?: true;
  /** Payload format indicator to write; default 01. */
  readonly formatIndicator?: string;
  /** What the writer puts where nothing is given: tag -> value. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** Amounts are written with exactly this many decimals. */
  readonly amountDecimals?: number;
}

/** A field of a scheme: sub-tag, characters, shortest and longest. */
export const field = (
  tag: string,
  form: SchemeField['form'],
  min: number,
  max: number,
  more: Partial<SchemeField> = {},
): SchemeField => ({
  tag,
  form,
  min,
  max,
  ...more,
});
export const required = { required: true } as const;
/** The tags of a range, as text: 26 to 51. */
export const tagRange = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => (from + index).toString().padStart(2, '0'));
