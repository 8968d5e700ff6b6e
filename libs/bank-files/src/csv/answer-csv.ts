import type {
  AcknowledgedTransfer,
  AcknowledgementReading,
  BankAcknowledgement,
} from '../acknowledgement.js';
import { writeDecimal } from '../field-value.js';
import type { BankFinalisation, FinalisationReading, FinalisedTransfer } from '../finalisation.js';
import { refusedFile, type BankFileError, type BankFileRefusal } from '../reading.js';
import { readRecordFile, writeRecordFile, type RecordRow } from './record-file.js';

// What a bank answers in CSV: it has an instruction, and it has carried it out.

const STATUSES = ['accepted', 'rejected', 'pending'] as const;
const ACKNOWLEDGEMENT = [
  'message_id',
  'created_at',
  'original_message_id',
  'status',
  'reason',
  'detail',
] as const;
const ANSWER = ['end_to_end_id', 'status', 'reason', 'detail'] as const;
const FINALISATION = [
  'bank',
  'currency',
  'window',
  'message_id',
  'sequence',
  'sha256',
  'value_date',
  'created_at',
  'scheme_account',
  'scheme_balance',
] as const;
const FINALISED = ['end_to_end_id', 'account', 'amount', 'balance'] as const;

interface Parts {
  readonly kind: 'parts';
  readonly head: RecordRow;
  readonly transfers: readonly RecordRow[];
  readonly end: RecordRow;
}

/** One head, transfers below it, and END. */
function partsOf(bytes: Uint8Array, fileKind: string, record: string): Parts | BankFileRefusal {
  const reading = readRecordFile(bytes, fileKind);
  if (reading.kind === 'refused') return reading;
  const [head, ...rest] = reading.rows;
  const end = rest.pop();
  if (head?.record !== record || end === undefined)
    return refusedFile('malformed', 'line 2', `must be the ${record}`);
  const strange = rest.find((row) => row.record !== 'TRANSFER');
  if (strange !== undefined) return refusedFile('malformed', `line ${strange.line}`, 'must be a TRANSFER');
  return { kind: 'parts', head, transfers: rest, end };
}

/** A bank's answer to an instruction, in CSV. */
export function readAcknowledgementCsv(bytes: Uint8Array): AcknowledgementReading {
  const parts = partsOf(bytes, 'acknowledgement', 'ACKNOWLEDGEMENT');
  if (parts.kind === 'refused') return parts;
  const errors: BankFileError[] = [];
  const cells = parts.head.named(ACKNOWLEDGEMENT, errors);
  const acknowledgement: BankAcknowledgement = {
    messageId: cells.text('message_id', 35),
    createdAt: cells.time('created_at', false),
    originalMessageId: cells.text('original_message_id', 35),
    status: cells.oneOf('status', [...STATUSES, 'partly_accepted']),
    ...reasonOf(cells.optional('reason', 35), cells.optional('detail', 1000)),
    transfers: parts.transfers.map((row): AcknowledgedTransfer => {
      const each = row.named(ANSWER, errors);
      return {
        endToEndId: each.text('end_to_end_id', 35),
        status: each.oneOf('status', STATUSES),
        ...reasonOf(each.optional('reason', 35), each.optional('detail', 1000)),
      };
    }),
  };
  const end = parts.end.named(['transfers'], errors);
  end.agree(
    'transfers',
    'count_differs',
    end.count('transfers').toString(),
    parts.transfers.length.toString(),
  );
  return errors.length > 0 ? { kind: 'refused', errors } : { kind: 'read', acknowledgement };
}

function reasonOf(
  reason: string | undefined,
  detail: string | undefined,
): { readonly reason?: string; readonly detail?: string } {
  return { ...(reason !== undefined && { reason }), ...(detail !== undefined && { detail }) };
}

/** The file of an acknowledgement. */
export function writeAcknowledgementCsv(acknowledgement: BankAcknowledgement): Uint8Array {
  const { messageId, createdAt, originalMessageId, status, reason, detail, transfers } = acknowledgement;
  const rows = [
    ['ACKNOWLEDGEMENT', messageId, createdAt, originalMessageId, status, reason, detail],
    ...transfers.map((each) => ['TRANSFER', each.endToEndId, each.status, each.reason, each.detail]),
  ];
  return Buffer.from(writeRecordFile('acknowledgement', rows, () => [transfers.length.toString()]));
}

/**
 * Reads a bank's finalisation of one instruction. Refuses what its own END does not bear out; whether it is that of the
 * instruction, and what its amounts come to, whoever posts it judges.
 */
export function readFinalisation(bytes: Uint8Array): FinalisationReading {
  const parts = partsOf(bytes, 'finalisation', 'FINALISATION');
  if (parts.kind === 'refused') return parts;
  const errors: BankFileError[] = [];
  const cells = parts.head.named(FINALISATION, errors);
  const currency = cells.currency('currency');
  const transfers = parts.transfers.map((row): FinalisedTransfer => {
    const each = row.named(FINALISED, errors);
    return {
      endToEndId: each.text('end_to_end_id', 35),
      participantAccount: each.text('account', 35),
      amountMinor: each.decimal('amount', currency),
      balanceMinor: each.decimal('balance', currency),
    };
  });
  const instructionSha256 = cells.text('sha256', 64);
  if (!/^[0-9a-f]{64}$/.test(instructionSha256))
    cells.fault('sha256', 'malformed', 'is no SHA-256 of 64 lower-case hexadecimal digits');
  const finalisation: BankFinalisation = {
    bank: cells.text('bank'),
    currency,
    windowId: cells.text('window'),
    messageId: cells.text('message_id', 35),
    sequence: cells.count('sequence'),
    instructionSha256,
    valueDate: cells.day('value_date'),
    createdAt: cells.time('created_at', false),
    schemeAccount: cells.text('scheme_account', 35),
    schemeBalanceMinor: cells.decimal('scheme_balance', currency),
    transfers,
  };
  const end = parts.end.named(['transfers', 'sum'], errors);
  end.agree('transfers', 'count_differs', end.count('transfers').toString(), transfers.length.toString());
  end.agree('sum', 'sum_differs', end.decimal('sum', currency).toString(), sumOf(transfers).toString());
  return errors.length > 0 ? { kind: 'refused', errors } : { kind: 'read', finalisation };
}

function sumOf(transfers: readonly FinalisedTransfer[]): bigint {
  return transfers.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}

/** The file of a finalisation. */
export function writeFinalisation(finalisation: BankFinalisation): Uint8Array {
  const { currency, transfers } = finalisation;
  const head = [
    'FINALISATION',
    finalisation.bank,
    currency,
    finalisation.windowId,
    finalisation.messageId,
    finalisation.sequence.toString(),
    finalisation.instructionSha256,
    finalisation.valueDate,
    finalisation.createdAt,
    finalisation.schemeAccount,
    writeDecimal(currency, finalisation.schemeBalanceMinor),
  ];
  const rows = transfers.map((each) => [
    'TRANSFER',
    each.endToEndId,
    each.participantAccount,
    writeDecimal(currency, each.amountMinor),
    writeDecimal(currency, each.balanceMinor),
  ]);
  const end = [transfers.length.toString(), writeDecimal(currency, sumOf(transfers))];
  return Buffer.from(writeRecordFile('finalisation', [head, ...rows], () => end));
}
