import { TOPICS, type OutboundRecord } from '@tonle/messaging';
import type { DirectoryEntry } from '@tonle/contracts';

/** An entry on the compacted topic: the newest version of each key stays. */
export function directoryRecord(entry: DirectoryEntry): OutboundRecord {
  const key = `${entry.kind}:${entry.id}`;
  return {
    topic: TOPICS.directory,
    key,
    type: 'directory.entry',
    messageId: `${key}:${entry.version}`,
    body: JSON.stringify(entry),
  };
}
