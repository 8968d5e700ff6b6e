import { createHash } from 'node:crypto';
import { writeDecimal } from '../field-value.js';
import {
  instructionSequence,
  transferRemittance,
  transferSubject,
  type InstructionReading,
  type SettlementInstruction,
  type SettlementTransfer,
  type TransferSubject,
} from '../instruction.js';
import type { BankFileError } from '../reading.js';
import { refusedFile } from '../reading.js';
import { readRecordFile, writeRecordFile, type RecordRow } from './record-file.js';

const KIND = 'settlement-instruction';
const INSTRUCTION = [
  'message_id',
  'created_at',
  'sequence',
  'currency',
  'value_date',
  'bank_name',
  'bank_bic',
  'scheme_name',
  'scheme_account',
  'scheme_bic',
] as const;
const TRANSFER = [
  'end_to_end_id',
  'uetr',
  'direction',
  'amount',
  'participant_name',
  'participant_account',
  'participant_bic',
  'window',
] as const;
const END = ['transfers', 'pay_in', 'pay_out', 'sha256'] as const;

/** Refuses what its own END does not bear out: number, both totals, and the hash of all bytes before END. */
export function readInstructionCsv(bytes: Uint8Array): InstructionReading {
  const reading = readRecordFile(bytes, KIND);
  if (reading.kind === 'refused') return reading;
  const [head, ...rows] = reading.rows;
  if (head?.record !== 'INSTRUCTION') return refusedFile('malformed', 'line 2', 'must be the INSTRUCTION');
  const strange = rows.slice(0, -1).find(({ record }) => record !== 'TRANSFER');
  if (strange !== undefined) return refusedFile('malformed', `line ${strange.line}`, 'must be a TRANSFER');
  const errors: BankFileError[] = [];
  const instruction = headOf(head, errors);
  const transfers = rows.slice(0, -1).map((row) => transferOf(row, instruction.currency, errors));
  const whole = { ...instruction, transfers };
  checkEnd(rows.at(-1)!, whole, reading.text, errors);
  return errors.length > 0 ? { kind: 'refused', errors } : { kind: 'read', instruction: whole };
}

function headOf(row: RecordRow, errors: BankFileError[]): Omit<SettlementInstruction, 'transfers'> {
  const cells = row.named(INSTRUCTION, errors);
  const messageId = cells.text('message_id', 35);
  const sequence = cells.count('sequence');
  if (instructionSequence(messageId) !== sequence)
    cells.fault('sequence', 'sequence_missing', `is ${sequence}, the message id ends in another number`);
  const bankBic = cells.optional('bank_bic', 11);
  return {
    messageId,
    createdAt: cells.time('created_at', false),
    sequence,
    currency: cells.currency('currency'),
    valueDate: cells.day('value_date'),
    bank: { name: cells.text('bank_name'), ...(bankBic !== undefined && { bic: bankBic }) },
    scheme: accountOf(
      cells.text('scheme_name'),
      cells.text('scheme_account', 34),
      cells.optional('scheme_bic', 11),
    ),
  };
}

function accountOf(
  name: string,
  account: string,
  bic: string | undefined,
): SettlementTransfer['participant'] {
  return { name, account, ...(bic !== undefined && { bic }) };
}

function transferOf(row: RecordRow, currency: string, errors: BankFileError[]): SettlementTransfer {
  const cells = row.named(TRANSFER, errors);
  const amountMinor = cells.decimal('amount', currency);
  if (amountMinor <= 0n) cells.fault('amount', 'amount_malformed', 'must be more than zero');
  const uetr = cells.optional('uetr', 36);
  return {
    endToEndId: cells.text('end_to_end_id', 35),
    ...(uetr !== undefined && { uetr }),
    direction: cells.oneOf('direction', ['pay_in', 'pay_out']),
    amountMinor,
    participant: accountOf(
      cells.text('participant_name'),
      cells.text('participant_account', 34),
      cells.optional('participant_bic', 11),
    ),
    ...subjectOf(cells.text('window')),
  };
}

/** The id of a window as it is, or how a remittance says that money goes back. */
function subjectOf(text: string): TransferSubject {
  const subject = transferSubject(text);
  return subject !== undefined && 'returnOf' in subject ? subject : { windowId: text };
}

function checkEnd(
  row: RecordRow,
  instruction: SettlementInstruction,
  text: string,
  errors: BankFileError[],
): void {
  const end = row.named(END, errors);
  const { currency, transfers } = instruction;
  end.agree('transfers', 'count_differs', end.count('transfers').toString(), transfers.length.toString());
  const totals = [
    ['pay_in', totalOf(instruction, 'pay_in')],
    ['pay_out', totalOf(instruction, 'pay_out')],
  ] as const;
  for (const [name, total] of totals)
    end.agree(name, 'sum_differs', end.decimal(name, currency).toString(), total.toString());
  // END is the last row: its record begins the last line.
  const before = text.slice(0, text.lastIndexOf('\nEND,') + 1);
  end.agree('sha256', 'hash_differs', end.text('sha256'), sha256Of(before));
}

function totalOf({ transfers }: SettlementInstruction, direction: SettlementTransfer['direction']): bigint {
  return transfers.reduce((sum, each) => (each.direction === direction ? sum + each.amountMinor : sum), 0n);
}

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The file of an instruction. */
export function writeInstructionCsv(instruction: SettlementInstruction): Uint8Array {
  const { bank, scheme, currency } = instruction;
  const head = [
    'INSTRUCTION',
    instruction.messageId,
    instruction.createdAt,
    instruction.sequence.toString(),
    currency,
    instruction.valueDate,
    bank.name,
    bank.bic,
    scheme.name,
    scheme.account,
    scheme.bic,
  ];
  const rows = instruction.transfers.map(({ participant, ...transfer }) => [
    'TRANSFER',
    transfer.endToEndId,
    transfer.uetr,
    transfer.direction,
    writeDecimal(currency, transfer.amountMinor),
    participant.name,
    participant.account,
    participant.bic,
    'windowId' in transfer ? transfer.windowId : transferRemittance(transfer),
  ]);
  const text = writeRecordFile(KIND, [head, ...rows], (before) => [
    rows.length.toString(),
    writeDecimal(currency, totalOf(instruction, 'pay_in')),
    writeDecimal(currency, totalOf(instruction, 'pay_out')),
    sha256Of(before),
  ]);
  return Buffer.from(text);
}
