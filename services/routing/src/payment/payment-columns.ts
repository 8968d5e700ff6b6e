import type { LegKind, PartnerTerms, PaymentState, PaymentSubmit, WindowRef, Reason } from '@tonle/contracts';
import type { TransferKind } from '@tonle/ledger';
import type { KeptStep } from './payment-history.js';
import type { Payment, ResendEvent } from './payment.js';

// One table of columns gives insert, update and read: nothing can be written that is not read back.
// A batch travels as one JSON text: with fifty columns that costs half of fifty arrays (0.1 ms a payment in Node).

interface Column {
  readonly name: string;
  readonly type:
    | 'uuid'
    | 'text'
    | 'text[]'
    | 'bigint'
    | 'bigint[]'
    | 'integer'
    | 'integer[]'
    | 'boolean'
    | 'date'
    | 'json'
    | 'jsonb'
    | 'instant';
  /** Written once, with the row. */
  readonly fixed?: true;
  readonly of: (payment: Payment) => unknown;
}

const COLUMNS: readonly Column[] = [
  { name: 'id', type: 'uuid', fixed: true, of: (p) => p.id },
  { name: 'uetr', type: 'uuid', fixed: true, of: (p) => p.instruction.uetr },
  { name: 'sender', type: 'text', fixed: true, of: (p) => p.instruction.sender },
  { name: 'message_id', type: 'text', fixed: true, of: (p) => p.instruction.messageId },
  { name: 'direction', type: 'text', fixed: true, of: (p) => p.direction },
  { name: 'corridor', type: 'text', fixed: true, of: (p) => p.corridor },
  { name: 'debtor_agent', type: 'text', fixed: true, of: (p) => p.instruction.debtorAgent },
  { name: 'creditor_agent', type: 'text', fixed: true, of: (p) => p.instruction.creditorAgent },
  { name: 'instruction', type: 'json', fixed: true, of: (p) => p.instruction },
  { name: 'quote_id', type: 'uuid', fixed: true, of: (p) => p.instruction.quoteId },
  { name: 'refund_of', type: 'uuid', fixed: true, of: (p) => p.instruction.refundOf?.paymentId ?? null },
  { name: 'source_currency', type: 'text', fixed: true, of: (p) => p.source.currency },
  { name: 'source_minor', type: 'bigint', fixed: true, of: (p) => p.source.minor.toString() },
  { name: 'target_currency', type: 'text', fixed: true, of: (p) => p.target.currency },
  { name: 'target_minor', type: 'bigint', fixed: true, of: (p) => p.target.minor.toString() },
  { name: 'fx_provider', type: 'text', fixed: true, of: (p) => p.fxProvider },
  { name: 'rate', type: 'text', fixed: true, of: (p) => p.rate },
  {
    name: 'fees',
    type: 'jsonb',
    fixed: true,
    of: (p) => p.fees.map((fee) => ({ ...fee, minor: fee.minor.toString() })),
  },
  { name: 'partner_terms', type: 'jsonb', of: (p) => p.partnerTerms },
  { name: 'directory_version', type: 'bigint', of: (p) => p.directoryVersion.toString() },
  { name: 'quote_taken', type: 'boolean', of: (p) => p.quoteTaken },
  { name: 'state', type: 'text', of: (p) => p.state },
  { name: 'review_leg', type: 'text', of: (p) => p.reviewLeg },
  { name: 'version', type: 'integer', of: (p) => p.version },
  { name: 'history', type: 'jsonb', of: (p) => p.history },
  { name: 'reason', type: 'text', of: (p) => p.reason },
  { name: 'iso_reason', type: 'text', of: (p) => p.isoReason },
  { name: 'reason_text', type: 'text', of: (p) => p.reasonText },
  { name: 'entered_at', type: 'instant', of: (p) => p.enteredAtMs },
  { name: 'instructed_at', type: 'instant', of: (p) => p.instructedAtMs },
  { name: 'deadline_at', type: 'instant', of: (p) => p.deadlineMs },
  { name: 'guard_at', type: 'instant', of: (p) => p.guardMs },
  { name: 'waits_until', type: 'instant', of: (p) => p.waitsUntilMs },
  { name: 'due_at', type: 'instant', of: (p) => p.dueMs },
  { name: 'debit_attempt', type: 'integer', of: (p) => p.attempts.debit },
  { name: 'credit_attempt', type: 'integer', of: (p) => p.attempts.credit },
  { name: 'reversal_attempt', type: 'integer', of: (p) => p.attempts.reversal },
  { name: 'leg_sent_at', type: 'instant', of: (p) => p.legSentMs },
  { name: 'leg_send_before', type: 'instant', of: (p) => p.legSendBeforeMs },
  { name: 'resend', type: 'text', of: (p) => p.resend },
  { name: 'debit_ref', type: 'text', of: (p) => p.partnerRefs.debit },
  { name: 'credit_ref', type: 'text', of: (p) => p.partnerRefs.credit },
  { name: 'reversal_ref', type: 'text', of: (p) => p.partnerRefs.reversal },
  { name: 'debit_booked_currency', type: 'text', of: (p) => p.debitBooked?.currency ?? null },
  { name: 'debit_booked_minor', type: 'bigint', of: (p) => p.debitBooked?.minor.toString() ?? null },
  { name: 'credit_booked_minor', type: 'bigint', of: (p) => p.creditBooked?.minor.toString() ?? null },
  { name: 'limit_day', type: 'date', of: (p) => p.limitDay },
  { name: 'line_kinds', type: 'text[]', of: (p) => p.lines.map(({ kind }) => kind) },
  { name: 'line_debits', type: 'integer[]', of: (p) => p.lines.map(({ debit }) => debit) },
  { name: 'line_credits', type: 'integer[]', of: (p) => p.lines.map(({ credit }) => credit) },
  { name: 'line_minors', type: 'bigint[]', of: (p) => p.lines.map(({ minor }) => minor.toString()) },
  { name: 'completed_at', type: 'instant', of: (p) => p.completedAtMs },
  { name: 'home_window', type: 'text', of: (p) => p.windows[0]?.windowId ?? null },
  { name: 'partner_window', type: 'text', of: (p) => p.windows[1]?.windowId ?? null },
  { name: 'windows', type: 'jsonb', of: (p) => p.windows },
  { name: 'lane', type: 'text', of: (p) => p.lane },
];

const CHANGING = COLUMNS.filter(({ fixed }) => fixed !== true);

// Instants travel as epoch milliseconds both ways; bigint as text, for JSON numbers are floats.
const names = (columns: readonly Column[]) => columns.map(({ name }) => name).join(', ');
const fields = (columns: readonly Column[]) =>
  columns.map(({ name, type }) => `${name} ${type === 'instant' ? 'double precision' : type}`).join(', ');
const written = ({ name, type }: Column) =>
  type === 'instant' ? `to_timestamp(u.${name} / 1000)` : `u.${name}`;
const read = ({ name, type }: Column) =>
  type === 'instant' ? `(EXTRACT(EPOCH FROM ${name}) * 1000)::double precision AS ${name}` : name;

function rowOf(payment: Payment, columns: readonly Column[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const { name, of } of columns) {
    const value = of(payment);
    if (value !== null) row[name] = value;
  }
  return row;
}

export const INSERT_PAYMENTS = `
INSERT INTO payment (${names(COLUMNS)})
SELECT ${COLUMNS.map(written).join(', ')}
FROM json_to_recordset($1::json)
  AS u (${fields(COLUMNS)})
ON CONFLICT (id) DO NOTHING
RETURNING id`;

export const insertValues = (payments: readonly Payment[]) => [
  JSON.stringify(payments.map((payment) => rowOf(payment, COLUMNS))),
];

export const UPDATE_PAYMENTS = `
UPDATE payment AS p
SET ${CHANGING.map((column) => `${column.name} = ${written(column)}`).join(', ')}
FROM json_to_recordset($1::json)
  AS u (id uuid, known_version integer, ${fields(CHANGING)})
WHERE p.id = u.id
  AND p.version = u.known_version
RETURNING p.id`;

export const updateValues = (payments: readonly Payment[], knownVersions: readonly number[]) => [
  JSON.stringify(
    payments.map((payment, index) => ({
      id: payment.id,
      known_version: knownVersions[index],
      ...rowOf(payment, CHANGING),
    })),
  ),
];

export const PAYMENT_COLUMNS = COLUMNS.map(read).join(', ');

export interface PaymentRow {
  readonly id: string;
  readonly direction: Payment['direction'];
  readonly corridor: string;
  readonly instruction: PaymentSubmit;
  readonly directory_version: bigint;
  readonly quote_taken: boolean;
  readonly fx_provider: string;
  readonly rate: string;
  readonly source_currency: string;
  readonly source_minor: bigint;
  readonly target_currency: string;
  readonly target_minor: bigint;
  readonly partner_terms: PartnerTerms | null;
  readonly fees: { kind: string; payer: string; currency: string; minor: string }[];
  readonly state: PaymentState;
  readonly review_leg: LegKind | null;
  readonly version: number;
  readonly history: KeptStep[];
  readonly reason: Reason | null;
  readonly iso_reason: string | null;
  readonly reason_text: string | null;
  readonly entered_at: number;
  readonly instructed_at: number;
  readonly deadline_at: number;
  readonly guard_at: number;
  readonly waits_until: number | null;
  readonly due_at: number | null;
  readonly debit_attempt: number;
  readonly credit_attempt: number;
  readonly reversal_attempt: number;
  readonly leg_sent_at: number | null;
  readonly leg_send_before: number | null;
  readonly resend: ResendEvent | null;
  readonly debit_ref: string | null;
  readonly credit_ref: string | null;
  readonly reversal_ref: string | null;
  readonly debit_booked_currency: string | null;
  readonly debit_booked_minor: bigint | null;
  readonly credit_booked_minor: bigint | null;
  readonly limit_day: string | null;
  readonly line_kinds: TransferKind[];
  readonly line_debits: number[];
  readonly line_credits: number[];
  readonly line_minors: bigint[];
  readonly completed_at: number | null;
  readonly windows: WindowRef[];
  readonly lane: string;
}

export function paymentOf(row: PaymentRow): Payment {
  return {
    id: row.id,
    direction: row.direction,
    corridor: row.corridor,
    instruction: row.instruction,
    directoryVersion: row.directory_version,
    quoteTaken: row.quote_taken,
    fxProvider: row.fx_provider,
    rate: row.rate,
    source: { currency: row.source_currency, minor: row.source_minor },
    target: { currency: row.target_currency, minor: row.target_minor },
    partnerTerms: row.partner_terms,
    fees: row.fees.map((fee) => ({ ...fee, minor: BigInt(fee.minor) })),
    state: row.state,
    reviewLeg: row.review_leg,
    version: row.version,
    history: row.history,
    reason: row.reason,
    isoReason: row.iso_reason,
    reasonText: row.reason_text,
    enteredAtMs: row.entered_at,
    instructedAtMs: row.instructed_at,
    deadlineMs: row.deadline_at,
    guardMs: row.guard_at,
    waitsUntilMs: row.waits_until,
    dueMs: row.due_at,
    attempts: { debit: row.debit_attempt, credit: row.credit_attempt, reversal: row.reversal_attempt },
    legSentMs: row.leg_sent_at,
    legSendBeforeMs: row.leg_send_before,
    resend: row.resend,
    partnerRefs: { debit: row.debit_ref, credit: row.credit_ref, reversal: row.reversal_ref },
    debitBooked:
      row.debit_booked_currency === null || row.debit_booked_minor === null
        ? null
        : { currency: row.debit_booked_currency, minor: row.debit_booked_minor },
    creditBooked:
      row.credit_booked_minor === null
        ? null
        : { currency: row.target_currency, minor: row.credit_booked_minor },
    limitDay: row.limit_day,
    lines: linesOf(row),
    completedAtMs: row.completed_at,
    windows: row.windows,
    lane: row.lane,
  };
}

function linesOf({
  line_kinds: kinds,
  line_debits,
  line_credits,
  line_minors,
}: PaymentRow): Payment['lines'] {
  return kinds.map((kind, index) => ({
    kind,
    debit: line_debits[index]!,
    credit: line_credits[index]!,
    minor: line_minors[index]!,
    reserved: true,
  }));
}
