import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

interface NetworkRow {
  readonly id: string;
  readonly version: number;
  readonly ended: boolean;
  readonly body: { readonly adapter: string; readonly accounts: Readonly<Record<string, unknown>> };
}

// What the code knew of how these networks write an account, before it was data. The others keep what they are given.
const KNOWN: Readonly<Record<string, { letterCase: string; leftOut?: string }>> = {
  'adapter-bakong': { letterCase: 'lower' },
  'adapter-thailand': { letterCase: 'kept', leftOut: ' ().-' },
};

/** Each network gets a version that says how its accounts are written, so that one account is one debtor. */
export class AccountSpelling1764000550000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    const networks = (await runner.query(
      "SELECT DISTINCT ON (id) id, version, body, ended FROM directory_entry WHERE kind = 'network' ORDER BY id, version DESC",
    )) as NetworkRow[];
    for (const { id, version, ended, body } of networks) {
      if (ended || 'spelling' in body.accounts) continue;
      const spelling = KNOWN[body.adapter] ?? { letterCase: 'kept' };
      const next = { ...body, accounts: { ...body.accounts, spelling } };
      await runner.query(
        `INSERT INTO directory_entry (kind, id, version, body, source, changed_at, changed_by, change_reason)
         VALUES ('network', $1, $2, $3, 'upgrade', now(), 'upgrade', 'how a network writes its accounts is data')`,
        [id, version + 1, JSON.stringify(next)],
      );
    }
  }
}
