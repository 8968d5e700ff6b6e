import { TERMINAL_STATES, type PaymentEventMessage } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import { IsoDialect, requestsById, type OwnNames, type StoredRequest } from '@tonle/door';
import { writeIso, type Agent, type Status } from '@tonle/iso20022';
import type { Queryable } from '@tonle/persistence';
import { participantUsage } from '../iso20022/iso-usage.js';
import type { NoticeType } from '../notice/notice.js';
import type { StoredNotice } from '../notice/notice.store.js';
import { TEST_TYPE } from './webhook-endpoint.js';
import type { WebhookFormat } from './webhook-format.js';

/** What a sender would be answered by its pacs.008, had it waited. */
const ENDS: ReadonlySet<NoticeType> = new Set([
  'payment.completed',
  'payment.failed',
  'payment.blocked',
  'payment.refunded',
]);

/**
 * pacs.002 call-backs: the end of each payment that the participant sent, in the version that answers its message. Made of what is
 * stored alone, with the notice's id and time: each attempt has the same bytes.
 */
export function statusFormat(
  database: Queryable,
  directory: Pick<Directory, 'participant'>,
  self: Agent & OwnNames,
): WebhookFormat {
  const usage = participantUsage(self);
  const dialect = new IsoDialect(usage, 'pacs.008');
  const { contentType } = usage;
  const told = (request: EndedRequest, notice: StoredNotice): string => {
    const bic = directory.participant(request.sender)?.bic;
    const taken = { kind: 'taken', request, news: undefined, repeated: true } as const;
    return dialect.tell(taken, bic === undefined ? undefined : { bic }, stampOf(notice)).text;
  };
  return {
    async bodies(notices) {
      const ends = notices.filter(({ type }) => ENDS.has(type));
      const requests = await requestsById<PaymentEventMessage>(
        database,
        ends.flatMap(({ paymentId }) => paymentId ?? []),
      );
      const byPayment = new Map(requests.map((request) => [request.paymentId, request]));
      const textOf = (notice: StoredNotice): string | undefined => {
        if (notice.type === TEST_TYPE) return testOf(notice);
        // What came in for its customers is not here: nobody instructed it by a message.
        const request = ENDS.has(notice.type) ? byPayment.get(notice.paymentId ?? '') : undefined;
        return request === undefined || !isEnded(request) ? undefined : told(request, notice);
      };
      return new Map(
        notices.flatMap((notice) => {
          const text = textOf(notice);
          return text === undefined ? [] : [[notice.noticeId, { contentType, text }] as const];
        }),
      );
    },
  };
}

type EndedRequest = StoredRequest<PaymentEventMessage>;

const isEnded = ({ news }: EndedRequest): boolean => news !== null && TERMINAL_STATES.has(news.state);

const stampOf = ({ noticeId, at }: StoredNotice) => ({
  messageId: noticeId.replaceAll('-', ''),
  nowMs: at.getTime(),
});

/** A status of no payment: it has none, and says so. */
function testOf(notice: StoredNotice): string {
  const { messageId } = stampOf(notice);
  const message: Status = {
    kind: 'status',
    messageId,
    createdAt: notice.at.toISOString(),
    originalMessageId: 'NOTPROVIDED',
    originalMessageName: 'pacs.008',
    reason: 'NARR',
    reasonText: [TEST_TYPE, 'This tells of no payment.'],
  };
  return writeIso(message, 'pacs.002.001.10', undefined, {});
}
