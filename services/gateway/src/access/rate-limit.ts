import type { SharedState } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';

const WINDOW_MS = 1_000;
/** Every instance tells the others its count after so many requests: one shared call for many requests. */
const SHARE_EVERY = 50;

interface Window {
  readonly startedAt: number;
  own: number;
  told: number;
  /** What all instances together had when this one last asked. */
  total: number;
}

/**
 * Requests a second and participant, over all instances. Counts here and tells the shared state now and then, so the
 * limit is exact to a few dozen; without shared state each instance keeps the limit for itself.
 */
export class RateLimit {
  private readonly windows = new Map<string, Window>();

  constructor(
    private readonly shared: SharedState,
    private readonly clock: Clock,
    private readonly perSecond: number,
  ) {}

  /** Counts one request; false when the participant has had its share of this second. */
  allow(participantId: string): boolean {
    const startedAt = Math.floor(this.clock.now() / WINDOW_MS) * WINDOW_MS;
    let window = this.windows.get(participantId);
    if (window === undefined || window.startedAt !== startedAt) {
      window = { startedAt, own: 0, told: 0, total: 0 };
      this.windows.set(participantId, window);
    }
    window.own += 1;
    if (window.own - window.told >= SHARE_EVERY) this.share(participantId, window);
    return Math.max(window.own, window.total + window.own - window.told) <= this.perSecond;
  }

  private share(participantId: string, window: Window): void {
    const news = window.own - window.told;
    window.told = window.own;
    this.shared.increment(`rate:${participantId}:${window.startedAt}`, news, 2 * WINDOW_MS).then(
      (total) => {
        window.total = Math.max(window.total, total);
      },
      () => undefined,
    );
  }
}
