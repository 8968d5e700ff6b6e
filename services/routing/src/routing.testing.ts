import { PartnerHealth } from '@tonle/door';
import { assembleNestService } from '@tonle/http';
import type { Platform } from '@tonle/platform';
import { AuditStore } from './audit/audit.store.js';
import { LiquidityJob } from './liquidity/liquidity.job.js';
import { PaymentCommit } from './payment/payment-commit.js';
import { PaymentHandler } from './payment/payment.handler.js';
import { PaymentJob } from './payment/payment.job.js';
import { RecallJob } from './recall/recall.job.js';
import { RoutingModule } from './routing.module.js';
import { ROUTING_DATABASE } from './routing.service.js';
import { TransferSealJob } from './transfer/transfer-seal.job.js';
import { WaitingJob } from './waiting/waiting.job.js';
import { WindowDrainJob } from './window/window-drain.job.js';

/** The parts of routing on one platform; tests drive them by hand. */
export interface Routing {
  readonly handler: PaymentHandler;
  readonly dueJob: PaymentJob;
  readonly windowJob: WindowDrainJob;
  readonly recallJob: RecallJob;
  readonly audit: AuditStore;
  readonly commit: PaymentCommit;
  readonly health: PartnerHealth;
  readonly waitingJob: WaitingJob;
  readonly liquidityJob: LiquidityJob;
  readonly sealJob: TransferSealJob;
  close(): Promise<void>;
}

/** Routing as the module makes it, answering calls; nothing is taken from topics or by the clock. */
export async function assembleRouting(platform: Platform): Promise<Routing> {
  const made = await assembleNestService(platform, RoutingModule, { database: ROUTING_DATABASE });
  made.service.serveCalls();
  return {
    handler: made.get(PaymentHandler),
    dueJob: made.get(PaymentJob),
    windowJob: made.get(WindowDrainJob),
    recallJob: made.get(RecallJob),
    audit: made.get(AuditStore),
    commit: made.get(PaymentCommit),
    health: made.get(PartnerHealth),
    waitingJob: made.get(WaitingJob),
    liquidityJob: made.get(LiquidityJob),
    sealJob: made.get(TransferSealJob),
    close: () => made.close(),
  };
}
