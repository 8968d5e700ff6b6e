import { MissedPayments } from '@tonle/messaging';
import type { Platform } from '@tonle/platform';
import type { ExposureHandler } from './exposure.handler.js';
import { raiseUsed, usedCounts } from './used-window.store.js';

/** Takes in completed payments whose events have not arrived: their quotes would count as open, or as unused. */
export class MissedUseJob {
  private readonly missed: MissedPayments;

  constructor(platform: Platform, exposure: ExposureHandler) {
    const { database } = platform;
    this.missed = new MissedPayments(platform, {
      counts: (windowIds) => usedCounts(database, windowIds),
      take: (events) => exposure.take(events),
      taken: (windowId, count) => raiseUsed(database, windowId, count),
    });
  }

  readonly run = (): Promise<unknown> => this.missed.run();
}
