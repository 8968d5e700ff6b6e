import { keepDeadLetters } from './dead-letter.store.js';
import type { LaneHost } from './lane.js';
import type { OutboxSource } from './outbox.js';
import { outboxTable, type LaneRow } from './outbox.store.js';
import { deadLetterCounter } from './topic-types.js';
import { allTopics, Unsendable, type OutboundRecord } from './transport.js';

const RECOVERY_PAGE = 500;
export const AWAY_PAUSE_MS = 200;

/**
 * Publishes what a lane has committed, and again until the transport has taken it. What no transport will ever take is
 * set aside among the dead letters, with an alarm, so that the lane goes on.
 */
export class LanePublisher {
  private readonly source: OutboxSource;
  private readonly dead;

  constructor(
    private readonly host: LaneHost,
    source: OutboxSource | undefined,
    private readonly stopped: () => boolean,
  ) {
    this.dead = host.telemetry && deadLetterCounter(host.telemetry, allTopics());
    this.source = source === undefined ? outboxTable : joined(outboxTable, source);
  }

  /** True when nothing of it is left to be published; false when the lane stopped: the next lease publishes it. */
  async publish(lane: string, records: readonly OutboundRecord[]): Promise<boolean> {
    for (;;) {
      try {
        await this.host.transport.publish(records).catch((error: unknown) => this.setAside(lane, error));
        return true;
      } catch (error) {
        if (this.stopped()) return false;
        this.host.telemetry?.log.error({ err: error, lane }, 'committed records could not be published yet');
        await new Promise((done) => setTimeout(done, AWAY_PAUSE_MS));
      }
    }
  }

  /** Publishes, page by page, what a lane has committed after its cursor. */
  async publishRest(lane: LaneRow, upTo: bigint): Promise<boolean> {
    let after = lane.publishedUpTo;
    while (after < upTo) {
      if (this.stopped()) return false;
      try {
        const page = await this.source.unpublished(this.host.database, lane.id, after, RECOVERY_PAGE);
        const due = page.filter((entry) => entry.sequence <= upTo);
        const last = due.at(-1);
        if (last === undefined) return true;
        this.host.telemetry?.log.info(
          { lane: lane.id, count: due.length },
          'publishing what an earlier process left',
        );
        const published = await this.publish(
          lane.id,
          due.map((entry) => entry.record),
        );
        if (!published) return false;
        after = last.sequence;
      } catch (error) {
        this.host.telemetry?.log.error({ err: error, lane: lane.id }, 'the outbox could not be read yet');
        await new Promise((done) => setTimeout(done, AWAY_PAUSE_MS));
      }
    }
    return true;
  }

  /** Rethrows what may pass. */
  private async setAside(lane: string, error: unknown): Promise<void> {
    if (!(error instanceof Unsendable)) throw error;
    const { database, telemetry } = this.host;
    const letters = error.refused.map(({ record, cause }) => ({
      record: { ...record, position: `outbox/${lane}`, headers: {} },
      group: 'outbox',
      cause,
      attempts: 1,
    }));
    await keepDeadLetters(database, letters);
    for (const { record, cause } of letters) {
      const { topic, type, messageId, key } = record;
      telemetry?.log.error(
        { lane, topic, type, messageId, key, cause },
        'record cannot be sent; it is set aside',
      );
      this.dead?.inc({ topic, type });
    }
  }
}

/** What a lane has committed in two places, in the order of its sequences. */
function joined(first: OutboxSource, second: OutboxSource): OutboxSource {
  return {
    async unpublished(database, lane, after, limit) {
      const found = [
        ...(await first.unpublished(database, lane, after, limit)),
        ...(await second.unpublished(database, lane, after, limit)),
      ];
      return found.sort((a, b) => (a.sequence < b.sequence ? -1 : 1)).slice(0, limit);
    },
  };
}
