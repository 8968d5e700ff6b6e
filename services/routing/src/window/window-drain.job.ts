import { allByHalves, inboxTopic, type OutboundRecord, type OutboxLane } from '@tonle/messaging';
import type { WindowDrained } from '@tonle/contracts';
import type { Database, Queryable } from '@tonle/persistence';
import type { CurrentDirectory } from '../directory/current-directory.js';
import type { PaymentCommit } from '../payment/payment-commit.js';
import { openWindows } from './window.js';
import type { DrainedWindow, WindowStore } from './window.store.js';

/** A lane whose lease ran out this long ago is dead: it is fenced, and we say for it what it cannot. */
export const LANE_DEAD_MS = 60_000;

/** Says "drained" for every window that was cut off, with what the lane completed into it (decisions 15). */
export class WindowDrainJob {
  private prepared = '';

  constructor(
    private readonly commit: PaymentCommit,
    private readonly windows: WindowStore,
    private readonly directory: CurrentDirectory,
    private readonly database: Database,
  ) {}

  /** Rejects when a window cannot be drained, after the others were. */
  readonly run = async (): Promise<void> => {
    await this.prepare();
    const undrained = await this.windows.undrained(this.database, this.commit.completionMs());
    await allByHalves(
      undrained,
      (part) => this.drain(part),
      (windowId) => `window ${windowId} cannot be drained`,
    );
  };

  // A row for every open window from its first second on: one without payments has to be drained as well.
  private async prepare(): Promise<void> {
    const open = openWindows(this.directory.get(), this.commit.completionMs());
    const ids = open
      .map(({ window }) => window.windowId)
      .sort()
      .join(' ');
    if (ids === this.prepared) return;
    await this.windows.open(this.database, this.lane.id, open);
    this.prepared = ids;
  }

  get lane(): OutboxLane {
    return this.commit.lane;
  }

  private drain(windowIds: readonly string[]): Promise<void> {
    return this.lane.commit(async (transaction) => {
      const nowMs = this.commit.completionMs();
      const lanes = await this.windows.lanes(transaction, LANE_DEAD_MS);
      const others = lanes.filter(({ id, dead }) => dead && id !== this.lane.id).map(({ id }) => id);
      const fenced = await this.windows.fence(transaction, others, LANE_DEAD_MS);
      const drained = await this.windows.drain(transaction, [this.lane.id, ...fenced], windowIds, nowMs);
      const records: OutboundRecord[] = [];
      for (const window of drained) records.push(await this.record(transaction, window, nowMs));
      this.commit.raiseFloor(nowMs);
      return { result: undefined, records };
    });
  }

  private async record(
    transaction: Queryable,
    drained: DrainedWindow,
    atMs: number,
  ): Promise<OutboundRecord> {
    const { lane, window_id: windowId, completed } = drained;
    const body: WindowDrained = {
      lane,
      lanes: await this.windows.lanesOf(transaction, windowId),
      windows: [{ windowId, completed }],
      at: new Date(atMs).toISOString(),
    };
    return {
      topic: inboxTopic('settlement'),
      key: windowId,
      type: 'window.drained',
      messageId: `${lane}:${windowId}`,
      body: JSON.stringify(body),
    };
  }
}
