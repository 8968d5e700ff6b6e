import type { CustomerReversal, CustomerStatus, CustomerTransfer } from '../model-customer.js';
import { account, agent, party } from './parties.js';
import { constant, fieldsOf, single, type Field } from './shape.js';
import { codeOrText, dateOrTime, lines, list, money, text } from './values.js';

// pain messages as the Bakong participant interface uses them: one transfer a message, riel whole.

const transfer = fieldsOf<CustomerTransfer>();
const status = fieldsOf<CustomerStatus>();
const reversal = fieldsOf<CustomerReversal>();

const PAYMENT = 'PmtInf';
const TRANSFER = `${PAYMENT}/CdtTrfTxInf`;

/** pain.001: one transfer. */
export const CUSTOMER_TRANSFER_FIELDS: readonly Field<CustomerTransfer>[] = [
  single(PAYMENT),
  single(TRANSFER),
  constant('GrpHdr/NbOfTxs', '1'),
  constant(`${PAYMENT}/PmtMtd`, 'TRF'),
  transfer.required('messageId', 'GrpHdr/MsgId', text),
  transfer.required('createdAt', 'GrpHdr/CreDtTm', text),
  transfer.required('initiatingParty', 'GrpHdr/InitgPty', party),
  transfer.required('paymentInformationId', `${PAYMENT}/PmtInfId`, text),
  transfer.required('executionDate', `${PAYMENT}/ReqdExctnDt`, dateOrTime),
  transfer.required('debtor', `${PAYMENT}/Dbtr`, party),
  transfer.required('debtorAccount', `${PAYMENT}/DbtrAcct`, account),
  transfer.required('debtorAgent', `${PAYMENT}/DbtrAgt`, agent),
  transfer.optional('instructionId', `${TRANSFER}/PmtId/InstrId`, text),
  transfer.required('endToEndId', `${TRANSFER}/PmtId/EndToEndId`, text),
  transfer.required('amount', `${TRANSFER}/Amt/InstdAmt`, money),
  transfer.optional('chargeBearer', [`${TRANSFER}/ChrgBr`, `${PAYMENT}/ChrgBr`], text),
  transfer.required('creditor', `${TRANSFER}/Cdtr`, party),
  transfer.required('creditorAccount', `${TRANSFER}/CdtrAcct`, account),
  transfer.required('creditorAgent', `${TRANSFER}/CdtrAgt`, agent),
  transfer.optional('purpose', `${TRANSFER}/Purp`, codeOrText),
  transfer.optional('remittance', `${TRANSFER}/RmtInf/Ustrd`, lines),
  transfer.optional('creditorReference', `${TRANSFER}/RmtInf/Strd/CdtrRefInf/Ref`, text),
];

const ORIGINAL = 'OrgnlGrpInfAndSts';
const ANSWERED = 'OrgnlPmtInfAndSts';
const ANSWER = `${ANSWERED}/TxInfAndSts`;

/** A group answer that names no payment stands at the group; else it stands at the transaction. */
const answerPlace = {
  choose: ({ originalPaymentInformationId }: CustomerStatus): number =>
    originalPaymentInformationId === undefined ? 1 : 0,
};

/** pain.002: the answer to pain.001 or pain.007. */
export const CUSTOMER_STATUS_FIELDS: readonly Field<CustomerStatus>[] = [
  single(ANSWERED),
  single(ANSWER),
  status.required('messageId', 'GrpHdr/MsgId', text),
  status.required('createdAt', 'GrpHdr/CreDtTm', text),
  status.required('originalMessageId', `${ORIGINAL}/OrgnlMsgId`, text),
  status.required('originalMessageName', `${ORIGINAL}/OrgnlMsgNmId`, text),
  status.optional('originalPaymentInformationId', `${ANSWERED}/OrgnlPmtInfId`, text),
  status.optional('originalInstructionId', `${ANSWER}/OrgnlInstrId`, text),
  status.optional('originalEndToEndId', `${ANSWER}/OrgnlEndToEndId`, text),
  status.required(
    'status',
    [`${ANSWER}/TxSts`, `${ORIGINAL}/GrpSts`, `${ANSWERED}/PmtInfSts`],
    text,
    answerPlace,
  ),
  status.optional(
    'reason',
    [`${ANSWER}/StsRsnInf/Rsn`, `${ORIGINAL}/StsRsnInf/Rsn`, `${ANSWERED}/StsRsnInf/Rsn`],
    codeOrText,
    answerPlace,
  ),
  status.optional(
    'reasonText',
    [`${ANSWER}/StsRsnInf/AddtlInf`, `${ORIGINAL}/StsRsnInf/AddtlInf`, `${ANSWERED}/StsRsnInf/AddtlInf`],
    list(text),
    { ...answerPlace, everywhere: true },
  ),
  status.optional('ledgerHash', `${ANSWER}/OrgnlTxRef/RmtInf/Ustrd`, text),
];

const REVERSED = 'OrgnlPmtInfAndRvsl';
const REVERSAL = `${REVERSED}/TxInf`;

/** pain.007: reverses one transfer of an earlier pain.001. */
export const CUSTOMER_REVERSAL_FIELDS: readonly Field<CustomerReversal>[] = [
  single(REVERSED),
  single(REVERSAL),
  constant('GrpHdr/NbOfTxs', '1'),
  reversal.required('messageId', 'GrpHdr/MsgId', text),
  reversal.required('createdAt', 'GrpHdr/CreDtTm', text),
  reversal.required('initiatingParty', 'GrpHdr/InitgPty', party),
  reversal.required('originalMessageId', 'OrgnlGrpInf/OrgnlMsgId', text),
  reversal.required('originalMessageName', 'OrgnlGrpInf/OrgnlMsgNmId', text),
  reversal.required('reversalPaymentInformationId', `${REVERSED}/RvslPmtInfId`, text),
  reversal.required('originalPaymentInformationId', `${REVERSED}/OrgnlPmtInfId`, text),
  reversal.optional('reversalId', `${REVERSAL}/RvslId`, text),
  reversal.optional('originalInstructionId', `${REVERSAL}/OrgnlInstrId`, text),
  reversal.required('originalEndToEndId', `${REVERSAL}/OrgnlEndToEndId`, text),
  reversal.optional('originalAmount', `${REVERSAL}/OrgnlInstdAmt`, money),
  reversal.required('reversedAmount', `${REVERSAL}/RvsdInstdAmt`, money),
  reversal.optional('reason', `${REVERSAL}/RvslRsnInf/Rsn`, codeOrText),
  reversal.optional('reasonText', `${REVERSAL}/RvslRsnInf/AddtlInf`, list(text)),
  reversal.optional('originalLedgerHash', `${REVERSAL}/OrgnlTxRef/RmtInf/Ustrd`, text),
];
