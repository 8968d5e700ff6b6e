import { showEvent } from '../notice/event.view.js';
import type { StoredNotice } from '../notice/notice.store.js';

export interface WebhookBody {
  readonly contentType: string;
  readonly text: string;
}

/** What endpoints of one format are sent. */
export interface WebhookFormat {
  /** By the id of the notice. One that is not there has nothing to send, and is done. */
  bodies(notices: readonly StoredNotice[]): Promise<ReadonlyMap<string, WebhookBody>>;
}

/** The event as it is in the feed. */
export const eventFormat: WebhookFormat = {
  bodies: (notices) =>
    Promise.resolve(
      new Map(
        notices.map((notice) => {
          const text = JSON.stringify(showEvent(notice));
          return [notice.noticeId, { contentType: 'application/cloudevents+json', text }];
        }),
      ),
    ),
};
