import { readCamt, writeCamt } from './iso/camt-statement.js';
import { readMt940Statements, writeMt940Statements } from './mt940/mt940-statement.js';
import { refusedFile, type BankFileWriting } from './reading.js';
import { checkStatements } from './statement-check.js';
import type { BankFileStatement, BankStatementFormat, BankStatementReading } from './statement.js';
import { readStatementCsv, writeStatementCsv } from './csv/statement-csv.js';

/** A bank that tells each entry by itself may have many in a file; each is judged and kept for itself. */
const STATEMENTS_MAX = 1_000;

/**
 * Reads a file of bank statements, or refuses it with everything that is wrong: its form, and statements that do not tie
 * (opening and movements make the closing balance; numbers without a gap; ids that are there once). Never throws for what
 * the bytes hold.
 */
export function readBankStatement(bytes: Uint8Array, format: BankStatementFormat): BankStatementReading {
  const reading = readForm(bytes, format);
  if (reading.kind === 'refused') return reading;
  const { length } = reading.statements;
  if (length > STATEMENTS_MAX)
    return refusedFile('too_large', 'file', `${length} statements; at most ${STATEMENTS_MAX} are read`);
  const errors = checkStatements(reading.statements);
  return errors.length > 0 ? { kind: 'refused', errors } : { kind: 'read', statements: reading.statements };
}

function readForm(bytes: Uint8Array, format: BankStatementFormat): ReturnType<typeof readStatementCsv> {
  switch (format) {
    case 'camt.053':
    case 'camt.054':
      return readCamt(bytes, format);
    case 'mt940':
      return readMt940Statements(bytes);
    case 'csv':
      return readStatementCsv(bytes);
  }
}

/** Writes statements as a bank does. Refuses what the format has no room for. */
export function writeBankStatement(
  statements: readonly BankFileStatement[],
  format: BankStatementFormat,
): BankFileWriting {
  const isNotification = format === 'camt.054';
  const strange = statements.find(({ kind }) => (kind === 'notification') !== isNotification);
  if (strange !== undefined && format !== 'csv')
    return refusedFile('unwritable', strange.id, `a ${strange.kind} cannot be written as ${format}`);
  switch (format) {
    case 'camt.053':
    case 'camt.054':
      return writeCamt(statements);
    case 'mt940':
      return writeMt940Statements(statements);
    case 'csv':
      return writeStatementCsv(statements);
  }
}
