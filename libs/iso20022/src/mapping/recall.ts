import type { Recall, RecallReply } from '../model-interbank.js';
import { originalFields } from './original.js';
import { assigner } from './parties.js';
import { constant, fieldsOf, present, single, type Field } from './shape.js';
import { codeOrText, list, money, text } from './values.js';

const recall = fieldsOf<Recall>();
const reply = fieldsOf<RecallReply>();

const ASKED = 'Undrlyg/TxInf';

/** camt.056: asks for an earlier payment to be cancelled, or its money back. */
export const RECALL_FIELDS: readonly Field<Recall>[] = [
  single('Undrlyg'),
  single(ASKED),
  present('Undrlyg'),
  constant('CtrlData/NbOfTxs', '1'),
  recall.required('messageId', 'Assgnmt/Id', text),
  recall.required('createdAt', 'Assgnmt/CreDtTm', text),
  recall.required('assigner', 'Assgnmt/Assgnr', assigner),
  recall.required('assignee', 'Assgnmt/Assgne', assigner),
  recall.optional('caseId', ['Case/Id', `${ASKED}/Case/Id`], text),
  recall.optional('caseCreator', ['Case/Cretr', `${ASKED}/Case/Cretr`], assigner),
  recall.optional('cancellationId', `${ASKED}/CxlId`, text),
  ...originalFields<Recall>(ASKED, 'Undrlyg/OrgnlGrpInfAndCxl'),
  recall.optional('originalSettlementAmount', `${ASKED}/OrgnlIntrBkSttlmAmt`, money),
  recall.optional('originalSettlementDate', `${ASKED}/OrgnlIntrBkSttlmDt`, text),
  recall.optional(
    'reason',
    [`${ASKED}/CxlRsnInf/Rsn`, 'Undrlyg/OrgnlGrpInfAndCxl/CxlRsnInf/Rsn'],
    codeOrText,
  ),
  recall.optional('reasonText', `${ASKED}/CxlRsnInf/AddtlInf`, list(text)),
];

const ANSWERED = 'CxlDtls/TxInfAndSts';

/** camt.029: the answer to a recall. */
export const RECALL_REPLY_FIELDS: readonly Field<RecallReply>[] = [
  single('CxlDtls'),
  single(ANSWERED),
  reply.required('messageId', 'Assgnmt/Id', text),
  reply.required('createdAt', 'Assgnmt/CreDtTm', text),
  reply.required('assigner', 'Assgnmt/Assgnr', assigner),
  reply.required('assignee', 'Assgnmt/Assgne', assigner),
  reply.optional('caseId', ['RslvdCase/Id', `${ANSWERED}/RslvdCase/Id`], text),
  reply.optional('caseCreator', ['RslvdCase/Cretr', `${ANSWERED}/RslvdCase/Cretr`], assigner),
  reply.required('outcome', 'Sts/Conf', text),
  reply.optional('cancellationStatusId', `${ANSWERED}/CxlStsId`, text),
  ...originalFields<RecallReply>(ANSWERED, 'CxlDtls/OrgnlGrpInfAndSts'),
  reply.optional('transactionStatus', `${ANSWERED}/TxCxlSts`, text),
  reply.optional('originalSettlementAmount', `${ANSWERED}/OrgnlIntrBkSttlmAmt`, money),
  reply.optional('originalSettlementDate', `${ANSWERED}/OrgnlIntrBkSttlmDt`, text),
  reply.optional('reason', `${ANSWERED}/CxlStsRsnInf/Rsn`, codeOrText),
  reply.optional('reasonText', `${ANSWERED}/CxlStsRsnInf/AddtlInf`, list(text)),
];
