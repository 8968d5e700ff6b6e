import { createHash } from 'node:crypto';
import { counted, paymentIdOfLegKey, routingCalls } from '@tonle/contracts';
import type { CalendarBody } from '@tonle/directory';
import type { ServiceCalls } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { Clock, Random } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import type { LedgerEntries } from '../ledger/ledger-entries.js';
import { BatchComparisonJob } from './batch-comparison.job.js';
import { endDifferences, openDifferences } from './break-register.store.js';
import type { EndedDifference } from './settlement-difference.js';
import { ReconciliationEngine } from './engine.js';
import type { KnownPayments } from './left-judge.js';
import { localDay } from './local-day.js';
import { takeSettled } from './partner-batch.store.js';
import { keyOfLine } from './reconciliation.decide.js';
import type { ReconciliationTarget } from './reconciliation-targets.js';
import type { StatementItem } from './reconciliation.js';
import { fetchStatement, RefusedStatement } from './statement-fetch.js';
import { dropLoads, keepPage } from './statement-incoming.store.js';
import { replacementFault, replacements, sequenceFault } from './statement-sequence.decide.js';
import type { ProofFeed } from './proof-feed.js';
import { headsOf } from './statement-head.store.js';
import { isUuid, replaceStatement, type StatementName } from './statement.store.js';

/** Younger items may be on their way to the other side. */
const SETTLING_MS = 60_000;
/** Pages that are older are of a process that ended. */
const ABANDONED_MS = 86_400_000;
/** Of why a statement was refused, so much is kept. */
const DETAIL_MAX = 500;
/** Payments that routing is asked about at once. */
const ASKED_MAX = 1_000;

/** ours = matched + waiting + those that breaks are about; `lines` are all that the statement has. */
export interface ReconciliationResult {
  readonly partner: string;
  readonly currency: string;
  readonly day: string;
  readonly lines: number;
  readonly ours: number;
  readonly matched: number;
  readonly waiting: number;
  /** Lines of payments that have not ended here yet, or that are too young. */
  readonly open: number;
  readonly breaks: Readonly<Record<string, number>>;
  readonly opened: number;
  readonly resolved: number;
  /** Payments whose outcome the statement has proven. */
  readonly proven: number;
  /** Statements of the day, taken before, that gave way: a sentence each. Their bytes are in the adapter's evidence. */
  readonly replaced: readonly string[];
  /** Version of the rules. */
  readonly ruleSet: number;
  /** Number of the result: the same again is the same run. */
  readonly run: number;
  /** SHA-256 over matches, differences and counts. */
  readonly digest: string;
  /** Pairs and sums that fit, for people to accept. */
  readonly suggested: number;
}

interface TakenStatement {
  readonly lines: number;
  readonly replaced: readonly string[];
  /** It tells what is settled together. */
  readonly hasBatches: boolean;
}

/** Asks the partners for a day's statements and types what differs from ours. Running it again changes nothing. */
export class ReconciliationJob {
  private readonly engine: ReconciliationEngine;
  private readonly batches: BatchComparisonJob;

  constructor(
    private readonly database: Database,
    private readonly calls: ServiceCalls,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly telemetry: Telemetry,
    private readonly proofs: Pick<ProofFeed, 'take'>,
    entries: Pick<LedgerEntries, 'post'>,
  ) {
    const known: KnownPayments = (lines, strongKey) => this.openKeys(lines, strongKey);
    this.engine = new ReconciliationEngine(random, known, entries);
    this.batches = new BatchComparisonJob(database, clock, random);
  }

  today(calendar: CalendarBody): string {
    return localDay(new Date(this.clock.now()), calendar);
  }

  /** Rejects when the statement cannot be had, or is not whole: then the one before it stands. */
  async run(
    target: ReconciliationTarget,
    day: string,
    progress: (text: string) => Promise<void>,
  ): Promise<ReconciliationResult> {
    const { partner, currency } = target;
    const statement = { partner, currency, day };
    const now = new Date(this.clock.now());
    const say = (text: string) => progress(`${partner} ${currency} ${day}: ${text}`);
    const { lines, replaced, hasBatches } = await this.take(target, day, now, say);
    for (const each of replaced) this.telemetry.log.warn(statement, `a statement was replaced: ${each}`);
    const settledBefore = new Date(now.getTime() - SETTLING_MS);
    const compared = await this.database.transaction((transaction) =>
      this.engine.compare(transaction, { target, day, now, settledBefore, progress: say }),
    );
    const { proofs, isNew, isContradiction, ...result } = compared;
    if (isContradiction)
      this.telemetry.log.error(
        { ...statement, isNew },
        'the same was compared again, and something else came out',
      );
    if (hasBatches) await this.batches.compare(statement);
    const proven = await this.proofs.take(target, day, proofs);
    return { ...statement, lines, ...result, proven, replaced };
  }

  /** Takes the statement of the day, once it is whole and follows the one before it; what gave way to it. */
  private async take(
    target: ReconciliationTarget,
    day: string,
    now: Date,
    say: (text: string) => Promise<void>,
  ): Promise<TakenStatement> {
    const { database, calls } = this;
    const statement = { ...target, day };
    const loadId = this.random.id(now.getTime());
    const hash = createHash('sha256');
    let kept = 0;
    try {
      const { count, heads, settled } = await fetchStatement(calls, target, day, async (lines, first) => {
        await keepPage(database, loadId, { lines, first, digest: hash });
        kept = first + lines.length;
        await say(counted(kept, 'statement line'));
      });
      const taken = await headsOf(database, statement);
      const fault =
        sequenceFault(await headsOf(database, statement, 1), heads, target.currency) ??
        replacementFault(taken, heads);
      if (fault !== undefined) throw new RefusedStatement(fault, 'FILE_GAP');
      const digest = hash.digest('hex');
      await database.transaction(async (transaction) => {
        await replaceStatement(transaction, statement, { loadId, count, digest, heads, askedAt: now });
        await takeSettled(transaction, statement, settled, now);
        await endDifferences(transaction, faultsOf(statement), now);
      });
      const hasBatches = settled.cycles.length + settled.batches.length > 0;
      return { lines: count, replaced: replacements(taken, heads, target.currency), hasBatches };
    } catch (cause) {
      if (cause instanceof RefusedStatement) await this.refuse(statement, cause, now);
      throw cause;
    } finally {
      await dropLoads(database, loadId, kept, this.random.id(now.getTime() - ABANDONED_MS));
    }
  }

  /** A statement that contradicts itself or the one before is a break until one comes that does not (domain 7.6). */
  private async refuse(
    statement: StatementName,
    { type, message }: RefusedStatement,
    now: Date,
  ): Promise<void> {
    const found = {
      ...statement,
      type,
      key: `statement ${statement.day}`,
      detail: message.slice(0, DETAIL_MAX),
    };
    await this.database.transaction((transaction) =>
      openDifferences(transaction, [found], [this.random.id(now.getTime())], now),
    );
  }

  /** Payments of lines alone that routing has: asked, since the open ones have no other home. */
  private readonly openKeys: KnownPayments = async (alone, strongKey) => {
    const open = new Map<string, string>();
    for (let from = 0; from < alone.length; from += ASKED_MAX) {
      const asked = alone.slice(from, from + ASKED_MAX);
      const paymentIds = asked.flatMap((line) => paymentIdOf(line) ?? []);
      const uetrs = asked.flatMap(({ uetr }) => uetr ?? []);
      if (paymentIds.length + uetrs.length === 0) continue;
      const { payments } = await this.calls.call(routingCalls.known, { paymentIds, uetrs });
      const known = new Map(
        payments.flatMap(({ paymentId, uetr }) => [
          [paymentId, paymentId],
          [uetr, paymentId],
        ]),
      );
      for (const line of asked) {
        const paymentId = known.get(paymentIdOf(line) ?? '') ?? known.get(line.uetr ?? '');
        if (paymentId !== undefined) open.set(keyOfLine(line, strongKey), paymentId);
      }
    }
    return open;
  };
}

function paymentIdOf({ legKey }: StatementItem): string | undefined {
  const paymentId = legKey === null ? undefined : paymentIdOfLegKey(legKey);
  return paymentId !== undefined && isUuid(paymentId) ? paymentId : undefined;
}

/** Breaks of a statement that could not be taken. */
function faultsOf({ partner, currency, day }: StatementName): EndedDifference[] {
  const types = ['FILE_GAP', 'FILE_TOTAL'] as const;
  return types.map((type) => ({ partner, currency, type, key: `statement ${day}` }));
}
