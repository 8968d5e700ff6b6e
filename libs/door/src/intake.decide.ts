import { refused, type Refusal } from '@tonle/contracts';
import type { Instruction } from './instruction.js';

/** What becomes of one instruction of a batch. */
export type IntakeAnswer =
  | { readonly kind: 'accepted'; readonly paymentId: string }
  /** Same key, same content: the payment as it is now (decisions 24). */
  | { readonly kind: 'repeat'; readonly paymentId: string }
  /** `key_reused`, `uetr_in_use`, `deadline_passed`, `overloaded`: nothing was kept. */
  | Refusal;

/** What makes an instruction the same as another, or a rival for its key. */
export interface RequestKey {
  readonly sender: string;
  readonly messageId: string;
  readonly uetr?: string;
  readonly contentHash: Buffer;
}

/** What holds a key or a UETR already: a row, or an earlier instruction of the same batch. */
export interface Holder extends RequestKey {
  readonly paymentId: string;
  readonly uetr: string;
}

export function keyOf({ submit, contentHash }: Instruction): Holder {
  const { paymentId, sender, messageId, uetr } = submit;
  return { paymentId, sender, messageId, uetr, contentHash };
}

/** An index over holders by key and by UETR; the first holder of either keeps it. */
export class Holders {
  private readonly byKey = new Map<string, Holder>();
  private readonly byUetr = new Map<string, Holder>();

  constructor(holders: Iterable<Holder> = []) {
    for (const holder of holders) this.add(holder);
  }

  add(holder: Holder): void {
    const text = textOf(holder);
    if (!this.byKey.has(text)) this.byKey.set(text, holder);
    if (!this.byUetr.has(holder.uetr)) this.byUetr.set(holder.uetr, holder);
  }

  /** Key before UETR: a repeat carries both. Undefined when nobody holds either. */
  answer(key: RequestKey): IntakeAnswer | undefined {
    const holder = this.byKey.get(textOf(key));
    if (holder !== undefined) {
      return holder.contentHash.equals(key.contentHash)
        ? { kind: 'repeat', paymentId: holder.paymentId }
        : refused('key_reused');
    }
    return key.uetr !== undefined && this.byUetr.has(key.uetr) ? refused('uetr_in_use') : undefined;
  }
}

function textOf({ sender, messageId }: RequestKey): string {
  return `${sender}\u0000${messageId}`;
}

/** A batch before its transaction: what to write, and what follows from an earlier instruction of the same batch. */
export interface BatchPlan {
  readonly leaders: readonly Instruction[];
  readonly answers: readonly (IntakeAnswer | undefined)[];
}

/** Splits a batch. Who comes too late is not written, but may be a repeat of what the table holds. */
export function planBatch(batch: readonly Instruction[], nowMs: number): BatchPlan {
  const holders = new Holders();
  const leaders: Instruction[] = [];
  const answers = batch.map((instruction) => {
    const key = keyOf(instruction);
    const answer = holders.answer(key);
    if (answer !== undefined) return answer;
    if (!isInTime(instruction, nowMs)) return refused('deadline_passed');
    holders.add(key);
    leaders.push(instruction);
    return undefined;
  });
  return { leaders, answers };
}

/** May it still be taken at this instant? */
export function isInTime({ takeBeforeMs }: Instruction, nowMs: number): boolean {
  return takeBeforeMs === undefined || nowMs < takeBeforeMs;
}
