import type { LegKind } from '@tonle/contracts';
import type { Payment } from './payment.js';
import type { UsedKeys } from './payment.store.js';

/** Transfers that carry a rail's reference. */
export type ReferenceKind = 'discharge' | 'reversal';

type Referring = Pick<Payment, 'id' | 'corridor' | 'direction'>;

interface Identified {
  readonly uetr: string;
  readonly sender: string;
  readonly messageId: string;
}

const senderKey = ({ sender, messageId }: Identified) => `${sender}|${messageId}`;

/** Keys that are one payment's alone, and whose they are: as they were read, and as the batch takes more. */
export class KeyBook {
  private readonly uetrs = new Map<string, string>();
  private readonly keys = new Map<string, string>();
  private readonly quotes = new Map<string, string>();
  private readonly references = new Map<string, string>();

  constructor(used: UsedKeys, references: ReadonlyMap<string, string>) {
    this.add(used, references);
  }

  /** More of what was read. `references`: rail references in use, `kind|reference` to chain. */
  add({ uetrs, keys, quotes }: UsedKeys, references: ReadonlyMap<string, string>): void {
    for (const [uetr, owner] of uetrs) this.uetrs.set(uetr, owner);
    for (const [key, owner] of keys) this.keys.set(key, owner);
    for (const [quote, owner] of quotes) this.quotes.set(quote, owner);
    for (const [reference, owner] of references) this.references.set(reference, owner);
  }

  uetrUsed({ uetr }: Identified): boolean {
    return this.uetrs.has(uetr);
  }

  keyUsed(submit: Identified): boolean {
    return this.keys.has(senderKey(submit));
  }

  takeIdentifiers(submit: Identified, paymentId: string): void {
    this.uetrs.set(submit.uetr, paymentId);
    this.keys.set(senderKey(submit), paymentId);
  }

  quoteUsed(quoteId: string): boolean {
    return this.quotes.has(quoteId);
  }

  takeQuote(quoteId: string, paymentId: string): void {
    this.quotes.set(quoteId, paymentId);
  }

  /** Is this reference of a leg's network another payment's: by a transfer, or because people found that one paid under it? */
  isAnothers({ id, corridor, direction }: Referring, leg: LegKind, reference: string): boolean {
    const kind = leg === 'reversal' ? 'reversal' : 'discharge';
    const decided = this.references.get(`decided:${corridor}:${direction}:${leg}|${reference}`);
    return [this.references.get(`${kind}|${reference}`), decided].some((owner) => (owner ?? id) !== id);
  }

  takeReference(kind: ReferenceKind, reference: string, chainId: string): void {
    this.references.set(`${kind}|${reference}`, chainId);
  }
}
