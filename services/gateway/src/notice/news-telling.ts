import { ServiceUnavailable } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { NoticeBell } from './notice-bell.js';
import type { Notice } from './notice.js';
import { insertNotices } from './notice.store.js';

/** Rounds of one run: what is left then is told by the next. */
const ROUNDS_MAX = 20;

/** Where notices are kept, and who is woken by them. */
export interface NewsTelling {
  readonly database: Database;
  readonly bell: Pick<NoticeBell, 'ring'>;
  readonly clock: Clock;
}

/** What a service has that nobody was told of. */
export interface NewsSource<Item, Told> {
  /** Notes what was told, and answers with what was not. */
  ask(told: readonly Told[]): Promise<readonly Item[]>;
  toldOf(item: Item): Told;
  noticesOf(item: Item): readonly Notice[];
}

/**
 * Tells what a service has to tell. It is asked for what nobody was told of, and told which of it was once that is committed: whoever stops
 * in between tells the same again, which is known by its id. A service that is away is asked again in a moment.
 */
export async function tellNews<Item, Told>(
  { database, bell, clock }: NewsTelling,
  source: NewsSource<Item, Told>,
): Promise<void> {
  try {
    let told: Told[] = [];
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const items = await source.ask(told);
      if (items.length === 0) return;
      const notices = items.flatMap((item) => source.noticesOf(item));
      const at = new Date(clock.now());
      if (notices.length > 0)
        bell.ring(await database.transaction((transaction) => insertNotices(transaction, notices, at)));
      told = items.map((item) => source.toldOf(item));
    }
  } catch (error) {
    if (!(error instanceof ServiceUnavailable)) throw error;
  }
}
