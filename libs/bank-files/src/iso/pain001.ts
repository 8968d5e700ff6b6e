import type { IsoAmount, IsoTree } from '@tonle/iso20022';
import type { InstructionReading, SettlementAccount } from '../instruction.js';
import { accountNumber, each, instructionOf, only, type CreditTransfer } from './credit-transfer.js';
import { readTree } from './iso-file.js';

/** An instruction as pain.001 of 2009 (.03): one transfer in each payment information, or several. */
export function readPain001(bytes: Uint8Array, schemeAccount: string): InstructionReading {
  const reading = readTree(bytes, 'pain.001.001.03');
  if (reading.kind === 'refused') return reading;
  const header = reading.tree.GrpHdr as IsoTree;
  const information = each(reading.tree.PmtInf);
  const transfers = information.flatMap((one, index) => transfersIn(one, `PmtInf[${index + 1}]`));
  const bank = agentName(only(information[0]).DbtrAgt);
  return instructionOf(
    {
      messageId: header.MsgId as string,
      createdAt: header.CreDtTm as string,
      count: header.NbOfTxs as string,
      ...(header.CtrlSum !== undefined && { total: header.CtrlSum as string }),
      bank: { name: bank, ...(bank !== '' && { bic: bank }) },
    },
    transfers,
    schemeAccount,
  );
}

function transfersIn(one: IsoTree, where: string): CreditTransfer[] {
  return each(one.CdtTrfTxInf).map((transfer, index) => {
    const remittance = each(only(transfer.RmtInf).Ustrd)[0] as unknown as string | undefined;
    return {
      where: `${where}/CdtTrfTxInf[${index + 1}]`,
      endToEndId: only(transfer.PmtId).EndToEndId as string,
      amount: amountIn(only(transfer.Amt)),
      valueDate: one.ReqdExctnDt as string,
      debtor: partyIn(one.Dbtr, one.DbtrAcct),
      creditor: partyIn(transfer.Cdtr, transfer.CdtrAcct),
      ...(remittance !== undefined && { remittance }),
    };
  });
}

/** Settlement is in the account's currency: an equivalent amount in another one is no amount to be booked. */
function amountIn({ InstdAmt }: IsoTree): IsoAmount {
  return (InstdAmt as IsoAmount | undefined) ?? { Ccy: '', v: '' };
}

function partyIn(party: unknown, account: unknown): SettlementAccount {
  const { Nm } = only(party);
  return { name: (Nm as string | undefined) ?? '', account: accountNumber(only(account)) };
}

function agentName(agent: unknown): string {
  const { BIC, Nm } = only(only(agent).FinInstnId);
  return ((BIC ?? Nm) as string | undefined) ?? '';
}
