import type { SystemEvent, SystemEventReply } from '../model.js';
import { fieldsOf, type Field } from './shape.js';
import { list, text } from './values.js';

const event = fieldsOf<SystemEvent>();
const reply = fieldsOf<SystemEventReply>();

/** admi.004: something happened in a system. */
export const SYSTEM_EVENT_FIELDS: readonly Field<SystemEvent>[] = [
  event.required('event', 'EvtInf/EvtCd', text),
  event.optional('parameters', 'EvtInf/EvtParam', list(text)),
  event.optional('description', 'EvtInf/EvtDesc', text),
  event.optional('at', 'EvtInf/EvtTm', text),
];

/** admi.011: the event was taken note of. */
export const SYSTEM_EVENT_REPLY_FIELDS: readonly Field<SystemEventReply>[] = [
  reply.required('messageId', 'MsgId', text),
  reply.optional('originatorReference', 'OrgtrRef', text),
  reply.optional('session', 'SttlmSsnIdr', text),
  reply.optional('event', 'AckDtls/EvtCd', text),
  reply.optional('parameters', 'AckDtls/EvtParam', list(text)),
  reply.optional('description', 'AckDtls/EvtDesc', text),
  reply.optional('at', 'AckDtls/EvtTm', text),
];
