import type { Platform } from '@tonle/platform';
import { noticeIdOf, type Notice } from '../notice/notice.js';
import { insertNotices } from '../notice/notice.store.js';
import { healthAfter } from './delivery.decide.js';
import {
  dueDeliveries,
  endRound,
  freshDeliveries,
  leaseEndpoints,
  moveFollowers,
  writeDeliveries,
  type DueDelivery,
  type LeasedEndpoint,
} from './delivery.store.js';
import { DISABLED_TYPE, TEST_TYPE, type WebhookEndpoint } from './webhook-endpoint.js';
import type { WebhookFormats } from './webhook-formats.js';
import type { WebhookKeys } from './webhook-keys.js';
import type { WebhookMetrics } from './webhook-metrics.js';
import { WebhookRound } from './webhook-round.js';
import type { WebhookSender } from './webhook-sender.js';

/** Endpoints that are sent to at once. */
const ENDPOINTS_MAX = 64;
/** A round's retries, and what is new in it. */
const ROUND_MAX = 100;
/** What comes after failures alone is a try. */
const TRY_MAX = 1;
/** After a longer round others have their turn. */
const QUICK_MS_MAX = 2_000;
const ENDED_MS_MAX = 3_000;

export interface CourierParts {
  readonly platform: Pick<Platform, 'database' | 'clock' | 'random' | 'telemetry'>;
  readonly sender: WebhookSender;
  readonly keys: WebhookKeys;
  readonly formats: WebhookFormats;
  readonly metrics: WebhookMetrics;
}

class LeaseLost extends Error {}

/**
 * Sends webhooks: takes endpoints with something to send, and to each sends round by round until nothing is left or it fails. A slow
 * endpoint delays itself alone. A process that dies leaves leases that end, and whose endpoints others go on with; what it sent and could
 * not write down is sent again, under the same id.
 */
export class WebhookCourier {
  private readonly working = new Map<string, Promise<void>>();
  private closing = false;

  constructor(private readonly parts: CourierParts) {}

  /** Begins with endpoints that are free; does not wait for them. */
  async run(): Promise<void> {
    const { database, clock, telemetry } = this.parts.platform;
    const free = ENDPOINTS_MAX - this.working.size;
    if (free <= 0 || this.closing) return;
    for (const endpoint of await leaseEndpoints(database, new Date(clock.now()), free)) {
      const work = this.serve(endpoint)
        .catch((error: unknown) => {
          // Its lease ends, and somebody goes on.
          telemetry.log.warn({ err: error, endpoint: endpoint.endpointId }, 'webhooks could not be sent');
        })
        .finally(() => this.working.delete(endpoint.endpointId));
      this.working.set(endpoint.endpointId, work);
    }
  }

  /** Begins nothing more; what is on its way has a moment to be answered, and is then sent by others. */
  async close(): Promise<void> {
    this.closing = true;
    const timer = setTimeout(() => this.parts.sender.stop(), ENDED_MS_MAX);
    await this.settled();
    clearTimeout(timer);
    await this.parts.sender.close();
  }

  /** When the work in hand is done. */
  async settled(): Promise<void> {
    await Promise.all(this.working.values());
  }

  private async serve(leased: LeasedEndpoint): Promise<void> {
    for (let endpoint: LeasedEndpoint | undefined = leased; endpoint !== undefined;)
      endpoint = await this.round(endpoint);
  }

  /** Resolves to the endpoint as it is then, when there is more to be sent at once. */
  private async round(endpoint: LeasedEndpoint): Promise<LeasedEndpoint | undefined> {
    const { platform, keys, formats, sender, metrics } = this.parts;
    const { database, clock } = platform;
    const limit = endpoint.failures > 0 ? TRY_MAX : ROUND_MAX;
    const [due, { fresh, upTo }] = await Promise.all([
      dueDeliveries(database, endpoint, new Date(clock.now()), limit),
      freshDeliveries(database, endpoint, TEST_TYPE, limit),
    ]);
    const wanted = fresh.filter((delivery) => isFor(endpoint, delivery));
    const deliveries = [...due, ...wanted];
    const round = new WebhookRound(
      { sender, ...platform },
      {
        url: endpoint.url,
        keys: keys.of(endpoint, clock.now()),
        deliveries,
        bodies: await formats[endpoint.format].bodies(deliveries),
      },
    );
    await round.run();
    metrics.sent(round.writes);
    const isFull = due.length === limit || fresh.length === limit;
    const end = {
      position: upTo,
      retried: due.length > 0,
      hasMore: isFull && round.refused === 0 && round.lastedMs < QUICK_MS_MAX,
    };
    return this.end(endpoint, round, end);
  }

  private async end(
    endpoint: LeasedEndpoint,
    round: WebhookRound,
    { position, retried, hasMore }: { position: bigint; retried: boolean; hasMore: boolean },
  ): Promise<LeasedEndpoint | undefined> {
    const { database, clock, telemetry } = this.parts.platform;
    const now = new Date(clock.now());
    const before = {
      failures: endpoint.failures,
      failingSinceMs: endpoint.failingSince?.getTime() ?? null,
      restUntilMs: null,
    };
    const { isDead, ...health } = healthAfter(before, round, now.getTime());
    const disabledBecause = round.gone ? 'gone' : isDead ? 'failing' : null;
    const keep = hasMore && disabledBecause === null && !this.closing;
    const takenAt = round.taken > 0 ? now : null;
    try {
      await database.transaction(async (transaction) => {
        await writeDeliveries(transaction, endpoint.endpointId, round.writes);
        if (retried) await moveFollowers(transaction, endpoint.endpointId, round.writes, now);
        const end = { position, health, takenAt, disabledBecause, now, keep } as const;
        if (!(await endRound(transaction, endpoint, end))) throw new LeaseLost();
        if (disabledBecause !== null)
          await insertNotices(transaction, [disabledNotice(endpoint, disabledBecause, now)], now);
      });
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
      return undefined;
    }
    if (disabledBecause !== null) {
      this.parts.metrics.disabled(disabledBecause);
      const { endpointId, participant } = endpoint;
      telemetry.log.error(
        { endpoint: endpointId, participant, because: disabledBecause },
        'a webhook endpoint was disabled',
      );
    }
    const failingSince = health.failingSinceMs === null ? null : new Date(health.failingSinceMs);
    return keep ? { ...endpoint, position, failures: health.failures, failingSince } : undefined;
  }
}

/** A test is for the endpoint that it names. */
function isFor({ endpointId }: WebhookEndpoint, { type, data }: DueDelivery): boolean {
  return type !== TEST_TYPE || data['endpointId'] === endpointId;
}

function disabledNotice(
  { endpointId, participant, url, failingSince }: WebhookEndpoint,
  because: 'gone' | 'failing',
  now: Date,
): Notice {
  const at = now.toISOString();
  return {
    noticeId: noticeIdOf(participant, endpointId, DISABLED_TYPE, at),
    participant,
    type: DISABLED_TYPE,
    data: {
      endpointId,
      url,
      because,
      ...(failingSince === null ? {} : { failingSince: failingSince.toISOString() }),
    },
    at,
  };
}
