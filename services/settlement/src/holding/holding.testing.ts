import type { BankFileLine } from '@tonle/bank-files';
import type { LedgerEntry } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import { BankWorld, lineOf, OPERATOR, statementBytes } from '../bank/bank.testing.js';
import { schemeAccount } from '../bank/settlement-bank.js';
import { listSuspense } from '../bank/suspense.view.js';
import { CheckpointStore } from '../ledger/checkpoint.store.js';
import { CopyTransfersJob } from '../ledger/copy-transfers.job.js';
import { LedgerCopyStore } from '../ledger/ledger-copy.store.js';
import { PlayedRouting } from '../ledger/ledger-copy.testing.js';
import { LedgerEntryStore } from '../ledger/ledger-entry.store.js';
import { NOSTRO_RECONCILIATION } from '../report/definitions/nostro-reconciliation.view.js';
import { statementOf } from '../report/report-definition.js';
import { holdingFindings, holdingProblems } from './holding.decide.js';
import { holdingsOf } from './holding.store.js';

const OPENING = 5_000n;
export const DAYS = ['2026-11-27', '2026-11-30', '2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04'];
const NEXT_MORNING = ['2026-11-28', '2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04', '2026-12-05'];

/** A bank, settlement, and a routing that books and is copied when the test says so. */
export class HoldingWorld {
  readonly routing = new PlayedRouting();
  private readonly store = new LedgerEntryStore();
  private readonly unmarked: { entryId: string; at: string }[] = [];
  private readonly booked = new Set<string>();
  private readonly told: BankFileLine[] = [];
  private last: readonly BankFileLine[] = [];
  private copying!: CopyTransfersJob;
  private place = 0;
  private closing = OPENING;
  private lineNo = 0;
  private chains = 0;

  private constructor(readonly bank: BankWorld) {}

  static async start(name: string): Promise<HoldingWorld> {
    const world = new HoldingWorld(await BankWorld.start(name));
    const { platform, test } = world.bank;
    world.routing.serve(platform.calls);
    world.copying = new CopyTransfersJob(
      test.database,
      platform.calls,
      platform.clock,
      platform.telemetry,
      new LedgerCopyStore(),
      new CheckpointStore(),
    );
    world.transfer(
      'funds',
      'NOSTRO:THSETTLE:THB',
      'PREFUND:FXNAGA:THB',
      OPENING,
      'opening:PREFUND:FXNAGA:THB',
    );
    await world.bank.banks.fetching.run();
    await world.copy();
    return world;
  }

  get isOver(): boolean {
    return this.place >= DAYS.length;
  }

  private transfer(kind: string, debit: string, credit: string, minor: bigint, reference: string): number {
    const chainId = `00000000-0000-8000-8000-${String((this.chains += 1)).padStart(12, '0')}`;
    const atMs = this.bank.platform.clock.now();
    this.routing.transfers.push({ chainId, kind, debit, credit, minor, reference, atMs });
    return atMs;
  }

  later(ms = 1_000): void {
    this.bank.platform.clock.advance(ms);
  }

  /** Hours pass, on this side of the morning. */
  night(): void {
    const { clock } = this.bank.platform;
    const morningMs = Date.parse(`${NEXT_MORNING[this.place]!}T06:00:00+07:00`);
    clock.advance(Math.max(0, Math.min(11 * 3_600_000, morningMs - clock.now() - 60_000)));
  }

  /** A line of today, told by a notification or kept for the statement. */
  async line(minor: bigint, reference: string | undefined, isNotified: boolean): Promise<void> {
    const day = DAYS[this.place]!;
    this.told.push(lineOf(String((this.lineNo += 1)), minor, reference, { bookedAt: day, valueDate: day }));
    if (!isNotified) return;
    this.bank.bank.notified = statementBytes({
      ...{ kind: 'notification', id: `N${this.lineNo}`, from: day, to: day },
      lines: this.told,
    });
    await this.bank.banks.fetching.run();
  }

  /** The bank's day ends, and its statement comes. */
  async endDay(): Promise<void> {
    const day = DAYS[this.place]!;
    this.bank.bank.notified = undefined;
    this.bank.lay(day, this.place + 1, this.closing, this.told);
    this.closing = this.told.reduce((sum, { amountMinor }) => sum + amountMinor, this.closing);
    this.last = this.told.splice(0);
    await this.bank.morning(NEXT_MORNING[this.place]!);
    this.place += 1;
  }

  /** The bank corrects its last statement by a line more. */
  async correctLast(minor: bigint, reference: string | undefined): Promise<void> {
    const [day, place] = [DAYS[this.place - 1]!, this.place];
    const added = lineOf(String((this.lineNo += 1)), minor, reference, { bookedAt: day, valueDate: day });
    const lines = [...this.last, added];
    const openingMinor = this.closing - lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n) + minor;
    this.closing += minor;
    const account = schemeAccount(this.bank.directory, 'THSETTLE', 'THB')!;
    const bytes = statementBytes({
      ...{ kind: 'statement', id: `S${place}C`, number: place, from: day, to: day, replaces: `S${place}` },
      ...{ openingMinor, closingMinor: this.closing, lines },
    });
    await this.bank.banks.taking.take(account, 'camt.053', bytes, { by: 'schedule', day });
  }

  /** Routing books what is due; `isMarked`: settlement hears of it. */
  async book(max: number, isMarked = true): Promise<void> {
    const { database } = this.bank.test;
    const due = await this.store.due(database, this.bank.platform.clock.now(), 100);
    for (const entry of due.filter(({ entryId }) => !this.booked.has(entryId)).slice(0, max))
      this.unmarked.push({ entryId: entry.entryId, at: this.posted(entry) });
    if (isMarked) await this.mark();
  }

  private posted({ entryId, kind, debit, credit, minor }: LedgerEntry): string {
    this.booked.add(entryId);
    return new Date(this.transfer(kind, debit, credit, BigInt(minor), entryId)).toISOString();
  }

  async mark(): Promise<void> {
    const marked = this.unmarked.splice(0).map((each) => ({ kind: 'booked' as const, ...each }));
    await this.bank.test.database.transaction((transaction) => this.store.markBooked(transaction, marked));
  }

  async copy(): Promise<void> {
    this.later();
    this.routing.sealedMs = this.bank.platform.clock.now();
    await this.copying.run();
    await this.copying.run();
  }

  /** Two people give money in suspense to a prefund. */
  async cure(): Promise<void> {
    const { test, banks, approvals } = this.bank;
    const { items } = await listSuspense(test.database, { limit: 1 }, () => '2026-12-31');
    if (items[0] === undefined) return;
    const cure = { itemId: items[0].itemId, action: 'to_prefund', target: 'FXNAGA' } as const;
    const answer = await banks.service.cure({ ...cure, ...OPERATOR });
    if (answer.kind === 'refused') throw new Error(answer.reason);
    const by = { operator: 'OPERATOR2-1', participant: 'OPERATOR2', reason: 'seen', acknowledged: [] };
    await approvals.decide({ approvalId: answer.approvalId, verdict: 'approve', ...by });
  }

  violations = async (): Promise<string[]> => {
    const holdings = await holdingsOf(this.bank.test.database);
    return holdingFindings(holdings).flatMap((each) => each.violations);
  };

  /** R6 of all days, as known then. */
  statements = async (knownAt: Date, database: Queryable = this.bank.test.database) => {
    const asked = { knownAt, day: DAYS[0]!, until: DAYS.at(-1)!, currency: 'THB' };
    const { text, values } = statementOf(NOSTRO_RECONCILIATION.sql, asked);
    return database.query<Record<string, unknown>>(text, values);
  };

  /** Up to where the ledger is known. */
  get copiedUpTo(): Date {
    return new Date(this.routing.sealedMs!);
  }

  problems = async (until: string): Promise<string[]> =>
    holdingProblems(await holdingsOf(this.bank.test.database, until));
}
