import type { IsoStatus } from './codes.js';

/** Payment states of domain 6.3. MANUAL_REVIEW names its leg in a field of its own. */
export const PAYMENT_STATES = [
  'RECEIVED',
  'VALIDATED',
  'SCREENING_HOLD',
  'RESERVED',
  'DEBIT_SENT',
  'DEBIT_UNKNOWN',
  'DEBIT_SECURED',
  'CREDIT_SENT',
  'CREDIT_UNKNOWN',
  'MANUAL_REVIEW',
  'UNWINDING',
  'COMPLETED',
  'REJECTED',
  'EXPIRED',
  'BLOCKED',
] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

export const TERMINAL_STATES: ReadonlySet<PaymentState> = new Set([
  'COMPLETED',
  'REJECTED',
  'EXPIRED',
  'BLOCKED',
]);

/** Nobody knows yet what became of a leg: a payer who pays again may pay twice (domain 6.12). */
export const UNKNOWN_STATES = ['DEBIT_UNKNOWN', 'CREDIT_UNKNOWN', 'MANUAL_REVIEW'] as const;

/** What the public API shows instead of the state (domain 6.3). */
export type PublicState = 'processing' | 'completed' | 'failed' | 'blocked';

const PUBLIC_STATE: Readonly<Record<PaymentState, PublicState>> = {
  RECEIVED: 'processing',
  VALIDATED: 'processing',
  SCREENING_HOLD: 'processing',
  RESERVED: 'processing',
  DEBIT_SENT: 'processing',
  DEBIT_UNKNOWN: 'processing',
  DEBIT_SECURED: 'processing',
  CREDIT_SENT: 'processing',
  CREDIT_UNKNOWN: 'processing',
  MANUAL_REVIEW: 'processing',
  UNWINDING: 'processing',
  COMPLETED: 'completed',
  REJECTED: 'failed',
  EXPIRED: 'failed',
  BLOCKED: 'blocked',
};

/** The public group of a state: everything open is `processing`, an unknown outcome never looks failed. */
export function publicState(state: PaymentState): PublicState {
  return PUBLIC_STATE[state];
}

/** The ISO 20022 transaction status to show for a state (domain 6.3). */
export const ISO_STATUS: Readonly<Record<PaymentState, IsoStatus>> = {
  RECEIVED: 'RCVD',
  VALIDATED: 'ACTC',
  SCREENING_HOLD: 'PDNG',
  RESERVED: 'ACSP',
  DEBIT_SENT: 'ACSP',
  DEBIT_UNKNOWN: 'PDNG',
  DEBIT_SECURED: 'ACSP',
  CREDIT_SENT: 'ACSP',
  CREDIT_UNKNOWN: 'PDNG',
  MANUAL_REVIEW: 'PDNG',
  UNWINDING: 'PDNG',
  COMPLETED: 'ACCC',
  REJECTED: 'RJCT',
  EXPIRED: 'RJCT',
  BLOCKED: 'BLCK',
};
