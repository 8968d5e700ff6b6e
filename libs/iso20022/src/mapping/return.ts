import type { Return } from '../model-interbank.js';
import { originalFields } from './original.js';
import { agent } from './parties.js';
import { charge } from './payment.js';
import { constant, fieldsOf, single, type Field } from './shape.js';
import { codeOrText, list, money, text } from './values.js';

const { required, optional } = fieldsOf<Return>();

/** pacs.004: the money of an earlier payment comes back. */
export const RETURN_FIELDS: readonly Field<Return>[] = [
  single('TxInf'),
  constant('GrpHdr/NbOfTxs', '1'),
  required('messageId', 'GrpHdr/MsgId', text),
  required('createdAt', 'GrpHdr/CreDtTm', text),
  optional('settlementMethod', 'GrpHdr/SttlmInf/SttlmMtd', text),
  ...originalFields<Return>('TxInf', 'OrgnlGrpInf'),
  optional('returnId', 'TxInf/RtrId', text),
  optional(
    'originalSettlementAmount',
    ['TxInf/OrgnlIntrBkSttlmAmt', 'TxInf/OrgnlTxRef/IntrBkSttlmAmt'],
    money,
  ),
  required('returnedAmount', 'TxInf/RtrdIntrBkSttlmAmt', money),
  optional('settlementDate', ['TxInf/IntrBkSttlmDt', 'GrpHdr/IntrBkSttlmDt'], text),
  optional('instructedAmount', 'TxInf/RtrdInstdAmt', money),
  optional('exchangeRate', ['TxInf/XchgRate', 'TxInf/AgrdRate/PreAgrdXchgRate'], text),
  optional('chargeBearer', 'TxInf/ChrgBr', text),
  optional('charges', 'TxInf/ChrgsInf', list(charge)),
  optional('clearingReference', 'TxInf/ClrSysRef', text),
  optional('instructingAgent', ['TxInf/InstgAgt', 'GrpHdr/InstgAgt'], agent),
  optional('instructedAgent', ['TxInf/InstdAgt', 'GrpHdr/InstdAgt'], agent),
  optional('reason', ['TxInf/RtrRsnInf/Rsn', 'OrgnlGrpInf/RtrRsnInf/Rsn'], codeOrText),
  optional('reasonText', ['TxInf/RtrRsnInf/AddtlInf', 'OrgnlGrpInf/RtrRsnInf/AddtlInf'], list(text)),
];
