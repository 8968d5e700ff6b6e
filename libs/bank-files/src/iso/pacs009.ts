import { writeMessage, type IsoAmount, type IsoTree } from '@tonle/iso20022';
import {
  transferRemittance,
  type InstructionReading,
  type SettlementAccount,
  type SettlementInstruction,
  type SettlementTransfer,
} from '../instruction.js';
import { refusedFile, type BankFileWriting } from '../reading.js';
import {
  accountNumber,
  accountTree,
  amountTree,
  each,
  instructionOf,
  only,
  type CreditTransfer,
} from './credit-transfer.js';
import { readTree } from './iso-file.js';

const VERSION = 'pacs.009.001.08';

/**
 * A pacs.009.001.08: both accounts of every transfer are kept by the bank that is told (SttlmMtd INDA), the scheme's stands
 * in SttlmAcct as well.
 */
export function writePacs009(instruction: SettlementInstruction): BankFileWriting {
  const { messageId, createdAt, currency, valueDate, bank, scheme, transfers } = instruction;
  const total = transfers.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const header = {
    MsgId: messageId,
    CreDtTm: createdAt,
    NbOfTxs: transfers.length.toString(),
    CtrlSum: amountTree(currency, total).v,
    TtlIntrBkSttlmAmt: amountTree(currency, total),
    IntrBkSttlmDt: valueDate,
    SttlmInf: { SttlmMtd: 'INDA', SttlmAcct: { ...accountTree(scheme.account), Ccy: currency } },
    InstgAgt: agentOf(scheme),
    InstdAgt: agentOf(bank),
  };
  const all = transfers.map((transfer) => transferTree(transfer, instruction));
  const tree: IsoTree = { FICdtTrf: { GrpHdr: header, CdtTrfTxInf: all } };
  try {
    return {
      kind: 'written',
      bytes: Buffer.from(writeMessage({ document: { version: VERSION, tree } })),
    };
  } catch (error) {
    return refusedFile('unwritable', messageId, error instanceof Error ? error.message : String(error));
  }
}

function transferTree(
  transfer: SettlementTransfer,
  { messageId, currency, scheme, valueDate }: SettlementInstruction,
): IsoTree {
  const { endToEndId, uetr, direction, amountMinor, participant } = transfer;
  const [debtor, creditor] = direction === 'pay_in' ? [participant, scheme] : [scheme, participant];
  return {
    PmtId: {
      InstrId: messageId,
      EndToEndId: endToEndId,
      TxId: endToEndId,
      ...(uetr !== undefined && { UETR: uetr }),
    },
    IntrBkSttlmAmt: amountTree(currency, amountMinor),
    IntrBkSttlmDt: valueDate,
    Dbtr: agentOf(debtor),
    DbtrAcct: accountTree(debtor.account),
    Cdtr: agentOf(creditor),
    CdtrAcct: accountTree(creditor.account),
    RmtInf: { Ustrd: [transferRemittance(transfer)] },
  };
}

function agentOf({ name, bic }: { readonly name: string; readonly bic?: string }): IsoTree {
  return { FinInstnId: { ...(bic !== undefined && { BICFI: bic }), Nm: name } };
}

/** Any version of pacs.009 that there is a table for. `schemeAccount`: which of two accounts is the scheme's. */
export function readPacs009(bytes: Uint8Array, schemeAccount: string): InstructionReading {
  const reading = readTree(bytes, 'pacs.009.');
  if (reading.kind === 'refused') return reading;
  const header = reading.tree.GrpHdr as IsoTree;
  const { IntrBkSttlmDt: groupDate, TtlIntrBkSttlmAmt: total, CtrlSum: controlSum } = header;
  const transfers = each(reading.tree.CdtTrfTxInf).map((one, index) =>
    transferIn(one, `CdtTrfTxInf[${index + 1}]`, (groupDate as string | undefined) ?? ''),
  );
  const stated = (total as IsoAmount | undefined)?.v ?? (controlSum as string | undefined);
  return instructionOf(
    {
      messageId: header.MsgId as string,
      createdAt: header.CreDtTm as string,
      count: header.NbOfTxs as string,
      ...(stated !== undefined && { total: stated }),
      bank: nameOf(header.InstdAgt),
    },
    transfers,
    schemeAccount,
  );
}

function transferIn(one: IsoTree, where: string, groupDate: string): CreditTransfer {
  const { EndToEndId, UETR } = one.PmtId as IsoTree;
  const remittance = each((one.RmtInf as IsoTree | undefined)?.Ustrd)[0] as unknown as string | undefined;
  return {
    where,
    endToEndId: EndToEndId as string,
    ...(UETR !== undefined && { uetr: UETR as string }),
    amount: one.IntrBkSttlmAmt as IsoAmount,
    valueDate: (one.IntrBkSttlmDt as string | undefined) ?? groupDate,
    debtor: accountIn(one.Dbtr, one.DbtrAcct),
    creditor: accountIn(one.Cdtr, one.CdtrAcct),
    ...(remittance !== undefined && { remittance }),
  };
}

function accountIn(agent: unknown, account: unknown): SettlementAccount {
  const { name, bic } = nameOf(agent);
  return { name, account: accountNumber(only(account)), ...(bic !== undefined && { bic }) };
}

function nameOf(agent: unknown): { readonly name: string; readonly bic?: string } {
  const { BICFI, BIC, Nm } = only(only(agent).FinInstnId);
  const bic = (BICFI ?? BIC) as string | undefined;
  return { name: (Nm as string | undefined) ?? bic ?? '', ...(bic !== undefined && { bic }) };
}
