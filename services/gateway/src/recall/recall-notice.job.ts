import { recallCalls, type RecallView } from '@tonle/contracts';
import type { ServiceCalls } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import { showAmount } from '../http/public-amount.js';
import { tellNews } from '../notice/news-telling.js';
import type { NoticeBell } from '../notice/notice-bell.js';
import { noticeIdOf, type Notice, type NoticeType } from '../notice/notice.js';

/** Tells banks of recalls that wait for them, and of the ends of recalls. */
export class RecallNoticeJob {
  constructor(
    private readonly database: Database,
    private readonly calls: Pick<ServiceCalls, 'call'>,
    private readonly bell: Pick<NoticeBell, 'ring'>,
    private readonly clock: Clock,
  ) {}

  readonly run = (): Promise<void> =>
    tellNews(
      { database: this.database, bell: this.bell, clock: this.clock },
      {
        ask: async (told: { recallId: string; state: RecallView['state'] }[]) =>
          (await this.calls.call(recallCalls.news, { told })).recalls,
        toldOf: ({ recallId, state }) => ({ recallId, state }),
        noticesOf: noticesOfRecall,
      },
    );
}

/** What the bank here is told of a recall as it stands: the other side is a network, and has messages of its own. Pure. */
function noticesOfRecall(recall: RecallView): Notice[] {
  const { recallId, state, direction, asker, answerer, receivedAt, endedAt } = recall;
  const [bank, isAsked] = direction === 'inbound' ? [answerer, true] : [asker, false];
  if (endedAt !== undefined)
    return [
      noticeOf(recall, bank, 'recall.answered', { at: endedAt, id: noticeIdOf(bank, recallId, 'end') }),
    ];
  const id = noticeIdOf(bank, recallId, 'requested');
  return isAsked && state === 'RECEIVED'
    ? [noticeOf(recall, bank, 'recall.requested', { at: receivedAt, id })]
    : [];
}

function noticeOf(
  recall: RecallView,
  participant: string,
  type: NoticeType,
  { at, id: noticeId }: { readonly at: string; readonly id: string },
): Notice {
  const { recallId, paymentId, uetr, corridor, direction, asker, answerer, reason, isoReason } = recall;
  const { deadline, moneyDue, answer } = recall;
  const data = {
    ...{ recallId, paymentId, uetr, corridor, direction, asker, answerer, reason, isoReason, deadline },
    state: recall.state.toLowerCase(),
    amount: showAmount(recall.amount),
    ...(answer?.refusal === undefined ? {} : { refusedBecause: answer.refusal }),
    ...(moneyDue === undefined ? {} : { moneyDue }),
  };
  return { noticeId, participant, type, data, at };
}
