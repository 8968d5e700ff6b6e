import type { ProxyReply, ProxyRequest } from '../model-account.js';
import { account, agent, assigner, party } from './parties.js';
import { fieldsOf, present, single, type Field } from './shape.js';
import { codeOrText, text, truth } from './values.js';

const request = fieldsOf<ProxyRequest>();
const reply = fieldsOf<ProxyReply>();

const ASKED = 'Vrfctn/PtyAndAcctId';
const KNOWN = 'Rpt/UpdtdPtyAndAcctId';
const SAID = 'Rpt/OrgnlPtyAndAcctId';

/** acmt.023: asks who stands behind an account or proxy. */
export const PROXY_REQUEST_FIELDS: readonly Field<ProxyRequest>[] = [
  single('Vrfctn'),
  present(ASKED),
  request.required('messageId', 'Assgnmt/MsgId', text),
  request.required('createdAt', 'Assgnmt/CreDtTm', text),
  request.required('assigner', 'Assgnmt/Assgnr', assigner),
  request.required('assignee', 'Assgnmt/Assgne', assigner),
  request.required('verificationId', 'Vrfctn/Id', text),
  request.optional('party', `${ASKED}/Pty`, party),
  request.optional('account', `${ASKED}/Acct`, account),
  request.optional('agent', `${ASKED}/Agt`, agent),
];

/** acmt.024: the answer. What the account's side knows goes before what the asker said. */
export const PROXY_REPLY_FIELDS: readonly Field<ProxyReply>[] = [
  single('Rpt'),
  reply.required('messageId', 'Assgnmt/MsgId', text),
  reply.required('createdAt', 'Assgnmt/CreDtTm', text),
  reply.required('originalMessageId', 'OrgnlAssgnmt/MsgId', text),
  reply.required('originalVerificationId', 'Rpt/OrgnlId', text),
  reply.required('assigner', 'Assgnmt/Assgnr', assigner),
  reply.required('assignee', 'Assgnmt/Assgne', assigner),
  reply.required('verified', 'Rpt/Vrfctn', truth),
  reply.optional('reason', 'Rpt/Rsn', codeOrText),
  reply.optional('party', [`${KNOWN}/Pty`, `${SAID}/Pty`], party),
  reply.optional('account', [`${KNOWN}/Acct`, `${SAID}/Acct`], account),
  reply.optional('agent', [`${KNOWN}/Agt`, `${SAID}/Agt`], agent),
];
