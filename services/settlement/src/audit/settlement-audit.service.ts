import { approvalFinding } from '@tonle/approval';
import type { AuditReport } from '@tonle/contracts';
import { nostroAccount, suspenseAccount } from '@tonle/ledger';
import type { Clock } from '@tonle/platform';
import type { Database } from '@tonle/persistence';
import type { Telemetry } from '@tonle/telemetry';
import {
  bankDifference,
  holdingFindings,
  railDifference,
  suspenseDifference,
} from '../holding/holding.decide.js';
import type { Holdings } from '../holding/holding.js';
import { holdingsOf } from '../holding/holding.store.js';
import { auditFindings, auditTotals } from './audit.store.js';

/** Checks settlement's own tables and gives the totals that cross-checks compare (decisions 17). */
export class SettlementAuditService {
  private readonly differs;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    telemetry: Telemetry,
  ) {
    this.differs = telemetry.gauge(
      'tonle_holding_differs',
      'Whether what a bank or a rail holds, or what items in suspense add up to, differs from the ledger: 1 or 0',
      ['account'],
    );
  }

  readonly report = async (): Promise<AuditReport> => {
    const holdings = await holdingsOf(this.database);
    this.tell(holdings);
    return {
      service: 'settlement',
      at: new Date(this.clock.now()).toISOString(),
      findings: [
        ...(await auditFindings(this.database)),
        ...holdingFindings(holdings),
        await approvalFinding(this.database),
      ],
      totals: await auditTotals(this.database),
    };
  };

  private tell({ banks, rails, suspense }: Holdings): void {
    for (const holding of rails) {
      const difference = railDifference(holding);
      if (difference !== undefined) this.differs.set({ account: holding.code }, difference === 0n ? 0 : 1);
    }
    for (const holding of banks)
      this.differs.set(
        { account: nostroAccount(holding.bank, holding.currency) },
        bankDifference(holding) === 0n ? 0 : 1,
      );
    for (const holding of suspense)
      this.differs.set(
        { account: suspenseAccount(holding.currency) },
        suspenseDifference(holding) === 0n ? 0 : 1,
      );
  }
}
