export type { BankFileError, BankFileErrorCode, BankFileRefusal, BankFileWriting } from './reading.js';
export type {
  BankFileLine,
  BankFileStatement,
  BankStatementFormat,
  BankStatementReading,
} from './statement.js';
export {
  instructionMessageId,
  instructionSequence,
  transferRemittance,
  type InstructionFormat,
  type InstructionReading,
  type SettlementAccount,
  type SettlementInstruction,
  type SettlementTransfer,
  type TransferSubject,
} from './instruction.js';
export {
  ANSWER_TO,
  type AcknowledgedStatus,
  type AcknowledgedTransfer,
  type AcknowledgementFormat,
  type AcknowledgementReading,
  type BankAcknowledgement,
} from './acknowledgement.js';
export type { BankFinalisation, FinalisationReading, FinalisedTransfer } from './finalisation.js';
export { readBankStatement, writeBankStatement } from './read-statement.js';
export {
  instructionFaults,
  readAcknowledgement,
  readInstruction,
  writeAcknowledgement,
  writeInstruction,
} from './instruction-file.js';
export { readFinalisation, writeFinalisation } from './csv/answer-csv.js';
