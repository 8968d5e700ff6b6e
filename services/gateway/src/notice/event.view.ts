import type { PublicEvent } from './event.schema.js';
import type { StoredNotice } from './notice.store.js';

/** A notice as CloudEvents has it. The same whenever it is shown: whoever got it once may compare. */
export function showEvent({ noticeId, type, paymentId, at, data }: StoredNotice): PublicEvent {
  return {
    specversion: '1.0',
    id: noticeId,
    source: '/v1/events',
    type,
    ...(paymentId === null ? {} : { subject: paymentId }),
    time: at.toISOString(),
    datacontenttype: 'application/json',
    data,
  };
}
