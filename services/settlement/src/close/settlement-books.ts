import type { Approvals } from '@tonle/approval';
import type { Directory } from '@tonle/directory';
import type { ServiceCalls } from '@tonle/messaging';
import type { Platform, Service } from '@tonle/platform';
import { bankSettings } from '../bank/bank.settings.js';
import { RailHoldingJob } from '../holding/rail-holding.job.js';
import { FxPositionService } from '../fx-position/fx-position.service.js';
import { ReferenceRateChange } from '../fx-position/reference-rate.kind.js';
import { InvoiceService } from '../invoice/invoice.service.js';
import { ProvenLedger } from '../journal/proven-ledger.js';
import type { BalanceStore } from '../ledger/balance.store.js';
import type { LedgerEntries } from '../ledger/ledger-entries.js';
import type { LedgerCopyStore } from '../ledger/ledger-copy.store.js';
import { readSettings } from '../settlement.settings.js';
import { CloseService } from './close.service.js';
import { CloseEvidence } from './close-evidence.service.js';
import { declareFinance, type FinanceParts } from './declare-finance.js';
import { DueStatements } from './due-statements.js';
import { PeriodReopening } from './period-reopening.js';

const RAILS_EVERY_MS = 60_000;

/** The books of the switch, put together: positions, invoices, journal, and the close of days and months. */
export class SettlementBooks {
  private readonly parts: FinanceParts;
  private readonly rails: RailHoldingJob;

  constructor(
    platform: Platform,
    calls: ServiceCalls,
    approvals: Approvals,
    copies: LedgerCopyStore,
    balances: BalanceStore,
    directory: Directory,
    entries: Pick<LedgerEntries, 'post'>,
  ) {
    const { taxes, instructionKey } = readSettings(platform.settings);
    this.rails = new RailHoldingJob(platform.database, directory, platform.clock);
    const ledger = new ProvenLedger(copies, balances);
    const positions = new FxPositionService(platform, calls);
    const invoices = new InvoiceService(platform, ledger, entries, taxes, directory);
    const evidence = new CloseEvidence(
      calls,
      ledger,
      positions,
      invoices,
      new DueStatements(directory, new Set(bankSettings(platform.settings).addresses.keys())),
    );
    this.parts = {
      database: platform.database,
      ...{ ledger, positions, invoices },
      close: new CloseService(platform, evidence, positions),
      reopening: new PeriodReopening(approvals),
      rates: new ReferenceRateChange(approvals, positions),
      key: instructionKey,
    };
  }

  declareIn(service: Service): void {
    declareFinance(service, this.parts);
    service.job('look-at-rails', RAILS_EVERY_MS, this.rails.run);
  }
}
