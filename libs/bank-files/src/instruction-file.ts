import type {
  AcknowledgementFormat,
  AcknowledgementReading,
  BankAcknowledgement,
} from './acknowledgement.js';
import { readAcknowledgementCsv, writeAcknowledgementCsv } from './csv/answer-csv.js';
import { readInstructionCsv, writeInstructionCsv } from './csv/instruction-csv.js';
import {
  instructionSequence,
  type InstructionFormat,
  type InstructionReading,
  type SettlementInstruction,
} from './instruction.js';
import { readPacs009, writePacs009 } from './iso/pacs009.js';
import { readPain001 } from './iso/pain001.js';
import { readStatusReport, writeStatusReport } from './iso/status-report.js';
import { refusedFile, type BankFileError, type BankFileWriting } from './reading.js';

/**
 * Writes an instruction as a bank takes it, and reads it again before it leaves: refused when the format does not take it,
 * or when what it says is not what was asked for. (pain.001 is written where iso20022.js is used, in settlement.)
 */
export function writeInstruction(
  instruction: SettlementInstruction,
  format: Exclude<InstructionFormat, 'pain.001'>,
): BankFileWriting {
  const wrong = instructionFaults(instruction);
  if (wrong.length > 0) return { kind: 'refused', errors: wrong };
  const writing: BankFileWriting =
    format === 'csv'
      ? { kind: 'written', bytes: writeInstructionCsv(instruction) }
      : writePacs009(instruction);
  if (writing.kind === 'refused') return writing;
  const again = readInstruction(writing.bytes, format, instruction.scheme.account);
  if (again.kind === 'refused') return again;
  const isSame = JSON.stringify(again.instruction, asText) === JSON.stringify(instruction, asText);
  return isSame
    ? writing
    : refusedFile(
        'unwritable',
        instruction.messageId,
        'does not say what was asked for when it is read again',
      );
}

/** Members in the order of their names: only what they say counts. */
function asText(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What is wrong with an instruction in every format. */
export function instructionFaults(instruction: SettlementInstruction): BankFileError[] {
  const { messageId, sequence, transfers } = instruction;
  const faults: BankFileError[] = [];
  if (instructionSequence(messageId) !== sequence)
    faults.push({ code: 'sequence_missing', where: messageId, detail: `does not end in ${sequence}` });
  if (transfers.length === 0)
    faults.push({
      code: 'unwritable',
      where: messageId,
      detail: 'an instruction without transfers is not sent',
    });
  const ids = new Set<string>();
  for (const { endToEndId } of transfers) {
    if (ids.has(endToEndId))
      faults.push({ code: 'id_repeated', where: messageId, detail: `${endToEndId} is there twice` });
    ids.add(endToEndId);
  }
  return faults;
}

/** Reads an instruction as the bank does. `schemeAccount`: the account that one side of every transfer must be. */
export function readInstruction(
  bytes: Uint8Array,
  format: InstructionFormat,
  schemeAccount: string,
): InstructionReading {
  const reading = readForm(bytes, format, schemeAccount);
  if (reading.kind === 'refused') return reading;
  const faults = instructionFaults(reading.instruction);
  return faults.length > 0 ? { kind: 'refused', errors: faults } : reading;
}

function readForm(bytes: Uint8Array, format: InstructionFormat, schemeAccount: string): InstructionReading {
  switch (format) {
    case 'pacs.009':
      return readPacs009(bytes, schemeAccount);
    case 'pain.001':
      return readPain001(bytes, schemeAccount);
    case 'csv': {
      const reading = readInstructionCsv(bytes);
      if (reading.kind === 'refused' || reading.instruction.scheme.account === schemeAccount) return reading;
      return refusedFile('malformed', 'line 2, INSTRUCTION scheme_account', `is not ${schemeAccount}`);
    }
  }
}

/** Reads a bank's answer to an instruction. Never throws for what the bytes hold. */
export function readAcknowledgement(
  bytes: Uint8Array,
  format: AcknowledgementFormat,
): AcknowledgementReading {
  return format === 'csv' ? readAcknowledgementCsv(bytes) : readStatusReport(bytes, format);
}

/** Writes an answer as a bank does. */
export function writeAcknowledgement(
  acknowledgement: BankAcknowledgement,
  format: AcknowledgementFormat,
): BankFileWriting {
  if (format !== 'csv') return writeStatusReport(acknowledgement, format);
  return { kind: 'written', bytes: writeAcknowledgementCsv(acknowledgement) };
}
