import type { AuditActor, DirectoryEntry } from '@tonle/contracts';
import type { DirectoryStore } from '@tonle/directory';
import type { Transaction } from '@tonle/persistence';
import type { OperatorStore } from '../operator/operator.store.js';
import type { DeedAuthor, DirectoryDeed } from './directory-deed.js';
import { aboutOf, actionOf } from './directory-deed.decide.js';

/** Who does a deed, and where it can be seen that it was right. */
export interface DeedDoer extends DeedAuthor {
  readonly participant?: string;
  /** Default: an operator. */
  readonly actor?: AuditActor['kind'];
  readonly evidence?: string;
}

/** An entry, and what becomes of its body. */
interface EntryChange {
  readonly entry: DirectoryEntry;
  readonly body: object;
}

/** Deeds on entries of the directory, as they are written down. */
export class DirectoryDeeds {
  constructor(
    private readonly store: DirectoryStore,
    private readonly operators: OperatorStore,
  ) {}

  /** The entry that a deed is on, unless it has ended; the directory is locked until the commit. */
  async locked(
    transaction: Transaction,
    { on, id }: Pick<DirectoryDeed, 'on' | 'id'>,
  ): Promise<DirectoryEntry | undefined> {
    await this.store.lock(transaction);
    const entry = (await this.store.load(transaction)).entry(on, id);
    return entry === undefined || entry.ended === true ? undefined : entry;
  }

  /** The next version of an entry, with who did it and why. */
  async write(
    transaction: Transaction,
    deed: DirectoryDeed,
    { entry, body }: EntryChange,
    { actor: kind = 'operator', evidence, ...who }: DeedDoer,
    atMs: number,
  ): Promise<DirectoryEntry> {
    const next: DirectoryEntry = { ...entry, version: entry.version + 1, body };
    const { operator: by, reason } = who;
    await this.store.append(transaction, [next], { source: 'operator', atMs, by, reason });
    const [before, after] = [entry, next].map((each) => ({
      version: each.version,
      ...aboutOf(deed, each.body),
    }));
    const acknowledges = deed.deed === 'door' ? deed.acknowledges : undefined;
    await this.operators.record(transaction, {
      ...{ ...who, kind, atMs, action: actionOf(deed), subject: deed.id },
      ...(evidence === undefined ? {} : { evidence }),
      ...{ before, after: { ...after, acknowledges } },
    });
    return next;
  }
}
