import { decode, type MessageType } from '@tonle/contracts';
import type { BatchHandler, InboundRecord } from '@tonle/messaging';
import type { Rehearsal } from '@tonle/platform';

/** The one topic of a service, whose records go to handlers by the type of their message. Other types are passed over. */
export class Inbox {
  private readonly handlers = new Map<MessageType, BatchHandler>();
  private readonly rehearsals = new Map<string, Rehearsal>();

  /** One handler a type: the last one stays. */
  on(type: MessageType, handle: BatchHandler, rehearse?: Rehearsal): void {
    this.handlers.set(type, handle);
    if (rehearse !== undefined) this.rehearsals.set(type, rehearse);
  }

  /** What a record would bring about now, in words. */
  readonly rehearse: Rehearsal = async (record) => {
    const { type, key } = record;
    const rehearsal = this.rehearsals.get(type);
    if (rehearsal !== undefined) return rehearsal(record);
    if (![...this.handlers.keys()].some((each) => each === type))
      return [`nothing: ${type} is passed over here`];
    decode(record);
    return [`give ${type} about ${key} to its handler again; what it has had changes nothing`];
  };

  /** A batch: when one of its handlers rejects, all of it comes again. */
  readonly handle = async (records: readonly InboundRecord[]): Promise<void> => {
    const work = [...this.handlers].map(async ([type, handle]) => {
      const own = records.filter((record) => record.type === type);
      if (own.length > 0) await handle(own);
    });
    await Promise.all(work);
  };
}
