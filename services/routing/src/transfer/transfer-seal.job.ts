import { LANE_DEAD_MS } from '../window/window-drain.job.js';
import type { PaymentCommit } from '../payment/payment-commit.js';
import type { WindowStore } from '../window/window.store.js';
import type { TransferSealStore } from './transfer-seal.store.js';

/**
 * Says for its lane that every transfer before now is posted: commits of a lane come one after the other, and none of later ones
 * is stamped earlier. A dead lane is fenced, and sealed for it.
 */
export class TransferSealJob {
  constructor(
    private readonly commit: PaymentCommit,
    private readonly windows: WindowStore,
    private readonly seals: TransferSealStore,
  ) {}

  readonly run = (): Promise<void> => {
    const { lane } = this.commit;
    return lane.commit(async (transaction) => {
      const nowMs = this.commit.postingMs();
      const lanes = await this.windows.lanes(transaction, LANE_DEAD_MS);
      const dead = lanes.filter((each) => each.dead && each.id !== lane.id).map(({ id }) => id);
      // Fenced in this commit: whoever takes the lane afterwards waits for it, and finds this seal.
      const fenced = await this.windows.fence(transaction, dead, LANE_DEAD_MS);
      await this.seals.seal(transaction, [lane.id, ...fenced], nowMs);
      this.commit.raisePosting(nowMs);
      return { result: undefined, records: [] };
    });
  };
}
