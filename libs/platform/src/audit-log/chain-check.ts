import { endFaults, GENESIS, linkFaults, type AuditFinding } from '@tonle/contracts';
import type { Database, Queryable } from '@tonle/persistence';
import { auditEntries, newestHead } from './audit-log.store.js';

/** So many entries are read at a time. */
const PAGE = 1_000;
/** So many that nobody has looked at yet are read in a round ... */
const FRESH_MAX = 20_000;
/** ... and so many of the others again, so that all are, in turn. */
const AGAIN_MAX = 2_000;

interface Link {
  readonly service: string;
  readonly number: number;
  readonly hash: string;
}

/**
 * I22: the chain of a service's audit log is whole. Each round reads what is new, against what was found
 * before, and some of the old entries again, in turn. What is broken stays broken until it is mended.
 */
export class ChainCheck {
  /** As far as everything was seen to be whole. */
  private checked: Link;
  /** As far as the old ones were seen again. */
  private again: Link;

  constructor(
    private readonly database: Database,
    private readonly service: string,
  ) {
    this.checked = this.again = this.genesis;
  }

  /** One snapshot, so that what is being written does not look wrong. */
  readonly run = (): Promise<AuditFinding> =>
    this.database.transaction(
      async (snapshot) => {
        const head = { service: this.service, ...(await newestHead(snapshot)) };
        const old = await this.walk(snapshot, this.again, this.checked, AGAIN_MAX);
        const fresh = await this.walk(snapshot, this.checked, head, FRESH_MAX);
        const cut = head.number < this.checked.number ? endFaults(head, this.checked) : fresh.faults;
        const violations = [...new Set([...old.faults, ...cut])];
        this.checked = fresh.last;
        this.again = old.last.number >= this.checked.number ? this.genesis : old.last;
        return {
          invariant: 'I22',
          ok: violations.length === 0,
          checked: old.read + fresh.read,
          violations,
        };
      },
      { isolation: 'repeatable read' },
    );

  private get genesis(): Link {
    return { service: this.service, number: 0, hash: GENESIS };
  }

  /** From one link to another, or as far as `most` entries. Where something is wrong `last` stays before it. */
  private async walk(
    snapshot: Queryable,
    from: Link,
    until: Link,
    most: number,
  ): Promise<{ last: Link; read: number; faults: string[] }> {
    let last = from;
    let read = 0;
    while (last.number < until.number && read < most) {
      const page = await auditEntries(snapshot, { after: last.number, until: until.number, limit: PAGE });
      for (const entry of page) {
        const faults = linkFaults(last, entry);
        if (faults.length > 0) return { last, read, faults };
        last = { service: this.service, number: entry.number, hash: entry.hash };
        read += 1;
      }
      if (page.length === 0) break;
    }
    const isWhole = read < most || last.number >= until.number;
    return { last, read, faults: isWhole ? endFaults(last, until) : [] };
  }
}
