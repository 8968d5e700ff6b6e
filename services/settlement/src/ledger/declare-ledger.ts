import { ledgerCalls } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import type { Service } from '@tonle/platform';
import type { LedgerEntryStore } from './ledger-entry.store.js';
import type { LedgerService } from './ledger.service.js';
import type { RefusedEntryService } from './refused-entry.service.js';

const OPEN_ENTRIES_MAX = 500;

/** What settlement answers of the ledger. */
export function declareLedger(
  service: Service,
  parts: {
    readonly database: Database;
    readonly ledger: LedgerService;
    readonly openEntries: LedgerEntryStore;
    readonly refusedEntries: RefusedEntryService;
  },
): void {
  const { database, ledger, openEntries, refusedEntries } = parts;
  service.call(ledgerCalls.accounts, (filter) => ledger.accounts(filter));
  service.call(ledgerCalls.balances, (asked) => ledger.balances(asked));
  service.call(ledgerCalls.statement, (asked) => ledger.statement(asked));
  service.call(ledgerCalls.copy, () => ledger.copy());
  service.call(ledgerCalls.openEntries, async ({ state }) => ({
    entries: await openEntries.listOpen(database, OPEN_ENTRIES_MAX, state),
  }));
  service.call(ledgerCalls.decideEntry, (request) => refusedEntries.decide(request));
}
