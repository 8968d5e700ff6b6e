import { CLOSE_REASONS } from './close-reasons.js';
import { APPROVAL_REASONS } from './approval-reasons.js';
import { BANK_REASONS } from './bank-reasons.js';
import { PAYMENT_CODE_REASONS } from './payment-code-reasons.js';
import { RECALL_REASON_ENTRIES } from './recall-reasons.js';
import { QUOTE_REASONS } from './quote-reasons.js';
import { REFUND_REASONS } from './refund-reasons.js';
import { REQUEST_REASONS } from './request-reasons.js';
import { NOTICE_REASONS } from './notice-reasons.js';
import { REVIEW_REASONS } from './review-reasons.js';
import { BREAK_REASONS } from './break-reasons.js';
import { HEALTH_REASONS } from './health-reasons.js';
import { SETTLEMENT_REASONS } from './settlement-reasons.js';
import { LEDGER_REASONS } from './ledger-reasons.js';
import { REPORT_REASONS } from './report-reasons.js';
import { entry, type ReasonEntry } from './reason-entry.js';

// The one registry of reasons: what a caller sees over HTTP and in ISO 20022, and whether to try again.
// The error reference is generated from it; users match on the code, never on the text.

export const REASONS = {
  ...REQUEST_REASONS,
  ...QUOTE_REASONS,
  ...HEALTH_REASONS,
  ...REPORT_REASONS,
  ...APPROVAL_REASONS,
  ...BANK_REASONS,
  // codes and payees
  qr_unreadable: entry(
    422,
    'DS14',
    'never',
    'The QR code cannot be read',
    'Scan it again; `detail` says what is wrong and where.',
  ),
  qr_tampered: entry(
    422,
    'DS14',
    'never',
    'The QR code was altered: its checksum does not match, or a field occurs twice',
    'Scan it again; do not pay an altered QR code.',
  ),
  qr_expired: entry(422, 'DS24', 'never', 'The QR code has expired', 'Ask the payee for a new QR code.'),
  qr_not_served: entry(
    422,
    'AG03',
    'never',
    'No open corridor serves this QR code or account',
    'Use a QR code or an account of a connected network.',
  ),
  payee_unknown: entry(
    422,
    'BE23',
    'never',
    'The payee is unknown to its network',
    'Check the account or proxy.',
  ),
  payee_not_eligible: entry(
    422,
    'AG01',
    'never',
    'The payee cannot receive this currency',
    'Ask the payee for another account.',
  ),
  account_unknown: entry(422, 'AC01', 'never', 'The account does not exist', 'Check the account.'),
  account_closed: entry(422, 'AC04', 'never', 'The account is closed', 'Use another account.'),
  account_blocked: entry(422, 'AC06', 'never', 'The account is blocked', 'Use another account.'),
  lookup_expired: entry(422, 'DS24', 'new_lookup', 'The lookup has expired', 'Look up the payee again.'),
  lookup_unknown: entry(
    422,
    'BE23',
    'new_lookup',
    'Lookup not found, or made for another participant',
    'Look up the payee first.',
  ),
  lookups_exhausted: entry(
    429,
    'AB10',
    'later',
    'The budget for lookups is used up',
    'Wait as Retry-After says. Completed payments give lookups back; ask the operator when your customers need more.',
  ),
  partner_silent: entry(504, 'AB05', 'later', 'The partner network did not answer the lookup', 'Try again.'),
  // routing
  wrong_recipient: entry(422, 'AGNT', 'never', 'The message is to another', 'Name us in To and InstdAgt.'),
  participant_unknown: entry(
    422,
    'RC04',
    'never',
    'The agent is not a participant',
    'Use the BIC or id of a participant.',
  ),
  participant_paused: entry(422, 'AB08', 'later', 'The participant is paused', 'Try again later.'),
  corridor_unknown: entry(422, 'AG03', 'never', 'Corridor not found', 'See the list of corridors.'),
  corridor_closed: entry(
    422,
    'ED06',
    'later',
    'The corridor is closed in this direction',
    'Try again later; the list of corridors says why, and which are only planned.',
  ),
  corridor_stopped: entry(
    409,
    'ED06',
    'never',
    'The auditor has stopped this corridor, and something that it found was not acknowledged',
    'Look at GET /v1/ops/corridor-stops, find out what is wrong, and name the ids in `acknowledges`.',
  ),
  purpose_required: entry(
    422,
    'CH21',
    'never',
    'This corridor requires a purpose code',
    'Send one of the codes named in `detail`.',
  ),
  limit_per_payment: entry(
    422,
    'AM02',
    'lower_amount',
    'The amount exceeds the per-payment limit',
    'Send a smaller amount.',
  ),
  limit_per_day: entry(
    422,
    'AM14',
    'later',
    'The payer has reached the daily limit',
    'Send a smaller amount, or try again tomorrow.',
  ),
  liquidity_short: entry(
    422,
    'AM23',
    'later',
    'The provider or network has insufficient liquidity for this amount',
    'Try again later or with a smaller amount.',
  ),
  screening_confirmed: entry(
    422,
    'RR04',
    'never',
    'The payment is refused for regulatory reasons',
    'Do not send it again.',
  ),
  screening_timeout: entry(
    422,
    'RR04',
    'new_payment',
    'Screening was not completed in time',
    'Create a new payment; the operator can tell why nobody decided.',
  ),
  deadline_passed: entry(
    422,
    'TM01',
    'new_payment',
    'The deadline passed before anything was sent',
    'Create a new payment.',
  ),
  too_late_for_credit: entry(
    422,
    'TM01',
    'new_payment',
    'Too little time remained to credit the payee',
    'Create a new payment.',
  ),
  partner_unreachable: entry(
    422,
    'AB08',
    'new_payment',
    'The partner could not be reached in time',
    'Create a new payment later.',
  ),
  partner_rejected: entry(
    422,
    'MS03',
    'new_payment',
    'The partner rejected the payment',
    'Correct what the ISO reason names, and create a new payment.',
  ),
  duplicate_suspected: entry(
    409,
    'DUPL',
    'confirm',
    'A payment with the same payer, payee and amount has no outcome yet',
    'Do not pay again unless two payments are meant: wait for that one. If two are meant, confirm its id.',
  ),
  uetr_in_use: entry(422, 'DUPL', 'never', 'The UETR belongs to another payment', 'Use a new UETR.'),
  key_reused: entry(
    422,
    'DUPL',
    'never',
    'The Idempotency-Key was used for a payment with different content',
    'Use a new key for a new payment.',
  ),
  key_missing: entry(
    400,
    'CH21',
    'never',
    'The Idempotency-Key header is missing',
    'Send one, and reuse it for every retry.',
  ),
  // told by a newer version
  reason_unknown: entry(
    422,
    'MS03',
    'ask_status',
    'The reason is not known to this version of the switch',
    'Query the status before retrying; the operator can tell more.',
  ),
  // operations
  letter_decided: entry(
    409,
    'AG09',
    'never',
    'This dead letter has been decided otherwise',
    'See in `/v1/ops/actions` who decided it, and why.',
  ),
  replay_failed: entry(
    409,
    'AG09',
    'later',
    'The record failed again',
    'Remove the cause that `detail` names, then replay it again.',
  ),
  redrive_running: entry(
    409,
    'AB10',
    'later',
    'These dead letters are being redriven',
    'Wait for the end of the redrive, or stop it.',
  ),
  redrive_larger: entry(
    409,
    'AG09',
    'never',
    'The group has more dead letters than are to be redriven',
    'Look at what has come since; then withdraw the proposal, and propose it anew.',
  ),
  not_on_hold: entry(409, 'AG09', 'never', 'The payment is not on hold', 'Check its current state.'),
  ...PAYMENT_CODE_REASONS,
  ...RECALL_REASON_ENTRIES,
  ...REFUND_REASONS,
  ...REVIEW_REASONS,
  ...NOTICE_REASONS,
  ...CLOSE_REASONS,
  ...SETTLEMENT_REASONS,
  ...LEDGER_REASONS,
  ...BREAK_REASONS,
  job_running: entry(409, 'AB10', 'later', 'This job is already running', 'Wait for it to end.'),
} as const satisfies Record<string, ReasonEntry>;

export type Reason = keyof typeof REASONS;

/** A stored code as this version knows it: another instance, of a newer version, may have written it. */
export function knownReason(code: string): Reason {
  return isReason(code) ? code : 'reason_unknown';
}

/** Is this text a code of the registry? */
export function isReason(code: string): code is Reason {
  return Object.hasOwn(REASONS, code);
}
