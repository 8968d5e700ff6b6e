import type { OutboundRecord } from '@tonle/messaging';
import type { Transfer } from '../reservation/transfer.store.js';
import type { Hold, HoldEnd } from '../screening/hold.store.js';
import type { CountedWindow } from '../window/window.js';
import type { NewBreak } from './break.store.js';

/** What one commit writes besides payments, accounts and day counters, gathered while its batch is decided. */
export class BatchWrites {
  readonly transfers: Transfer[] = [];
  readonly breaks: NewBreak[] = [];
  readonly holds: Hold[] = [];
  readonly holdEnds: HoldEnd[] = [];
  readonly records: OutboundRecord[] = [];
  private readonly windows = new Map<string, CountedWindow & { completed: number }>();

  /** One more completion in a window. */
  complete(counted: CountedWindow): void {
    const known = this.windows.get(counted.window.windowId);
    if (known === undefined) this.windows.set(counted.window.windowId, { ...counted, completed: 1 });
    else known.completed += 1;
  }

  /** Completions of the batch, by window. */
  windowCounts(): readonly (CountedWindow & { readonly completed: number })[] {
    return [...this.windows.values()];
  }
}
