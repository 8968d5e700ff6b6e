import type { IsoAmount, IsoTree } from '@tonle/iso20022';
import { minorText, plainDecimal } from '@tonle/money';
import { isDay, readDecimal, shown, writeDecimal } from '../field-value.js';
import {
  instructionSequence,
  transferSubject,
  type InstructionReading,
  type SettlementAccount,
  type SettlementInstruction,
  type SettlementTransfer,
} from '../instruction.js';
import type { BankFileError, BankFileErrorCode } from '../reading.js';

// What an instruction is made from, whichever message it came in: transfers between two accounts, of which one is the scheme's.

/** One credit transfer as the message has it. */
export interface CreditTransfer {
  readonly where: string;
  readonly endToEndId: string;
  readonly uetr?: string;
  readonly amount: IsoAmount;
  readonly valueDate: string;
  readonly debtor: SettlementAccount;
  readonly creditor: SettlementAccount;
  readonly remittance?: string;
}

/** What the message says of all of them. */
export interface TransferGroup {
  readonly messageId: string;
  readonly createdAt: string;
  readonly count: string;
  /** Without a currency. */
  readonly total?: string;
  readonly bank: SettlementInstruction['bank'];
}

/** Refuses what the group does not bear out, and transfers that are not between a participant and the scheme's account. */
export function instructionOf(
  group: TransferGroup,
  transfers: readonly CreditTransfer[],
  schemeAccount: string,
): InstructionReading {
  const errors: BankFileError[] = [];
  const fault = (code: BankFileErrorCode, where: string, detail: string): void => {
    errors.push({ code, where, detail });
  };
  const { currency, valueDate } = {
    currency: transfers[0]!.amount.Ccy,
    valueDate: transfers[0]!.valueDate,
  };
  const read = transfers.map((each): SettlementTransfer => {
    if (each.amount.Ccy !== currency)
      fault('currency_differs', each.where, `is in ${each.amount.Ccy}, the first in ${currency}`);
    if (each.valueDate !== valueDate)
      fault('malformed', each.where, `is for ${each.valueDate}, the first for ${valueDate}`);
    return transferOf(each, schemeAccount, fault);
  });
  const sequence = instructionSequence(group.messageId);
  if (sequence === undefined)
    fault('sequence_missing', 'GrpHdr/MsgId', `${shown(group.messageId)} does not end in a sequence number`);
  if (group.count !== transfers.length.toString())
    fault('count_differs', 'GrpHdr/NbOfTxs', `says ${group.count}, there are ${transfers.length}`);
  const total = read.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  checkTotal(group.total, currency, total, fault);
  const first = transfers[0]!;
  const scheme = first.debtor.account === schemeAccount ? first.debtor : first.creditor;
  if (errors.length > 0) return { kind: 'refused', errors };
  const { messageId, createdAt, bank } = group;
  const whole = { messageId, createdAt, sequence: sequence!, currency, valueDate, bank, scheme };
  return { kind: 'read', instruction: { ...whole, transfers: read } };
}

type Fault = (code: BankFileErrorCode, where: string, detail: string) => void;

function checkTotal(stated: string | undefined, currency: string, total: bigint, fault: Fault): void {
  if (stated === undefined) return;
  const read = readDecimal(currency, plainDecimal(stated));
  if (read.kind === 'ok' && read.value === total) return;
  fault('sum_differs', 'GrpHdr', `says ${stated}, the transfers make ${minorText(total, currency)}`);
}

function transferOf(each: CreditTransfer, schemeAccount: string, fault: Fault): SettlementTransfer {
  const { where, endToEndId, uetr, debtor, creditor, remittance = '' } = each;
  const amount = readDecimal(each.amount.Ccy, plainDecimal(each.amount.v));
  if (!isDay(each.valueDate)) fault('date_malformed', where, 'has no day on which it settles');
  if (amount.kind === 'wrong') fault(amount.code, where, amount.detail);
  else if (amount.value <= 0n) fault('amount_malformed', where, 'must be more than zero');
  const isPayIn = creditor.account === schemeAccount;
  if (isPayIn === (debtor.account === schemeAccount))
    fault('malformed', where, `is not between a participant and ${shown(schemeAccount)}`);
  const subject = transferSubject(remittance);
  if (subject === undefined)
    fault('malformed', where, 'must say what it is for: /WINDOW/<id>, or /RETURN/<line>');
  return {
    endToEndId,
    ...(uetr !== undefined && { uetr }),
    direction: isPayIn ? 'pay_in' : 'pay_out',
    amountMinor: amount.kind === 'ok' ? amount.value : 0n,
    participant: isPayIn ? debtor : creditor,
    ...(subject ?? { windowId: '' }),
  };
}

/** `{Id: {IBAN}}` or `{Id: {Othr: {Id}}}`. */
export function accountNumber(account: IsoTree | undefined): string {
  const { IBAN, Othr } = (account?.Id ?? {}) as IsoTree;
  return ((IBAN ?? (Othr as IsoTree | undefined)?.Id) as string | undefined) ?? '';
}

/** An account by its number at the bank. */
export const accountTree = (account: string): IsoTree => ({ Id: { Othr: { Id: account } } });

/** The first of a repeated element, or the one that is not repeated. */
export function only(value: unknown): IsoTree {
  return ((Array.isArray(value) ? value[0] : value) ?? {}) as IsoTree;
}

/** All of a repeated element. */
export function each(value: unknown): readonly IsoTree[] {
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]) as readonly IsoTree[];
}

/** An amount with all decimals of its currency. */
export function amountTree(currency: string, minor: bigint): IsoAmount {
  return { Ccy: currency, v: writeDecimal(currency, minor) };
}
