import type { TlvOutcome } from './tlv.js';

/** Why a text is no merchant-presented EMV code. */
export type DecodeOutcome =
  | TlvOutcome
  | 'TOO_SHORT'
  | 'FIRST_TAG_NOT_00'
  | 'CRC_MISSING'
  | 'CRC_NOT_LAST'
  | 'CRC_MALFORMED'
  | 'CRC_MISMATCH'
  | 'DUPLICATE_TAG';

export interface OutcomeEntry {
  /** ISO 20022 external status reason code we propose for it. */
  readonly iso: string;
  /** Does the reader refuse the code for it? What does not block is told as a finding. */
  readonly blocking: boolean;
  /** Number of the same error in the National Bank of Cambodia's KHQR kit, where it has one. */
  readonly khqr?: number;
}

const entry = (iso: string, blocking: boolean, khqr?: number): OutcomeEntry =>
  khqr === undefined ? { iso, blocking } : { iso, blocking, khqr };

/**
 * What can be wrong with a code that is well formed: rules of its scheme. Names follow the KHQR kit.
 * The reader is lenient: it refuses only what cannot or must not be paid; the checker tells all.
 */
export const SCHEME_OUTCOMES = {
  NO_MERCHANT_ACCOUNT: entry('DS14', true, 5),
  ACCOUNT_UNREADABLE: entry('DS14', true),
  ACCOUNT_INVALID: entry('AC01', true),
  BAKONG_ACCOUNT_ID_INVALID: entry('AC01', true, 3),
  BAKONG_ACCOUNT_ID_LENGTH_INVALID: entry('AC01', true, 6),
  TRANSACTION_AMOUNT_INVALID: entry('AM12', true, 4),
  AMOUNT_DECIMALS: entry('CH20', true, 4),
  AMOUNT_STYLE: entry('AM12', false),
  UNSUPPORTED_CURRENCY: entry('AM03', true, 28),
  CURRENCY_TYPE_REQUIRED: entry('AM03', false, 9),
  POINT_OF_INITIATION_METHOD_INVALID: entry('DS14', true, 48),
  INVALID_DYNAMIC_KHQR: entry('AM12', true, 47),
  EXPIRATION_TIMESTAMP_REQUIRED: entry('DS24', false, 45),
  EXPIRATION_TIMESTAMP_LENGTH_INVALID: entry('DS24', false, 49),
  KHQR_EXPIRED: entry('DS24', false, 46),
  QR_EXPIRED: entry('DS24', false),
  SERVICE_NOT_SUPPORTED: entry('AG03', true),
  SCHEME_NOT_ROUTABLE: entry('AG03', false),
  COUNTRY_CODE_TAG_REQUIRED: entry('CH21', false, 26),
  MERCHANT_CATEGORY_TAG_REQUIRED: entry('CH21', false, 25),
  INVALID_MERCHANT_CATEGORY_CODE: entry('CH16', false, 51),
  MERCHANT_NAME_REQUIRED: entry('CH21', false, 2),
  MERCHANT_NAME_LENGTH_INVALID: entry('CH16', false, 7),
  MERCHANT_CITY_TAG_REQUIRED: entry('CH21', false, 27),
  MERCHANT_CITY_LENGTH_INVALID: entry('CH16', false, 21),
  MERCHANT_ID_REQUIRED: entry('CH21', false, 30),
  MERCHANT_ID_LENGTH_INVALID: entry('CH16', false, 32),
  ACQUIRING_BANK_LENGTH_INVALID: entry('CH16', false, 33),
  ACCOUNT_INFORMATION_LENGTH_INVALID: entry('CH16', false, 36),
  BILL_NUMBER_LENGTH_INVALID: entry('CH16', false, 10),
  STORE_LABEL_LENGTH_INVALID: entry('CH16', false, 11),
  TERMINAL_LABEL_LENGTH_INVALID: entry('CH16', false, 12),
  MOBILE_NUMBER_LENGTH_INVALID: entry('CH16', false, 34),
  PURPOSE_OF_TRANSACTION_LENGTH_INVALID: entry('CH16', false, 42),
  LANGUAGE_PREFERENCE_REQUIRED: entry('CH21', false, 37),
  LANGUAGE_PREFERENCE_LENGTH_INVALID: entry('CH16', false, 38),
  MERCHANT_NAME_ALTERNATE_LANGUAGE_REQUIRED: entry('CH21', false, 39),
  MERCHANT_NAME_ALTERNATE_LANGUAGE_LENGTH_INVALID: entry('CH16', false, 40),
  MERCHANT_CITY_ALTERNATE_LANGUAGE_LENGTH_INVALID: entry('CH16', false, 41),
  UPI_ACCOUNT_INFORMATION_LENGTH_INVALID: entry('CH16', false, 43),
  UPI_ACCOUNT_INFORMATION_INVALID_CURRENCY: entry('AM03', false, 44),
  FIELD_REQUIRED: entry('CH21', false),
  FIELD_INVALID: entry('CH16', false),
} as const satisfies Record<string, OutcomeEntry>;

export type SchemeOutcome = keyof typeof SCHEME_OUTCOMES;

/** The one vocabulary of what reading and checking a code can say. */
export type QrOutcome = DecodeOutcome | SchemeOutcome;

/** A rule that a well-formed code breaks. */
export interface QrFinding {
  readonly outcome: SchemeOutcome;
  /** The data object concerned: `54`, `30/01`. */
  readonly tag: string;
  /** Its position in the text, in characters from 0; that of the check sum when it is absent. */
  readonly at: number;
  /** A sentence a person can act on. */
  readonly detail: string;
  readonly iso: string;
  readonly blocking: boolean;
}

/** A code that cannot be read or must not be paid. */
export interface QrRefusal {
  readonly kind: 'refused';
  readonly outcome: QrOutcome;
  /** Position in the text, in characters from 0. */
  readonly at: number;
  /** A sentence a person can act on. */
  readonly detail: string;
}
