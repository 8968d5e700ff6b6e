import { recallCalls, type RecallView } from '@tonle/contracts';
import { ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import { showAmount } from '../http/public-amount.js';
import type { NoticeBell } from '../notice/notice-bell.js';
import { noticeIdOf, type Notice, type NoticeType } from '../notice/notice.js';
import { insertNotices } from '../notice/notice.store.js';

/** Rounds of one run: what is left then is told by the next. */
const ROUNDS_MAX = 20;

/**
 * Tells banks of recalls that wait for them, and of the ends of recalls. Routing is asked for those that nobody was told of, and told which
 * were once that is committed: whoever stops in between tells the same again, which is known by its id.
 */
export class RecallNoticeJob {
  constructor(
    private readonly database: Database,
    private readonly calls: Pick<ServiceCalls, 'call'>,
    private readonly bell: Pick<NoticeBell, 'ring'>,
    private readonly clock: Clock,
  ) {}

  readonly run = async (): Promise<void> => {
    try {
      let told: { recallId: string; state: RecallView['state'] }[] = [];
      for (let round = 0; round < ROUNDS_MAX; round += 1) {
        const { recalls } = await this.calls.call(recallCalls.news, { told });
        if (recalls.length === 0) return;
        await this.tell(recalls.flatMap(noticesOfRecall));
        told = recalls.map(({ recallId, state }) => ({ recallId, state }));
      }
    } catch (error) {
      // It is asked again in a moment.
      if (!(error instanceof ServiceUnavailable)) throw error;
    }
  };

  private async tell(notices: readonly Notice[]): Promise<void> {
    if (notices.length === 0) return;
    const at = new Date(this.clock.now());
    this.bell.ring(await this.database.transaction((transaction) => insertNotices(transaction, notices, at)));
  }
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
