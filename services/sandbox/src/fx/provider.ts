import { loadPrivateKey, sandboxKeyId, signRequest } from '@tonle/security';
import { request } from 'undici';
import type { RandomBytes } from '@tonle/contracts';
import type { Clock } from '@tonle/platform';
import type { Pause } from '../kit/faulty.js';
import { PROVIDERS, RateWalk, type MarketRates, type ProviderStyle } from './rate-walk.js';

const RETRY_MS = 250;
const RETRY_MS_MAX = 1000;
const ANSWER_MS = 5000;
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
  private readonly signers;
  private closed = false;

  constructor(
    private readonly settings: FxSettings,
    private readonly clock: Clock,
    private readonly randomBytes: RandomBytes,
    private readonly pause: Pause,
  ) {
    this.walk = new RateWalk(settings.seed, settings.market);
    this.signers = PROVIDERS.map((style) => ({
      style,
      key: loadPrivateKey(`${settings.keysDir}/${style.provider}.key.pem`),
    }));
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
    return Promise.all(this.signers.map(({ style, key }) => this.pushOne(style, key)));
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

  private async pushOne(
    style: ProviderStyle,
    privateKey: ReturnType<typeof loadPrivateKey>,
  ): Promise<PushResult> {
    const url = `${this.settings.gatewayUrl}${PATH}`;
    const body = JSON.stringify({ rates: this.walk.rates(style) });
    const headers = { 'content-type': 'application/json' };
    const signature = signRequest({
      method: 'POST',
      url,
      headers,
      body,
      keyId: sandboxKeyId(style.provider),
      privateKey,
      created: Math.floor(this.clock.now() / 1000),
      nonce: Buffer.from(this.randomBytes(12)).toString('base64url'),
    });
    const { provider } = style;
    try {
      const answer = await request(url, {
        method: 'POST',
        headers: { ...headers, ...signature },
        body,
        headersTimeout: ANSWER_MS,
        bodyTimeout: ANSWER_MS,
      });
      const text = await answer.body.text();
      const ok = answer.statusCode < 300;
      return { provider, ok, status: answer.statusCode, ...(ok ? {} : { detail: text.slice(0, 500) }) };
    } catch (error) {
      return { provider, ok: false, detail: error instanceof Error ? error.message : String(error) };
    }
  }
}
