import type { Directory, DirectoryStore } from '@tonle/directory';
import type { Queryable } from '@tonle/persistence';

const LOOK_EVERY_MS = 1_000;

/** The directory as this instance decides with it; other instances' changes are seen within a second. */
export class CurrentDirectory {
  private current: Directory;
  private lookedAt = performance.now();

  constructor(
    private readonly store: DirectoryStore,
    private readonly database: Queryable,
    first: Directory,
  ) {
    this.current = first;
  }

  get(): Directory {
    return this.current;
  }

  /** Reloads when the table has changed; looks at most once a second. */
  async refreshed(): Promise<Directory> {
    return performance.now() - this.lookedAt < LOOK_EVERY_MS ? this.current : this.newest();
  }

  /** As the table has it now: for others, who ask because it has changed. */
  async newest(): Promise<Directory> {
    this.lookedAt = performance.now();
    if ((await this.store.sequence(this.database)) !== this.current.sequence) await this.reload();
    return this.current;
  }

  async reload(): Promise<void> {
    this.current = await this.store.load(this.database);
  }
}
