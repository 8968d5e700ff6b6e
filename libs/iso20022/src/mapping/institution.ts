import type { InstitutionPayment } from '../model-interbank.js';
import { account, agent } from './parties.js';
import { constant, fieldsOf, single, type Field } from './shape.js';
import { codeOrText, lines, money, text } from './values.js';

const { required, optional } = fieldsOf<InstitutionPayment>();
const TX = 'CdtTrfTxInf';

/** pacs.009: a transfer between institutions for themselves. An underlying customer transfer is not kept. */
export const INSTITUTION_PAYMENT_FIELDS: readonly Field<InstitutionPayment>[] = [
  single(TX),
  constant('GrpHdr/NbOfTxs', '1'),
  required('messageId', 'GrpHdr/MsgId', text),
  required('createdAt', 'GrpHdr/CreDtTm', text),
  optional('instructionId', `${TX}/PmtId/InstrId`, text),
  required('endToEndId', `${TX}/PmtId/EndToEndId`, text),
  optional('transactionId', `${TX}/PmtId/TxId`, text),
  optional('uetr', `${TX}/PmtId/UETR`, text),
  required('settlementMethod', 'GrpHdr/SttlmInf/SttlmMtd', text),
  required('settlementAmount', `${TX}/IntrBkSttlmAmt`, money),
  optional('settlementDate', [`${TX}/IntrBkSttlmDt`, 'GrpHdr/IntrBkSttlmDt'], text),
  optional('priority', [`${TX}/PmtTpInf/InstrPrty`, 'GrpHdr/PmtTpInf/InstrPrty'], text),
  optional('instructingAgent', [`${TX}/InstgAgt`, 'GrpHdr/InstgAgt'], agent),
  optional('instructedAgent', [`${TX}/InstdAgt`, 'GrpHdr/InstdAgt'], agent),
  required('debtor', `${TX}/Dbtr`, agent),
  optional('debtorAccount', `${TX}/DbtrAcct`, account),
  optional('debtorAgent', `${TX}/DbtrAgt`, agent),
  optional('creditorAgent', `${TX}/CdtrAgt`, agent),
  required('creditor', `${TX}/Cdtr`, agent),
  optional('creditorAccount', `${TX}/CdtrAcct`, account),
  optional('purpose', `${TX}/Purp`, codeOrText),
  optional('remittance', `${TX}/RmtInf/Ustrd`, lines),
];
