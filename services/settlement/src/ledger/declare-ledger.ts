import { ledgerCalls } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import type { Service } from '@tonle/platform';
import type { LedgerEntryStore } from './ledger-entry.store.js';
import type { LedgerService } from './ledger.service.js';

const OPEN_ENTRIES_MAX = 500;

/** What settlement answers of the ledger. */
export function declareLedger(
  service: Service,
  parts: {
    readonly database: Database;
    readonly ledger: LedgerService;
    readonly openEntries: LedgerEntryStore;
  },
): void {
  const { database, ledger, openEntries } = parts;
  service.call(ledgerCalls.accounts, (filter) => ledger.accounts(filter));
  service.call(ledgerCalls.balances, (asked) => ledger.balances(asked));
  service.call(ledgerCalls.statement, (asked) => ledger.statement(asked));
  service.call(ledgerCalls.copy, () => ledger.copy());
  service.call(ledgerCalls.openEntries, async () => ({
    entries: await openEntries.listOpen(database, OPEN_ENTRIES_MAX),
  }));
}
