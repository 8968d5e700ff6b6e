import { routingCalls, TRANSFERS_MAX } from '@tonle/contracts';
import type { ServiceCalls } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import { dayOf, endOf, type CheckpointStore } from './checkpoint.store.js';
import { CopyRepair } from './copy-repair.js';
import type { LedgerCopyStore, CopySpan } from './ledger-copy.store.js';
import { proofDifference } from './transfer-proof.decide.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SPAN_MS_MIN = 1_000;
/** A round takes so much and leaves the rest to the next: nobody waits for the copy, payments wait for the machine. */
const SLICES_MAX = 20;
const PROOFS_MAX = 50;
const DAYS_MAX = 400;
/** What differs is copied again at once, and looked at again after this. */
const AGAIN_AFTER_MS = 60_000;
/** A copy that stands is looked at again so often. */
const REVISED_AFTER_MS = 7 * DAY_MS;

/** Copies routing's transfers once they are sealed, proves the copy hour by hour, and sums up the days that are proven. */
export class CopyTransfersJob {
  private readonly behind;
  private readonly differences;
  private readonly repairing: CopyRepair;
  private spanMs = HOUR_MS;

  constructor(
    private readonly database: Database,
    private readonly calls: ServiceCalls,
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
    private readonly copies: LedgerCopyStore,
    private readonly checkpoints: CheckpointStore,
  ) {
    this.repairing = new CopyRepair(database, calls, copies);
    this.behind = telemetry.gauge(
      'tonle_ledger_copy_behind_seconds',
      'How far the copy of transfers is behind the clock',
    );
    this.differences = telemetry.counter(
      'tonle_ledger_copy_differences_total',
      'Spans of the copy of transfers that were not as in routing, and were copied again',
    );
    this.differences.inc({}, 0);
  }

  /** Rejects when routing cannot be asked: the copy goes on from where it is. */
  readonly run = async (): Promise<void> => {
    try {
      for (let slices = 0; slices < SLICES_MAX && (await this.copy()); slices += 1);
      await this.copies.summarize(this.database);
      for (let proofs = 0; proofs < PROOFS_MAX && (await this.proveDiffering()); proofs += 1);
      for (let proofs = 0; proofs < PROOFS_MAX && (await this.proveNext()); proofs += 1);
      await this.proveAgain();
      for (let days = 0; days < DAYS_MAX && (await this.sumUp()); days += 1);
    } finally {
      const { copiedMs } = await this.copies.state(this.database);
      if (copiedMs !== undefined) this.behind.set((this.clock.now() - copiedMs) / 1_000);
    }
  };

  /** True when there may be more. */
  private async copy(): Promise<boolean> {
    const { copiedMs } = await this.copies.state(this.database);
    const spanMs = this.spanMs;
    const from = copiedMs === undefined ? {} : { from: new Date(copiedMs).toISOString() };
    const { slice, sealedUpTo } = await this.calls.call(routingCalls.transfers, { ...from, spanMs });
    if (slice === undefined) return false;
    const [fromMs, untilMs] = [Date.parse(slice.from), Date.parse(slice.until)];
    const appended = await this.database.transaction((transaction) =>
      this.copies.append(transaction, copiedMs, { ...slice, fromMs, untilMs }),
    );
    const count = slice.transfers.chainIds.length;
    const isCut = untilMs < Math.min(fromMs + spanMs, Date.parse(sealedUpTo!));
    if (isCut) this.spanMs = Math.max(SPAN_MS_MIN, spanMs / 2);
    else if (count < TRANSFERS_MAX / 4) this.spanMs = Math.min(DAY_MS, spanMs * 2);
    return appended && untilMs < Date.parse(sealedUpTo!);
  }

  /** The next whole hour, or the rest of the day when that is copied. */
  private async proveNext(): Promise<boolean> {
    const { copiedMs, lookedAtMs } = await this.copies.state(this.database);
    if (copiedMs === undefined || lookedAtMs === undefined) return false;
    // What comes next is looked at when this one is put right.
    if (await this.copies.isDiffering(this.database, lookedAtMs)) return false;
    const dayEndMs = endOf(dayOf(lookedAtMs));
    const untilMs = dayEndMs <= copiedMs ? dayEndMs : copiedMs - (copiedMs % HOUR_MS);
    return untilMs > lookedAtMs && (await this.prove({ fromMs: lookedAtMs, untilMs }));
  }

  /** What differed and was copied once more is looked at again after a while. */
  private async proveDiffering(): Promise<boolean> {
    const span = await this.copies.differing(this.database, this.clock.now() - AGAIN_AFTER_MS);
    return span !== undefined && (await this.prove(span));
  }

  /** What was proven is looked at again now and then: it may not change afterwards. */
  private async proveAgain(): Promise<void> {
    const nowMs = this.clock.now();
    const span = await this.copies.oldestProof(this.database, nowMs - REVISED_AFTER_MS);
    if (span === undefined) return;
    const proof = await this.copies.proof(this.database, span);
    if (proof.digest !== span.digest) return void (await this.prove(span));
    await this.database.transaction((transaction) =>
      this.copies.note(transaction, span, { proof, difference: undefined, atMs: nowMs }),
    );
  }

  private async prove(span: CopySpan): Promise<boolean> {
    const { proof: original } = await this.calls.call(routingCalls.proveTransfers, {
      from: new Date(span.fromMs).toISOString(),
      until: new Date(span.untilMs).toISOString(),
    });
    if (original === undefined) return false;
    const proof = await this.copies.proof(this.database, span);
    const difference = proofDifference(proof, original);
    await this.database.transaction(async (transaction) => {
      // What differs is said before it is mended: a process that dies between is asked about it again.
      await this.copies.note(transaction, span, { proof, difference, atMs: this.clock.now() });
    });
    if (difference === undefined) return true;
    this.differences.inc();
    this.telemetry.log.error({ ...span, difference }, 'the copy of transfers differs, and is made again');
    await this.repairing.repair(span);
    return false;
  }

  private async sumUp(): Promise<boolean> {
    const { provenMs, checkpointedDay } = await this.copies.state(this.database);
    const firstMs = await this.firstProvenMs(checkpointedDay);
    if (provenMs === undefined || firstMs === undefined) return false;
    const day = dayOf(firstMs);
    if (endOf(day) > provenMs) return false;
    return this.database.transaction((transaction) =>
      this.checkpoints.add(transaction, checkpointedDay, day),
    );
  }

  private async firstProvenMs(checkpointedDay: string | undefined): Promise<number | undefined> {
    if (checkpointedDay !== undefined) return endOf(checkpointedDay);
    return this.copies.firstProofMs(this.database);
  }
}
