import { routingCalls, type PaymentEventMessage, type RoutingWindow } from '@tonle/contracts';
import type { z } from 'zod';
import type { Telemetry } from '@tonle/telemetry';
import { byHalves } from './by-halves.js';
import type { ServiceCalls } from './calls.js';

const PAGE = 500;
/** Windows whose cut-off is longer ago are looked at no more. */
const LOOK_BACK_MS = 31 * 86_400_000;
/** A window that lacks payments even after all were taken in is a fault that people have to look at. */
const AGAIN_MS = 15 * 60_000;

/** What a consumer of payment events has of the payments that completed. */
export interface PaymentTaker {
  /** How many payments it has of each of these windows; absent is none. */
  counts(windowIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Takes in events, also those that it knows: one transaction. */
  take(events: readonly PaymentEventMessage[]): Promise<unknown>;
  /** All payments of the window, so many, have been taken in. */
  taken?(windowId: string, count: number): Promise<unknown>;
}

type RoutingCounts = z.infer<typeof routingCalls.windows.response>;

interface Host {
  readonly calls: ServiceCalls;
  readonly clock: { now(): number };
  readonly telemetry: Telemetry;
}

/**
 * What the broker or a dead letter kept from a consumer: routing says how many payments completed into each window, and who
 * has fewer pages through them. What routing had counted a round ago and is not here now is missing; at the start,
 * what is not here now.
 */
export class MissedPayments {
  private said: ReadonlyMap<string, number> | undefined;
  private readonly restUntil = new Map<string, number>();
  private readonly incomplete;

  constructor(
    private readonly host: Host,
    private readonly taker: PaymentTaker,
  ) {
    this.incomplete = host.telemetry.gauge(
      'tonle_windows_incomplete',
      'Windows of which payments are missing though routing was asked for them',
    );
  }

  /** One round; returns what routing counts. Throws ServiceUnavailable. */
  async run(): Promise<RoutingCounts> {
    const { calls, clock } = this.host;
    const since = new Date(clock.now() - LOOK_BACK_MS).toISOString();
    const counts = await calls.call(routingCalls.windows, { since });
    const now = new Map(counts.windows.map(({ windowId, lanes }) => [windowId, completedIn(lanes)]));
    const before = this.said ?? now;
    this.said = now;
    for (const windowId of await this.lacking([...now.keys()], before))
      // One payment that is missing in its first window is missing in its second no more.
      if ((await this.lacking([windowId], before)).length > 0)
        await this.takeIn(windowId, before.get(windowId)!);
    this.incomplete.set(await this.missingStill(before));
    return counts;
  }

  private async missingStill(said: ReadonlyMap<string, number>): Promise<number> {
    const asked = [...this.restUntil.keys()];
    if (asked.length === 0) return 0;
    const counts = await this.taker.counts(asked);
    return asked.filter((id) => (counts.get(id) ?? 0) < (said.get(id) ?? 0)).length;
  }

  private async lacking(
    windowIds: readonly string[],
    said: ReadonlyMap<string, number>,
  ): Promise<readonly string[]> {
    const asked = windowIds.filter((id) => (this.restUntil.get(id) ?? 0) <= this.host.clock.now());
    if (asked.length === 0) return [];
    const counts = await this.taker.counts(asked);
    return asked.filter((id) => (counts.get(id) ?? 0) < (said.get(id) ?? 0));
  }

  private async takeIn(windowId: string, said: number): Promise<void> {
    const { telemetry, clock } = this.host;
    telemetry.log.warn({ windowId }, 'payments of a window have not arrived; routing is asked for them');
    let read = 0;
    let broken = 0;
    for await (const events of this.pages(windowId)) {
      read += events.length;
      await byHalves(
        events,
        (part) => this.taker.take(part),
        ({ paymentId }, cause) => {
          broken += 1;
          telemetry.log.error({ err: cause, paymentId, windowId }, 'a payment cannot be taken in');
        },
      );
    }
    if (broken === 0) await this.taker.taken?.(windowId, read);
    const counts = await this.taker.counts([windowId]);
    if ((counts.get(windowId) ?? 0) >= said) return;
    telemetry.log.error({ windowId, said, read, broken }, 'payments of a window are missing still');
    this.restUntil.set(windowId, clock.now() + AGAIN_MS);
  }

  private async *pages(windowId: string): AsyncGenerator<readonly PaymentEventMessage[]> {
    let after: string | undefined;
    for (;;) {
      const asked = { windowId, pageMax: PAGE, ...(after === undefined ? {} : { after }) };
      const { events } = await this.host.calls.call(routingCalls.completed, asked);
      if (events.length > 0) yield events;
      after = events.at(-1)?.paymentId;
      if (events.length < PAGE) return;
    }
  }
}

function completedIn(lanes: RoutingWindow['lanes']): number {
  return lanes.reduce((sum, { completed }) => sum + completed, 0);
}
