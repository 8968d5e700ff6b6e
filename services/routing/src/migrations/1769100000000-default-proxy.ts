import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

interface NetworkRow {
  readonly id: string;
  readonly version: number;
  readonly ended: boolean;
  readonly body: { readonly accounts: { readonly kinds: readonly string[] } };
}

/** What the code took a proxy without a type for, before it was data: a mobile number. */
const DEFAULT_PROXY = 'MBNO';

/** Networks that know mobile numbers get a version that says so; the others had no kind of proxy that was meant. */
export class DefaultProxy1769100000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    const networks = (await runner.query(
      "SELECT DISTINCT ON (id) id, version, body, ended FROM directory_entry WHERE kind = 'network' ORDER BY id, version DESC",
    )) as NetworkRow[];
    for (const { id, version, ended, body } of networks) {
      const { accounts } = body;
      if (ended || 'defaultProxy' in accounts || !accounts.kinds.includes(DEFAULT_PROXY)) continue;
      const next = { ...body, accounts: { ...accounts, defaultProxy: DEFAULT_PROXY } };
      await runner.query(
        `INSERT INTO directory_entry (kind, id, version, body, source, changed_at, changed_by, change_reason)
         VALUES ('network', $1, $2, $3, 'upgrade', now(), 'upgrade', 'the kind of proxy that is meant is data')`,
        [id, version + 1, JSON.stringify(next)],
      );
    }
  }
}
