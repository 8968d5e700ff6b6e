import type { SchemeId } from './scheme.js';
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

/** Why a code is not paid, in the words of the switch's registry of reasons. */
export type QrReason = 'qr_unreadable' | 'qr_tampered' | 'qr_expired' | 'qr_not_served';

export interface OutcomeEntry {
  /** ISO 20022 external status reason code we propose for it. */
  readonly iso: string;
  /** Why the code is not paid; absent where it may be paid all the same. */
  readonly reason?: QrReason;
  /** Does the reader refuse the code for it? What does not block is told beside what was read. */
  readonly blocking: boolean;
  /** Number of the same error in the National Bank of Cambodia's KHQR kit, where it has one. */
  readonly khqr?: number;
}

/** The reader refuses the code. */
const refused = (iso: string, reason: QrReason, khqr?: number): OutcomeEntry => ({
  iso,
  reason,
  blocking: true,
  ...(khqr !== undefined && { khqr }),
});
/** The code is read, so that a person can see what it says, but it is not paid. */
const unpaid = (iso: string, reason: QrReason, khqr?: number): OutcomeEntry => ({
  ...refused(iso, reason, khqr),
  blocking: false,
});
/** The code is read and may be paid; the checker tells. */
const told = (iso: string, khqr?: number): OutcomeEntry => ({
  iso,
  blocking: false,
  ...(khqr !== undefined && { khqr }),
});

/** What can be wrong with a text before any scheme is asked. */
const DECODE_OUTCOMES: Readonly<Record<DecodeOutcome, OutcomeEntry>> = {
  TLV_TRUNCATED: refused('DS14', 'qr_unreadable'),
  TAG_NOT_NUMERIC: refused('DS14', 'qr_unreadable'),
  LENGTH_NOT_NUMERIC: refused('DS14', 'qr_unreadable'),
  TOO_SHORT: refused('DS14', 'qr_unreadable'),
  FIRST_TAG_NOT_00: refused('DS14', 'qr_unreadable'),
  CRC_MISSING: refused('DS14', 'qr_unreadable'),
  CRC_NOT_LAST: refused('DS14', 'qr_unreadable'),
  CRC_MALFORMED: refused('DS14', 'qr_unreadable'),
  CRC_MISMATCH: refused('DS14', 'qr_tampered'),
  // Two amounts or two payees: whoever reads the other one pays something else.
  DUPLICATE_TAG: refused('DS14', 'qr_tampered'),
};

/**
 * What can be wrong with a code that is well formed: rules of its scheme. Names follow the KHQR kit.
 * The reader is lenient: it refuses only what cannot or must not be paid; the checker tells all.
 */
export const SCHEME_OUTCOMES = {
  NO_MERCHANT_ACCOUNT: refused('DS14', 'qr_unreadable', 5),
  ACCOUNT_UNREADABLE: refused('AC03', 'qr_unreadable'),
  ACCOUNT_INVALID: refused('AC01', 'qr_unreadable'),
  // Nobody knows which bank has the account.
  INSTITUTION_INVALID: refused('RC04', 'qr_unreadable'),
  BAKONG_ACCOUNT_ID_INVALID: refused('AC01', 'qr_unreadable', 3),
  BAKONG_ACCOUNT_ID_LENGTH_INVALID: refused('AC01', 'qr_unreadable', 6),
  TRANSACTION_AMOUNT_INVALID: refused('AM12', 'qr_unreadable', 4),
  AMOUNT_DECIMALS: refused('CH20', 'qr_unreadable', 4),
  AMOUNT_STYLE: told('AM12'),
  UNSUPPORTED_CURRENCY: refused('AM03', 'qr_unreadable', 28),
  CURRENCY_TYPE_REQUIRED: told('AM03', 9),
  POINT_OF_INITIATION_METHOD_INVALID: refused('DS14', 'qr_unreadable', 48),
  INVALID_DYNAMIC_KHQR: refused('AM12', 'qr_unreadable', 47),
  EXPIRATION_TIMESTAMP_REQUIRED: told('DS24', 45),
  EXPIRATION_TIMESTAMP_LENGTH_INVALID: told('DS24', 49),
  KHQR_EXPIRED: unpaid('DS24', 'qr_expired', 46),
  QR_EXPIRED: unpaid('DS24', 'qr_expired'),
  SERVICE_NOT_SUPPORTED: refused('AG03', 'qr_not_served'),
  SCHEME_NOT_ROUTABLE: unpaid('RC04', 'qr_not_served'),
  COUNTRY_CODE_TAG_REQUIRED: told('CH21', 26),
  MERCHANT_CATEGORY_TAG_REQUIRED: told('CH21', 25),
  INVALID_MERCHANT_CATEGORY_CODE: told('CH16', 51),
  MERCHANT_NAME_REQUIRED: told('CH21', 2),
  MERCHANT_NAME_LENGTH_INVALID: told('CH16', 7),
  MERCHANT_CITY_TAG_REQUIRED: told('CH21', 27),
  MERCHANT_CITY_LENGTH_INVALID: told('CH16', 21),
  MERCHANT_ID_REQUIRED: told('CH21', 30),
  MERCHANT_ID_LENGTH_INVALID: told('CH16', 32),
  ACQUIRING_BANK_LENGTH_INVALID: told('CH16', 33),
  ACCOUNT_INFORMATION_LENGTH_INVALID: told('CH16', 36),
  BILL_NUMBER_LENGTH_INVALID: told('CH16', 10),
  STORE_LABEL_LENGTH_INVALID: told('CH16', 11),
  TERMINAL_LABEL_LENGTH_INVALID: told('CH16', 12),
  MOBILE_NUMBER_LENGTH_INVALID: told('CH16', 34),
  PURPOSE_OF_TRANSACTION_LENGTH_INVALID: told('CH16', 42),
  LANGUAGE_PREFERENCE_REQUIRED: told('CH21', 37),
  LANGUAGE_PREFERENCE_LENGTH_INVALID: told('CH16', 38),
  MERCHANT_NAME_ALTERNATE_LANGUAGE_REQUIRED: told('CH21', 39),
  MERCHANT_NAME_ALTERNATE_LANGUAGE_LENGTH_INVALID: told('CH16', 40),
  MERCHANT_CITY_ALTERNATE_LANGUAGE_LENGTH_INVALID: told('CH16', 41),
  UPI_ACCOUNT_INFORMATION_LENGTH_INVALID: told('CH16', 43),
  UPI_ACCOUNT_INFORMATION_INVALID_CURRENCY: told('AM03', 44),
  TIP_INVALID: told('CH16'),
  PAYLOAD_FORMAT_INVALID: told('CH16'),
  POSTAL_CODE_LENGTH_INVALID: told('CH16'),
  COUNTRY_CODE_INVALID: told('CH16'),
  FIELD_REQUIRED: told('CH21'),
  FIELD_INVALID: told('CH16'),
} as const satisfies Record<string, OutcomeEntry>;

export type SchemeOutcome = keyof typeof SCHEME_OUTCOMES;

/** The one vocabulary of what reading and checking a code can say. */
export type QrOutcome = DecodeOutcome | SchemeOutcome;

/** What the switch makes of every outcome: the one place that says why a code is not paid. */
export const QR_OUTCOMES: Readonly<Record<QrOutcome, OutcomeEntry>> = {
  ...DECODE_OUTCOMES,
  ...SCHEME_OUTCOMES,
};

/** A rule that a well-formed code breaks. */
export interface QrFinding {
  readonly outcome: SchemeOutcome;
  /** The data object concerned: `54`, `30/01`. */
  readonly tag: string;
  /** Its position in the text, in characters from 0; that of the checksum when it is absent. */
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
  /** Whose account was to be paid; absent for what is no code, and has no account. */
  readonly scheme?: SchemeId;
  /** Position in the text, in characters from 0. */
  readonly at: number;
  /** A sentence a person can act on. */
  readonly detail: string;
}
