import type { RandomBytes } from '@tonle/contracts';
import type { Clock } from '@tonle/platform';
import type { Pause } from '../kit/faulty.js';
import { BookKeeper } from './book-keeper.js';
import { ParticipantClient } from './participant-client.js';
import { PROVIDERS, RateWalk, type MarketRates, type ProviderStyle } from './rate-walk.js';

const RETRY_MS = 250;
const RETRY_MS_MAX = 1000;
const PATH = '/v1/fx/rates';

export interface PushResult {
  readonly provider: string;
  readonly ok: boolean;
  readonly status?: number;
  readonly detail?: string;
}

export interface FxSettings {
  readonly gatewayUrl: string;
  readonly keysDir: string;
  readonly everyMs: number;
  readonly seed: number;
  readonly market?: MarketRates;
}

/** The three FX providers: participants of the public API, like any other. */
export class FxProviders {
  private readonly walk: RateWalk;
  private readonly members;
  private closed = false;

  constructor(
    private readonly settings: FxSettings,
    clock: Clock,
    randomBytes: RandomBytes,
    private readonly pause: Pause,
  ) {
    this.walk = new RateWalk(settings.seed, settings.market);
    this.members = PROVIDERS.map((style) => {
      const client = new ParticipantClient(style.provider, settings, clock, randomBytes);
      return { style, client, books: new BookKeeper(style.provider, client) };
    });
  }

  /** Pushes at once and then at every interval; while the gateway does not answer, more often. */
  start(): void {
    if (this.settings.everyMs > 0) void this.loop();
  }

  close(): void {
    this.closed = true;
  }

  /** Moves the market one step and pushes the rates of all providers. */
  push(): Promise<PushResult[]> {
    this.walk.step();
    return Promise.all(this.members.map(({ style, client }) => this.pushOne(style, client)));
  }

  /** The books of all providers, as they keep them by what they are told. */
  books(): Promise<object[]> {
    return Promise.all(this.members.map(({ books }) => books.shown()));
  }

  private async loop(): Promise<void> {
    let retryMs = RETRY_MS;
    while (!this.closed) {
      const results = await this.push();
      const failed = results.some((result) => !result.ok);
      await this.pause(failed ? Math.min(retryMs, this.settings.everyMs) : this.settings.everyMs);
      retryMs = failed ? Math.min(retryMs * 1.5, RETRY_MS_MAX) : RETRY_MS;
    }
  }

  private async pushOne(style: ProviderStyle, client: ParticipantClient): Promise<PushResult> {
    const { provider } = style;
    try {
      const { status, text } = await client.send('POST', PATH, { rates: this.walk.rates(style) });
      const ok = status < 300;
      return { provider, ok, status, ...(ok ? {} : { detail: text.slice(0, 500) }) };
    } catch (error) {
      return { provider, ok: false, detail: error instanceof Error ? error.message : String(error) };
    }
  }
}
