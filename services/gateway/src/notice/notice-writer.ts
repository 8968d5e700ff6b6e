import type { PaymentEventMessage } from '@tonle/contracts';
import type { NewsWriter } from '@tonle/door';
import type { Clock } from '@tonle/platform';
import type { NoticeBell } from './notice-bell.js';
import { noticesOf } from './notice.decide.js';
import { insertNotices } from './notice.store.js';

/** Makes notices of all that the gateway hears of payments, in the transaction that takes it in. */
export function noticeWriter(bell: NoticeBell, clock: Clock): NewsWriter<PaymentEventMessage> {
  return async (transaction, news) => {
    const told = await insertNotices(transaction, news.flatMap(noticesOf), new Date(clock.now()));
    return () => bell.ring(told);
  };
}
