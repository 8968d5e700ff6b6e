import type { Status, StatusRequest } from '../model-interbank.js';
import { agent } from './parties.js';
import { fieldsOf, single, type Field } from './shape.js';
import { codeOrText, list, money, text } from './values.js';

const TX = 'TxInfAndSts';
const GROUP = 'OrgnlGrpInfAndSts';
const status = fieldsOf<Status>();
const request = fieldsOf<StatusRequest>();

/** An answer about the whole group is written at the group, everything else at the transaction. */
const place = {
  choose: ({ groupStatus, status: own }: Status): number =>
    groupStatus !== undefined && own === undefined ? 1 : 0,
};
/** A group status brings its original message with it (the schema insists). */
const original = { choose: ({ groupStatus }: Status): number => (groupStatus === undefined ? 0 : 1) };

/** pacs.002: the status of one transaction, or of a whole group. */
export const STATUS_FIELDS: readonly Field<Status>[] = [
  single(TX),
  single(GROUP),
  status.required('messageId', 'GrpHdr/MsgId', text),
  status.required('createdAt', 'GrpHdr/CreDtTm', text),
  status.optional(
    'originalMessageId',
    [`${TX}/OrgnlGrpInf/OrgnlMsgId`, `${GROUP}/OrgnlMsgId`],
    text,
    original,
  ),
  status.optional(
    'originalMessageName',
    [`${TX}/OrgnlGrpInf/OrgnlMsgNmId`, `${GROUP}/OrgnlMsgNmId`],
    text,
    original,
  ),
  status.optional('originalInstructionId', `${TX}/OrgnlInstrId`, text),
  status.optional('originalEndToEndId', `${TX}/OrgnlEndToEndId`, text),
  status.optional('originalTransactionId', `${TX}/OrgnlTxId`, text),
  status.optional('originalUetr', `${TX}/OrgnlUETR`, text),
  status.optional('status', `${TX}/TxSts`, text),
  status.optional('groupStatus', `${GROUP}/GrpSts`, text),
  status.optional('reason', [`${TX}/StsRsnInf/Rsn`, `${GROUP}/StsRsnInf/Rsn`], codeOrText, place),
  status.optional('reasonText', [`${TX}/StsRsnInf/AddtlInf`, `${GROUP}/StsRsnInf/AddtlInf`], list(text), {
    ...place,
    everywhere: true,
  }),
  status.optional('acceptedAt', `${TX}/AccptncDtTm`, text),
  status.optional('clearingReference', [`${TX}/AcctSvcrRef`, `${TX}/ClrSysRef`], text),
  status.optional('originalAmount', `${TX}/OrgnlTxRef/IntrBkSttlmAmt`, money),
  status.optional('instructingAgent', [`${TX}/InstgAgt`, 'GrpHdr/InstgAgt'], agent, place),
  status.optional('instructedAgent', [`${TX}/InstdAgt`, 'GrpHdr/InstdAgt'], agent, place),
];

/** pacs.028: asks for the status of one transaction. */
export const STATUS_REQUEST_FIELDS: readonly Field<StatusRequest>[] = [
  single('TxInf'),
  single('OrgnlGrpInf'),
  request.required('messageId', 'GrpHdr/MsgId', text),
  request.required('createdAt', 'GrpHdr/CreDtTm', text),
  request.optional('originalMessageId', ['TxInf/OrgnlGrpInf/OrgnlMsgId', 'OrgnlGrpInf/OrgnlMsgId'], text),
  request.optional(
    'originalMessageName',
    ['TxInf/OrgnlGrpInf/OrgnlMsgNmId', 'OrgnlGrpInf/OrgnlMsgNmId'],
    text,
  ),
  request.optional('originalEndToEndId', 'TxInf/OrgnlEndToEndId', text),
  request.optional('originalTransactionId', 'TxInf/OrgnlTxId', text),
  request.optional('originalUetr', 'TxInf/OrgnlUETR', text),
  request.optional('instructingAgent', ['TxInf/InstgAgt', 'GrpHdr/InstgAgt'], agent),
  request.optional('instructedAgent', ['TxInf/InstdAgt', 'GrpHdr/InstdAgt'], agent),
];
