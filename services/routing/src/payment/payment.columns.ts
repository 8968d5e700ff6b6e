import type { HistoryStep, PaymentState, PaymentSubmit, WindowRef } from '@tonle/payment';
import type { TransferKind } from '@tonle/ledger';
import type { Payment, ResendEvent } from './payment.js';

// One table of columns gives insert, update and read: nothing can be written that is not read back.

interface Column {
  readonly name: string;
  /** Type of the array that carries it; list and JSON columns travel as text and are cast. */
  readonly wire: 'uuid' | 'text' | 'bigint' | 'integer' | 'boolean' | 'timestamptz' | 'date';
  readonly cast?: string;
  /** Written once, with the row. */
  readonly fixed?: true;
  readonly of: (payment: Payment) => unknown;
}

const instant = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
const list = (values: readonly unknown[]) => `{${values.join(',')}}`;

const COLUMNS: readonly Column[] = [
  { name: 'id', wire: 'uuid', fixed: true, of: (p) => p.id },
  { name: 'uetr', wire: 'uuid', fixed: true, of: (p) => p.instruction.uetr },
  { name: 'sender', wire: 'text', fixed: true, of: (p) => p.instruction.sender },
  { name: 'message_id', wire: 'text', fixed: true, of: (p) => p.instruction.messageId },
  { name: 'direction', wire: 'text', fixed: true, of: (p) => p.direction },
  { name: 'corridor', wire: 'text', fixed: true, of: (p) => p.corridor },
  { name: 'debtor_agent', wire: 'text', fixed: true, of: (p) => p.instruction.debtorAgent },
  { name: 'creditor_agent', wire: 'text', fixed: true, of: (p) => p.instruction.creditorAgent },
  { name: 'instruction', wire: 'text', cast: 'json', fixed: true, of: (p) => JSON.stringify(p.instruction) },
  { name: 'quote_id', wire: 'uuid', fixed: true, of: (p) => p.instruction.quoteId },
  { name: 'source_currency', wire: 'text', fixed: true, of: (p) => p.source.currency },
  { name: 'source_minor', wire: 'bigint', fixed: true, of: (p) => p.source.minor },
  { name: 'target_currency', wire: 'text', fixed: true, of: (p) => p.target.currency },
  { name: 'target_minor', wire: 'bigint', fixed: true, of: (p) => p.target.minor },
  { name: 'fx_provider', wire: 'text', fixed: true, of: (p) => p.fxProvider },
  { name: 'rate', wire: 'text', fixed: true, of: (p) => p.rate },
  { name: 'fees', wire: 'text', cast: 'jsonb', fixed: true, of: (p) => JSON.stringify(feesJson(p)) },
  { name: 'directory_version', wire: 'bigint', of: (p) => p.directoryVersion },
  { name: 'quote_taken', wire: 'boolean', of: (p) => p.quoteTaken },
  { name: 'state', wire: 'text', of: (p) => p.state },
  { name: 'review_leg', wire: 'text', of: (p) => p.reviewLeg },
  { name: 'version', wire: 'integer', of: (p) => p.version },
  { name: 'history', wire: 'text', cast: 'jsonb', of: (p) => JSON.stringify(p.history) },
  { name: 'reason', wire: 'text', of: (p) => p.reason },
  { name: 'iso_reason', wire: 'text', of: (p) => p.isoReason },
  { name: 'reason_text', wire: 'text', of: (p) => p.reasonText },
  { name: 'entered_at', wire: 'timestamptz', of: (p) => instant(p.enteredAtMs) },
  { name: 'instructed_at', wire: 'timestamptz', of: (p) => instant(p.instructedAtMs) },
  { name: 'deadline_at', wire: 'timestamptz', of: (p) => instant(p.deadlineMs) },
  { name: 'guard_at', wire: 'timestamptz', of: (p) => instant(p.guardMs) },
  { name: 'due_at', wire: 'timestamptz', of: (p) => instant(p.dueMs) },
  { name: 'debit_attempt', wire: 'integer', of: (p) => p.attempts.debit },
  { name: 'credit_attempt', wire: 'integer', of: (p) => p.attempts.credit },
  { name: 'reversal_attempt', wire: 'integer', of: (p) => p.attempts.reversal },
  { name: 'leg_sent_at', wire: 'timestamptz', of: (p) => instant(p.legSentMs) },
  { name: 'leg_send_before', wire: 'timestamptz', of: (p) => instant(p.legSendBeforeMs) },
  { name: 'resend', wire: 'text', of: (p) => p.resend },
  { name: 'debit_ref', wire: 'text', of: (p) => p.partnerRefs.debit },
  { name: 'credit_ref', wire: 'text', of: (p) => p.partnerRefs.credit },
  { name: 'reversal_ref', wire: 'text', of: (p) => p.partnerRefs.reversal },
  { name: 'limit_day', wire: 'date', of: (p) => p.limitDay },
  { name: 'line_kinds', wire: 'text', cast: 'text[]', of: (p) => list(p.lines.map(({ kind }) => kind)) },
  { name: 'line_debits', wire: 'text', cast: 'integer[]', of: (p) => list(p.lines.map(({ debit }) => debit)) },
  { name: 'line_credits', wire: 'text', cast: 'integer[]', of: (p) => list(p.lines.map(({ credit }) => credit)) },
  { name: 'line_minors', wire: 'text', cast: 'bigint[]', of: (p) => list(p.lines.map(({ minor }) => minor)) },
  { name: 'completed_at', wire: 'timestamptz', of: (p) => instant(p.completedAtMs) },
  { name: 'home_window', wire: 'text', of: (p) => p.windows[0]?.windowId ?? null },
  { name: 'partner_window', wire: 'text', of: (p) => p.windows[1]?.windowId ?? null },
  { name: 'windows', wire: 'text', cast: 'jsonb', of: (p) => JSON.stringify(p.windows) },
  { name: 'lane', wire: 'text', of: (p) => p.lane },
];

const CHANGING = COLUMNS.filter(({ fixed }) => fixed !== true);

function feesJson(payment: Payment) {
  return payment.fees.map(({ kind, payer, currency, minor }) => ({ kind, payer, currency, minor: minor.toString() }));
}

const params = (columns: readonly Column[], from: number) =>
  columns.map(({ wire }, index) => `$${from + index}::${wire}[]`).join(', ');
const names = (columns: readonly Column[]) => columns.map(({ name }) => name).join(', ');
const value = ({ name, cast }: Column) => (cast === undefined ? `u.${name}` : `u.${name}::${cast}`);
const valuesOf = (columns: readonly Column[], payments: readonly Payment[]) =>
  columns.map(({ of }) => payments.map((payment) => of(payment)));

export const INSERT_PAYMENTS = `
INSERT INTO payment (${names(COLUMNS)})
SELECT ${COLUMNS.map(value).join(', ')}
FROM unnest(${params(COLUMNS, 1)})
  AS u (${names(COLUMNS)})
ON CONFLICT (id) DO NOTHING
RETURNING id`;

export const insertValues = (payments: readonly Payment[]) => valuesOf(COLUMNS, payments);

export const UPDATE_PAYMENTS = `
UPDATE payment AS p
SET ${CHANGING.map((column) => `${column.name} = ${value(column)}`).join(', ')}
FROM unnest($1::uuid[], $2::integer[], ${params(CHANGING, 3)})
  AS u (id, known_version, ${names(CHANGING)})
WHERE p.id = u.id
  AND p.version = u.known_version
RETURNING p.id`;

export const updateValues = (payments: readonly Payment[], knownVersions: readonly number[]) => [
  payments.map(({ id }) => id),
  knownVersions,
  ...valuesOf(CHANGING, payments),
];

export const PAYMENT_COLUMNS = names(COLUMNS);

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
  readonly fees: { kind: string; payer: string; currency: string; minor: string }[];
  readonly state: PaymentState;
  readonly review_leg: 'debit' | 'credit' | null;
  readonly version: number;
  readonly history: HistoryStep[];
  readonly reason: string | null;
  readonly iso_reason: string | null;
  readonly reason_text: string | null;
  readonly entered_at: Date;
  readonly instructed_at: Date;
  readonly deadline_at: Date;
  readonly guard_at: Date;
  readonly due_at: Date | null;
  readonly debit_attempt: number;
  readonly credit_attempt: number;
  readonly reversal_attempt: number;
  readonly leg_sent_at: Date | null;
  readonly leg_send_before: Date | null;
  readonly resend: ResendEvent | null;
  readonly debit_ref: string | null;
  readonly credit_ref: string | null;
  readonly reversal_ref: string | null;
  readonly limit_day: string | null;
  readonly line_kinds: TransferKind[];
  readonly line_debits: number[];
  readonly line_credits: number[];
  readonly line_minors: bigint[];
  readonly completed_at: Date | null;
  readonly windows: WindowRef[];
  readonly lane: string;
}

const ms = (date: Date | null) => date?.getTime() ?? null;

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
    fees: row.fees.map((fee) => ({ ...fee, minor: BigInt(fee.minor) })),
    state: row.state,
    reviewLeg: row.review_leg,
    version: row.version,
    history: row.history,
    reason: row.reason,
    isoReason: row.iso_reason,
    reasonText: row.reason_text,
    enteredAtMs: row.entered_at.getTime(),
    instructedAtMs: row.instructed_at.getTime(),
    deadlineMs: row.deadline_at.getTime(),
    guardMs: row.guard_at.getTime(),
    dueMs: ms(row.due_at),
    attempts: { debit: row.debit_attempt, credit: row.credit_attempt, reversal: row.reversal_attempt },
    legSentMs: ms(row.leg_sent_at),
    legSendBeforeMs: ms(row.leg_send_before),
    resend: row.resend,
    partnerRefs: { debit: row.debit_ref, credit: row.credit_ref, reversal: row.reversal_ref },
    limitDay: row.limit_day,
    lines: row.line_kinds.map((kind, index) => ({
      kind,
      debit: row.line_debits[index]!,
      credit: row.line_credits[index]!,
      minor: row.line_minors[index]!,
      reserved: true,
    })),
    completedAtMs: ms(row.completed_at),
    windows: row.windows,
    lane: row.lane,
  };
}
