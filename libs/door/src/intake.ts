import { refused, type Refusal } from '@tonle/contracts';
import { Gatherer, GathererFull, type OutboxLane } from '@tonle/messaging';
import type { Queryable } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { Instruction } from './instruction.js';
import { answersOf, Holders, isInTime, keyOf, leadersOf, type IntakeAnswer } from './intake.decide.js';
import { holdForTaking } from './message-lock.js';
import { findRefusals } from './refused-messages.js';
import { findHolders, submitRecord } from './request.store.js';
import { insertRequests, NOTHING_INSERTED, type InsertedRequests } from './request-insert.store.js';

const BATCH_MAX = 500;
const LINGER_MS = 10;
const WAITING_MAX = 5_000;
/** What the broker has not taken is held in memory: beyond so many records of the lane no more come, refunds neither. */
const UNSENT_MAX = 50_000n;

/**
 * Takes what instructions use up, in the transaction that takes them; by payment id those that may not have it. Asked before
 * they are written, repeats too: those may have it.
 */
export type InstructionClaim = (
  transaction: Queryable,
  instructions: readonly Instruction[],
) => Promise<ReadonlyMap<string, Refusal>>;

const NOTHING_USED: InstructionClaim = () => Promise.resolve(new Map());

/**
 * Makes instructions durable, each once: those that arrive together share one transaction. The row of a request is its
 * outbox row too (ADR 9), so that a batch costs one insert.
 */
export class Intake {
  private readonly gatherer: Gatherer<Instruction, IntakeAnswer>;

  constructor(
    private readonly lane: OutboxLane,
    private readonly clock: Clock,
    private readonly answerWithinMs: number,
    private readonly claim: InstructionClaim = NOTHING_USED,
    /** Payments that are like one without an outcome have to be confirmed. */
    private readonly warns = false,
  ) {
    this.gatherer = new Gatherer((batch) => this.commit(batch), {
      batchMax: BATCH_MAX,
      lingerMs: LINGER_MS,
      waitingMax: WAITING_MAX,
    });
  }

  /** How long the oldest instruction waits to be durable, in milliseconds. */
  waitedMs(): number {
    return this.gatherer.waitedMs();
  }

  /** Resolves after the commit; refuses `overloaded` when too many wait, here or for the broker. Rejects with what the database said. */
  async take(instruction: Instruction): Promise<IntakeAnswer> {
    if (this.lane.unsent() >= UNSENT_MAX) return refused('overloaded');
    return this.gatherer.add(instruction).catch((error: unknown) => {
      if (error instanceof GathererFull) return refused('overloaded');
      throw error;
    });
  }

  private async commit(batch: readonly Instruction[]): Promise<IntakeAnswer[]> {
    const now = this.clock.now();
    const leaders = leadersOf(batch, now);
    const late = batch.filter((instruction) => !isInTime(instruction, now));
    const dueAt = new Date(now + this.answerWithinMs);
    const { written, alike, held } = await this.lane.commit(async (transaction, firstSequence) => {
      const barred = await this.claim(transaction, leaders);
      const free = leaders.filter(({ submit }) => !barred.has(submit.paymentId));
      const { written: ids, alike } = await this.insert(transaction, firstSequence, free, dueAt);
      const unwritten = [...leaders.filter(({ submit }) => !ids.has(submit.paymentId)), ...late];
      const held = await heldBy(transaction, unwritten, barred);
      const records = leaders
        .filter(({ submit }) => ids.has(submit.paymentId))
        .map(({ submit, traceparent }) => submitRecord(submit, traceparent));
      return { result: { written: ids, alike, held }, records, inRows: true };
    });
    return this.answered(batch, leaders, answersOf(batch, written, { held, alike }, now));
  }

  /** Lock and rows leave in one flight. */
  private async insert(
    transaction: Queryable,
    firstSequence: bigint,
    instructions: readonly Instruction[],
    dueAt: Date,
  ): Promise<InsertedRequests> {
    if (instructions.length === 0) return NOTHING_INSERTED;
    const [, inserted] = await Promise.all([
      holdForTaking(transaction, instructions.map(keyOf)),
      insertRequests(transaction, this.lane.id, firstSequence, instructions, { dueAt, warns: this.warns }),
    ]);
    return inserted;
  }

  /** Tries those again whose leader was refused; each round decides at least its leaders. */
  private async answered(
    batch: readonly Instruction[],
    leaders: readonly Instruction[],
    answers: readonly (IntakeAnswer | undefined)[],
  ): Promise<IntakeAnswer[]> {
    const rest = batch.filter((_, index) => answers[index] === undefined);
    if (rest.some((each) => leaders.includes(each)))
      throw new Error('a request was neither written nor found');
    const later = rest.length === 0 ? [] : await this.commit(rest);
    const next = later.values();
    return answers.map((answer) => answer ?? next.next().value!);
  }
}

/** What stands in the way of these instructions. */
async function heldBy(
  transaction: Queryable,
  instructions: readonly Instruction[],
  barred: ReadonlyMap<string, Refusal>,
): Promise<Holders> {
  if (instructions.length === 0) return new Holders();
  const keys = instructions.map(keyOf);
  const [holders, refusals] = await Promise.all([
    findHolders(transaction, keys),
    findRefusals(transaction, keys),
  ]);
  return new Holders(
    holders,
    keys.flatMap((key, index) => {
      const refusal = barred.get(key.paymentId) ?? refusals[index];
      return refusal === undefined ? [] : [{ key, refusal }];
    }),
  );
}
