import { createHash } from 'node:crypto';
import { canonicalJson, type DirectoryEntry } from '@tonle/contracts';
import type { DirectoryStore } from '@tonle/directory';
import type { Transaction } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { OperatorStore } from '../operator/operator.store.js';

/** Writes what a file brought into the directory, with the deed that it is. */
export class DirectoryAppend {
  constructor(
    private readonly store: DirectoryStore,
    private readonly operators: OperatorStore,
    private readonly clock: Clock,
  ) {}

  /** In a transaction that has the directory's lock. */
  async fromFile(
    transaction: Transaction,
    entries: readonly DirectoryEntry[],
    { by, reason, evidence }: { readonly by: string; readonly reason: string; readonly evidence?: string },
  ): Promise<void> {
    const atMs = this.clock.now();
    await this.store.append(transaction, entries, { source: 'file', atMs, by, reason });
    const deed = {
      kind: 'file',
      operator: by,
      reason,
      atMs,
      ...(evidence !== undefined && { evidence }),
    } as const;
    await this.operators.record(
      transaction,
      ...entries.map(({ kind, id, version, ended = false, body }) => ({
        ...deed,
        action: 'directory.file',
        subject: `${kind}:${id}:${version}`,
        // What it said before and says now stands in the directory for ever.
        ...(version > 1 && { before: { version: version - 1 } }),
        after: { version, ended, sha256: createHash('sha256').update(canonicalJson(body)).digest('hex') },
      })),
    );
  }
}
