import type { AuditReport } from '@tonle/contracts';
import type { Clock } from '@tonle/platform';
import type { Database } from '@tonle/persistence';
import { auditTotals, checkConversions, checkExposure, checkUse } from './audit.store.js';

/** Checks fx's own tables and gives the totals that cross-checks compare (decisions 17). */
export class FxAuditService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  readonly report = async (): Promise<AuditReport> => {
    const conversions = await checkConversions(this.database);
    const { findings, totals } = await this.database.transaction(
      async (transaction) => ({
        findings: [await checkUse(transaction), await checkExposure(transaction)],
        totals: await auditTotals(transaction),
      }),
      { isolation: 'repeatable read' },
    );
    const at = new Date(this.clock.now()).toISOString();
    return { service: 'fx', at, findings: [conversions, ...findings], totals };
  };
}
