import { refused, type Refusal } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import { notOurCursor } from '../http/filter.decide.js';
import type { EventsQuery, PublicEvents } from './event.schema.js';
import { showEvent } from './event.view.js';
import type { NoticeBell } from './notice-bell.js';
import { feedEndsOf, forgetNotices, noticesBetween } from './notice.store.js';

const KEPT_MS = 30 * 86_400_000;
const FORGOTTEN_AT_ONCE = 5_000;
/** A page looks through so many positions: of rare types one may be empty, and says from where to ask on. */
const LOOKED_THROUGH_MAX = 20_000n;

type Page = ({ readonly kind: 'page' } & PublicEvents) | Refusal;

/** What a participant was told, by cursor: the order is that in which notices became visible, so nobody misses any. */
export class EventFeedService {
  constructor(
    private readonly database: Database,
    private readonly bell: NoticeBell,
    private readonly clock: Clock,
  ) {}

  /** Waits up to `waitMs` for the first event. Refuses a cursor that is not ours, and one that is too old. */
  async read(participant: string, asked: EventsQuery, waitMs: number): Promise<Page> {
    const until = performance.now() + waitMs;
    let page = await this.page(participant, asked);
    while (page.kind === 'page' && page.events.length === 0) {
      const leftMs = until - performance.now();
      if (!page.more) {
        if (leftMs <= 0 || !(await this.bell.wait(participant, BigInt(page.next), leftMs))) break;
      } else if (waitMs === 0) break;
      page = await this.page(participant, { ...asked, after: page.next });
    }
    return page;
  }

  /** Ends what has been kept long enough. */
  async forget(): Promise<void> {
    const before = new Date(this.clock.now() - KEPT_MS);
    while ((await forgetNotices(this.database, before, FORGOTTEN_AT_ONCE)) === FORGOTTEN_AT_ONCE);
  }

  private async page(participant: string, { after, types, limit }: EventsQuery): Promise<Page> {
    const [ends] = await feedEndsOf(this.database, [participant]);
    const { last, forgotten } = ends ?? { last: 0n, forgotten: 0n };
    const from = after === undefined ? forgotten : BigInt(after);
    if (from > last) return notOurCursor('/after');
    if (from < forgotten)
      return refused('events_forgotten', `Kept are those that follow ${forgotten.toString()}.`);
    const upTo = last - from > LOOKED_THROUGH_MAX ? from + LOOKED_THROUGH_MAX : last;
    const found = await noticesBetween(this.database, participant, { after: from, upTo }, types, limit);
    const next = found.length === limit ? found.at(-1)!.position : upTo;
    return { kind: 'page', events: found.map(showEvent), next: next.toString(), more: next < last };
  }
}
