import {
  instructionFaults,
  readInstruction,
  transferRemittance,
  writeInstruction,
  type BankFileWriting,
  type InstructionFormat,
  type SettlementAccount,
  type SettlementInstruction,
} from '@tonle/bank-files';
import { amount } from '@tonle/money';
import { writePaymentFile, type BankParty, type PaymentFile } from './payment-file.js';

/**
 * Writes an instruction in the form that its bank takes. Refused, with everything that is wrong, when the form has no room for
 * something, or when the file says something else when it is read again.
 */
export function writeInstructionFile(
  instruction: SettlementInstruction,
  format: InstructionFormat,
): BankFileWriting {
  return format === 'pain.001' ? writePain001(instruction) : writeInstruction(instruction, format);
}

function writePain001(instruction: SettlementInstruction): BankFileWriting {
  const { messageId, scheme } = instruction;
  const faults = instructionFaults(instruction);
  if (faults.length > 0) return { kind: 'refused', errors: faults };
  const agent = instruction.bank.bic;
  if (agent === undefined) return unwritable(messageId, 'a pain.001 names the bank by its BIC');
  const writing = writePaymentFile(paymentFileOf(instruction, agent));
  if (writing.kind === 'refused') {
    const errors = writing.errors.map(({ code, path, detail }) => {
      return { code: 'unwritable' as const, where: path, detail: `${detail} (${code})` };
    });
    return { kind: 'refused', errors };
  }
  const bytes = Buffer.from(writing.xml);
  const again = readInstruction(bytes, 'pain.001', scheme.account);
  if (again.kind === 'refused') return again;
  const isSame = essence(again.instruction) === essence(instruction);
  return isSame
    ? { kind: 'written', bytes }
    : unwritable(messageId, 'says something else when it is read again');
}

function paymentFileOf(instruction: SettlementInstruction, bic: string): PaymentFile {
  const { messageId, createdAt, currency, valueDate, scheme, transfers } = instruction;
  const partyOf = ({ name, account }: SettlementAccount): BankParty => {
    return { name, account: { number: account }, agent: { bic } };
  };
  return {
    messageId,
    createdAtMs: Date.parse(createdAt),
    executionDate: valueDate,
    debtor: { ...partyOf(scheme), id: scheme.account },
    transfers: transfers.map((transfer) => {
      const { endToEndId, direction, amountMinor, participant } = transfer;
      return {
        id: endToEndId,
        amount: amount(currency, amountMinor),
        creditor: partyOf(direction === 'pay_in' ? scheme : participant),
        debtor: partyOf(direction === 'pay_in' ? participant : scheme),
        remittance: transferRemittance(transfer),
      };
    }),
  };
}

/** What pain.001.001.03 has room for: no UETR, no BIC of a participant. */
function essence({
  messageId,
  sequence,
  currency,
  valueDate,
  scheme,
  transfers,
}: SettlementInstruction): string {
  const lines = transfers.map((transfer) => {
    const { endToEndId, direction, amountMinor, participant } = transfer;
    const what = [endToEndId, direction, amountMinor.toString(), participant.account];
    return [...what, transferRemittance(transfer)].join(' ');
  });
  return JSON.stringify([messageId, sequence, currency, valueDate, scheme.account, lines]);
}

function unwritable(where: string, detail: string): BankFileWriting {
  return { kind: 'refused', errors: [{ code: 'unwritable', where, detail }] };
}
