import type { ApprovalExecution, ApprovalKind, ApprovalRequest } from '@tonle/approval';
import { directoryEntry, refused, type DirectoryEntry } from '@tonle/contracts';
import type { DirectoryStore } from '@tonle/directory';
import type { Transaction } from '@tonle/persistence';
import { z } from 'zod';
import { contentHash } from './change-proposal.decide.js';
import type { CurrentDirectory } from './current-directory.js';
import type { DirectoryAppend } from './directory-append.js';
import { faultsOfNews } from './directory-file.decide.js';
import { directoryRecord } from './directory-record.js';

const fileChange = z.object({
  change: z.object({ by: z.string(), reason: z.string() }),
  /** The next versions, as they would be taken. */
  entries: z.array(directoryEntry),
});
/** What a directory file would change. */
export type FileChange = z.infer<typeof fileChange>;

/** What a change of the directory by its file writes with. */
interface FileChangeParts {
  readonly store: DirectoryStore;
  readonly append: DirectoryAppend;
  readonly directory: CurrentDirectory;
  readonly adapters: () => readonly string[];
  /** What others must have before payments go by the change. */
  readonly opened: () => Promise<void>;
}

/** What a directory file brings that lets more through, or trusts somebody: taken when operators have approved it (record 49). */
export class DirectoryChangeKind implements ApprovalKind<FileChange> {
  readonly kind = 'directory.change';
  readonly payload = fileChange;

  constructor(private readonly parts: FileChangeParts) {}

  /** The versions that it follows, and what it says: another content of the file is another target. */
  async targetVersion(transaction: Transaction, { change, entries }: FileChange): Promise<string> {
    const { store } = this.parts;
    await store.lock(transaction);
    const newest = new Map((await store.newest(transaction)).map((entry) => [nameOf(entry), entry.version]));
    const follows = entries.map((entry) => `${nameOf(entry)} ${newest.get(nameOf(entry)) ?? 0}`);
    return contentHash({ change, entries, follows });
  }

  async execute(
    transaction: Transaction,
    { payload: { entries, change }, approvalId }: ApprovalRequest<FileChange>,
    nowMs: number,
  ): Promise<ApprovalExecution> {
    const { store, append, adapters } = this.parts;
    const stored = await store.versions(transaction);
    // Entries beside it may have changed since.
    const faults = faultsOfNews(entries, { stored, adapters: adapters(), nowMs });
    if (faults.length > 0) return refused('directory_impossible', faults.join('; '));
    await append.fromFile(transaction, entries, { ...change, evidence: `approval ${approvalId}` });
    return {
      kind: 'executed',
      outcome: { entries: entries.map(({ kind, id, version }) => `${kind} ${id} version ${version}`) },
      records: entries.map(directoryRecord),
    };
  }

  /** What waits for the clock anyway comes at once. */
  async afterwards(): Promise<void> {
    await this.parts.directory.reload();
    await this.parts.opened();
  }
}

const nameOf = ({ kind, id }: DirectoryEntry): string => `${kind} ${id}`;
