import type { LedgerEntryAnswer, LedgerEntry } from '@tonle/contracts';
import { entryLine } from '@tonle/ledger';
import { TryLater } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { CurrentDirectory } from '../directory/current-directory.js';
import type { PaymentCommit } from '../payment/payment-commit.js';
import type { FundsMove } from '../reservation/funds.js';
import { decideEntries, type EntryDecision } from './entry.decide.js';
import { entryChain, EntryRace, type EntryStore } from './entry.store.js';

const ATTEMPTS_MAX = 6;

/** Books entries: a transfer each, in the commit that remembers which line or approval proved it (I17). */
export class EntryService {
  constructor(
    private readonly database: Database,
    private readonly commit: PaymentCommit,
    private readonly entries: EntryStore,
    private readonly directory: CurrentDirectory,
  ) {}

  /** One answer an entry, in their order. What is asked again is answered again, and moves nothing. */
  async book(entries: readonly LedgerEntry[]): Promise<LedgerEntryAnswer[]> {
    for (let attempt = 1; ; attempt += 1) {
      const known = await this.entries.known(this.database, entries);
      const directory = await this.directory.refreshed();
      const isParty = (id: string) =>
        directory.entry('participant', id) !== undefined || directory.entry('network', id) !== undefined;
      const decisions = decideEntries(entries, known, isParty);
      const fresh = decisions.flatMap((each) => (each.kind === 'fresh' ? [each.entry] : []));
      try {
        const at = fresh.length === 0 ? undefined : await this.post(fresh);
        return decisions.map((each) => answerOf(each, at));
      } catch (error) {
        if (!(error instanceof EntryRace)) throw error;
        if (attempt >= ATTEMPTS_MAX) throw new TryLater('the entries were raced too often', { cause: error });
      }
    }
  }

  private async post(fresh: readonly LedgerEntry[]): Promise<string> {
    let at = 0;
    await this.commit.run(
      () => Promise.resolve([]),
      {
        fundsMoves: fresh.map(entryMove),
        also: (transaction, nowMs) => {
          at = nowMs;
          return this.entries.insert(transaction, fresh, nowMs);
        },
      },
      () => undefined,
    );
    return new Date(at).toISOString();
  }
}

function entryMove(entry: LedgerEntry): FundsMove {
  return {
    chainId: entryChain(entry),
    reference: entry.entryId,
    lines: [entryLine({ ...entry, minor: BigInt(entry.minor) })],
  };
}

/** `at`: of what was booked just now. */
function answerOf(decision: EntryDecision, at: string | undefined): LedgerEntryAnswer {
  const { entryId } = decision.entry;
  if (decision.kind !== 'refused') {
    const bookedAt = decision.kind === 'fresh' ? at : (decision.at ?? at);
    return { entryId, kind: 'booked', at: bookedAt! };
  }
  const { reason, detail } = decision;
  return { entryId, kind: 'refused', reason, ...(detail === undefined ? {} : { detail }) };
}
