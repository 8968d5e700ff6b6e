import { approvalFinding } from '@tonle/approval';
import type { AuditReport } from '@tonle/contracts';
import type { Clock } from '@tonle/platform';
import type { Database } from '@tonle/persistence';
import { auditFindings, auditTotals } from './audit.store.js';

/** Checks settlement's own tables and gives the totals that cross-checks compare (decisions 17). */
export class SettlementAuditService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  readonly report = async (): Promise<AuditReport> => ({
    service: 'settlement',
    at: new Date(this.clock.now()).toISOString(),
    findings: [...(await auditFindings(this.database)), await approvalFinding(this.database)],
    totals: await auditTotals(this.database),
  });
}
