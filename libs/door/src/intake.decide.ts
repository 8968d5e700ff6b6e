import { lateBy, refused, refusedTime, type Refusal } from '@tonle/contracts';
import type { Instruction } from './instruction.js';

/** What becomes of one instruction of a batch. */
export type IntakeAnswer =
  | { readonly kind: 'accepted'; readonly paymentId: string }
  /** Same key, same content: the payment as it is now (decisions 24). */
  | { readonly kind: 'repeat'; readonly paymentId: string }
  /** `key_reused`, `uetr_in_use`, `deadline_passed`, `duplicate_suspected`, `overloaded`: nothing was kept. */
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

/** What an instruction holds once it is taken: its sender's message id, and its UETR. */
export function keyOf({ submit, contentHash }: Instruction): Holder {
  const { paymentId, sender, messageId, uetr } = submit;
  return { paymentId, sender, messageId, uetr, contentHash };
}

/** A message that was refused, and what its sender was told. */
export interface RefusedMessage {
  readonly key: RequestKey;
  readonly refusal: Refusal;
}

/** An index over holders by key and by UETR; the first holder of either keeps it. */
export class Holders {
  private readonly byKey = new Map<string, Holder>();
  private readonly byUetr = new Map<string, Holder>();

  constructor(
    holders: Iterable<Holder> = [],
    private readonly refused: readonly RefusedMessage[] = [],
  ) {
    for (const holder of holders) this.add(holder);
  }

  /** Changes nothing for a key or a UETR that is held. */
  add(holder: Holder): void {
    const text = textOf(holder);
    if (!this.byKey.has(text)) this.byKey.set(text, holder);
    if (!this.byUetr.has(holder.uetr)) this.byUetr.set(holder.uetr, holder);
  }

  /** What was refused stays so. Key before UETR: a repeat carries both. Undefined when nothing stands in the way. */
  answer(key: RequestKey): IntakeAnswer | undefined {
    const before = this.refused.find((one) => textOf(one.key) === textOf(key) && isSame(one.key, key));
    if (before !== undefined) return before.refusal;
    const holder = this.byKey.get(textOf(key));
    if (holder !== undefined) {
      return isSame(holder, key) ? { kind: 'repeat', paymentId: holder.paymentId } : refused('key_reused');
    }
    return key.uetr !== undefined && this.byUetr.has(key.uetr) ? refused('uetr_in_use') : undefined;
  }
}

function isSame(one: RequestKey, other: RequestKey): boolean {
  return one.contentHash.equals(other.contentHash);
}

function textOf({ sender, messageId }: RequestKey): string {
  return `${sender}\u0000${messageId}`;
}

/** Those of a batch that are to be written: the first of each key and UETR that comes in time. */
export function leadersOf(batch: readonly Instruction[], nowMs: number): Instruction[] {
  const holders = new Holders();
  return batch.filter((instruction) => {
    const key = keyOf(instruction);
    if (holders.answer(key) !== undefined || !isInTime(instruction, nowMs)) return false;
    holders.add(key);
    return true;
  });
}

/**
 * What became of a batch of which these payments were `written`, and of whose others the table `held` some keys and has payments
 * without an outcome that they are `alike`. Undefined for who gave way to one that was refused: nobody holds what it asks for,
 * so it is to be tried again.
 */
export function answersOf(
  batch: readonly Instruction[],
  written: ReadonlySet<string>,
  { held, alike }: { readonly held: Holders; readonly alike: ReadonlyMap<string, Refusal> },
  nowMs: number,
): (IntakeAnswer | undefined)[] {
  const kept = new Holders(batch.filter(({ submit }) => written.has(submit.paymentId)).map(keyOf));
  return batch.map((instruction) => {
    const { paymentId } = instruction.submit;
    if (written.has(paymentId)) return { kind: 'accepted', paymentId };
    const key = keyOf(instruction);
    const late = isInTime(instruction, nowMs) ? undefined : lateRefusal(instruction, nowMs);
    // What the table holds counts before what the batch held. Who comes too late may be a repeat of either.
    return held.answer(key) ?? kept.answer(key) ?? late ?? alike.get(paymentId);
  });
}

function lateRefusal({ takeBeforeMs }: Instruction, nowMs: number): Refusal {
  const endMs = takeBeforeMs ?? nowMs;
  const words = lateBy(nowMs - endMs, `it had to be taken before ${new Date(endMs).toISOString()}`);
  return refusedTime('deadline_passed', 'acceptedAt', words);
}

/** May it still be taken at this instant? */
export function isInTime({ takeBeforeMs }: Instruction, nowMs: number): boolean {
  return takeBeforeMs === undefined || nowMs < takeBeforeMs;
}
