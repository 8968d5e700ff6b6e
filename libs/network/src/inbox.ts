import type { MessageType } from '@tonle/contracts';
import type { BatchHandler, InboundRecord } from '@tonle/messaging';

/** The one topic of a service, whose records go to handlers by the type of their message. Other types are passed over. */
export class Inbox {
  private readonly handlers = new Map<MessageType, BatchHandler>();

  /** One handler a type: the last one stays. */
  on(type: MessageType, handle: BatchHandler): void {
    this.handlers.set(type, handle);
  }

  /** A batch: when one of its handlers rejects, all of it comes again. */
  readonly handle = async (records: readonly InboundRecord[]): Promise<void> => {
    const work = [...this.handlers].map(async ([type, handle]) => {
      const own = records.filter((record) => record.type === type);
      if (own.length > 0) await handle(own);
    });
    await Promise.all(work);
  };
}
