import { Inject, Module } from '@nestjs/common';
import { Directory } from '@tonle/directory';
import { CALLS, provide, TELEMETRY } from '@tonle/http';
import { AuditJob, Service } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { RedriveModule } from '../redrive/redrive.module.js';
import { ApprovalController } from './approval.controller.js';
import { AuditLogController } from './audit-log.controller.js';
import { BreakController, ReconciliationController } from './break.controller.js';
import { BankController } from './bank.controller.js';
import { CorridorStopController } from './corridor-stop.controller.js';
import { DeadLetterController } from './dead-letter.controller.js';
import { DeadLetterGroupController } from './dead-letter-group.controller.js';
import { SwitchAuditService } from './switch-audit.service.js';
import { InstructionController } from './instruction.controller.js';
import { LedgerController } from './ledger.controller.js';
import { LiquidityController } from './liquidity.controller.js';
import { OperationsController } from './operations.controller.js';
import { OperatorDeedsService } from './operator-deeds.service.js';
import { PartnerHealthController } from './partner-health.controller.js';
import { PaymentSearchController } from './payment-search.controller.js';
import { ReviewController } from './review.controller.js';
import { ServiceStateController } from './service-state.controller.js';
import { SuspenseController } from './suspense.controller.js';
import { SwitchController } from './switch.controller.js';
import { UnknownController } from './unknown.controller.js';
import { UpkeepController } from './upkeep.controller.js';
import { WindowController } from './window.controller.js';

/** Every service audits itself by the minute; comparing them asks all of them again. */
const CROSS_CHECKS_MS = 300_000;

/** What operators ask and do. */
@Module({
  imports: [DirectoryCopyModule, RedriveModule],
  controllers: [
    ApprovalController,
    AuditLogController,
    BreakController,
    ReconciliationController,
    BankController,
    CorridorStopController,
    DeadLetterController,
    DeadLetterGroupController,
    InstructionController,
    LedgerController,
    LiquidityController,
    OperationsController,
    PartnerHealthController,
    PaymentSearchController,
    ReviewController,
    UnknownController,
    ServiceStateController,
    SuspenseController,
    SwitchController,
    UpkeepController,
    WindowController,
  ],
  providers: [provide(SwitchAuditService, CALLS, Directory), provide(OperatorDeedsService, CALLS, Directory)],
})
export class OperationsModule {
  constructor(service: Service, audits: SwitchAuditService, @Inject(TELEMETRY) telemetry: Telemetry) {
    const round = async () => {
      const { services, crossChecks } = await audits.audit();
      await audits.tellRouting(services);
      return crossChecks;
    };
    const job = new AuditJob(round, telemetry, CROSS_CHECKS_MS);
    service.job('cross-checks', job.pauseMs, job.run);
  }
}
