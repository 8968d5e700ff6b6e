import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DirectoryStore, type CalendarBody, type Directory, type ParticipantBody } from '@tonle/directory';
import type { DirectoryEntry } from '@tonle/contracts';
import { Outbox1763990000000 } from '@tonle/messaging';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';
import { DirectoryVersions1764000200000 } from './1764000200000-directory-versions.js';
import { First1764000100000 } from './1764000100000-first.js';
import { Networks1764000300000 } from './1764000300000-networks.js';
import { DefaultProxy1769100000000 } from './1769100000000-default-proxy.js';
import { AccountSpelling1764000550000 } from './1764000550000-account-spelling.js';

// Real: PostgreSQL, with the directory as earlier versions made it.

const SANDBOX = new URL('../../../../deploy/sandbox/directory.json', import.meta.url);

const HOME = {
  adapter: 'adapter-bakong',
  network: 'BAKONG',
  country: 'KH',
  currencies: ['KHR', 'USD'],
  settlementMode: 'GROSS_RT',
  rail: 'BAKONG',
  calendar: 'KH',
};
const PARTNER = {
  adapter: 'adapter-thailand',
  network: 'THSWITCH',
  country: 'TH',
  currencies: ['THB'],
  settlementMode: 'DEFERRED_NET',
  calendar: 'TH',
};

let test: TestDatabase;
let directory: Directory;
let entries: DirectoryEntry[];
beforeAll(async () => {
  test = await createTestDatabase('networks_upgrade');
  const file = JSON.parse(await readFile(SANDBOX, 'utf8')) as { entries: DirectoryEntry[] };
  entries = file.entries.filter(wasThere).map(asItWas);
  await test.database.openOrm({ migrations: [Outbox1763990000000, First1764000100000] });
  const before = entries.flatMap((entry) => beforeOf(entry));
  // An operator had closed the corridor.
  const corridor = before.find(({ kind }) => kind === 'corridor')!;
  before.push({
    ...corridor,
    version: 2,
    body: { ...(corridor.body as object), open: { outbound: false, inbound: true } },
  });
  for (const { kind, id, version, body } of before)
    await test.database.query(
      `INSERT INTO directory_entry (kind, id, version, body, changed_at, changed_by, change_reason)
       VALUES ($1, $2, $3, $4, now(), $5, 'before')`,
      [kind, id, version, JSON.stringify(body), version === 1 ? 'seed' : 'DARA'],
    );
  const runner = { query: (sql: string, values?: unknown[]) => test.database.query(sql, values) };
  for (const migration of [
    new DirectoryVersions1764000200000(),
    new Networks1764000300000(),
    new AccountSpelling1764000550000(),
    new DefaultProxy1769100000000(),
  ])
    await migration.up(runner as unknown as QueryRunner);
  directory = await new DirectoryStore().load(test.database);
});
afterAll(() => test.drop());

/** Entries of the one corridor that there was. */
function wasThere({ kind, id, body }: DirectoryEntry): boolean {
  if (kind === 'participant') {
    const those: Record<string, string[]> = {
      network: [HOME.network, PARTNER.network],
      settlement_bank: ['KHSETTLE'],
    };
    return those[(body as ParticipantBody).kind]?.includes(id) ?? true;
  }
  return ['KH', 'TH', 'bakong', 'thailand', 'KH-TH'].includes(id);
}

/** What has changed since then for the networks that came later, and for the banks that pay windows. */
function asItWas(now: DirectoryEntry): DirectoryEntry {
  const { settles, settlementAccounts, bank, ...body } = now.body as Record<string, unknown>;
  const isRaised = settles !== undefined || settlementAccounts !== undefined || bank !== undefined;
  const entry = { ...now, version: now.version - (isRaised ? 1 : 0), body } as DirectoryEntry;
  if ((entry.body as Partial<ParticipantBody>).kind === 'fx_provider') return { ...entry, version: 1 };
  if (entry.kind !== 'calendar') return entry;
  return { ...entry, version: 1, body: { ...(entry.body as CalendarBody), version: 1 } };
}

/** An entry of the sandbox as it was written before there were networks. */
function beforeOf({ kind, id, body }: DirectoryEntry): DirectoryEntry[] {
  if (kind === 'network') return [];
  const { memberOf: _, ...rest } = body as Record<string, unknown>;
  const sides = kind === 'corridor' ? { home: HOME, partner: PARTNER } : {};
  return [{ kind, id, version: 1, body: { ...rest, ...sides } }];
}

describe('a directory of before there were networks', () => {
  it('has become that of the sandbox, with what operators had done', () => {
    const expected = entries.map((entry) =>
      entry.kind === 'corridor'
        ? {
            ...entry,
            version: 3,
            body: { ...(entry.body as object), open: { outbound: false, inbound: true } },
          }
        : entry,
    );
    const sorted = (all: readonly DirectoryEntry[]) =>
      [...all].sort((a, b) => (`${a.kind}:${a.id}` < `${b.kind}:${b.id}` ? -1 : 1));
    expect(sorted(directory.entries)).toEqual(sorted(expected));
  });

  it('keeps the history, and who brought what', async () => {
    const rows = await test.database.query(
      `SELECT version, source, changed_by, jsonb_typeof(body -> 'home') AS home
       FROM directory_entry WHERE kind = 'corridor' ORDER BY version`,
    );
    expect(rows).toEqual([
      { version: 1, source: 'file', changed_by: 'seed', home: 'object' },
      { version: 2, source: 'operator', changed_by: 'DARA', home: 'object' },
      { version: 3, source: 'upgrade', changed_by: 'upgrade', home: 'string' },
    ]);
  });
});
