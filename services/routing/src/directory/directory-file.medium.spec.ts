import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { routingCalls, type DirectoryEntry } from '@tonle/contracts';
import { Outbox1763990000000 } from '@tonle/messaging';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform } from '@tonle/platform';
import { First1764000100000 } from '../migrations/1764000100000-first.js';
import { sandboxDirectory, type DirectoryJson } from '../payment/directory.testing.js';
import { assembleRouting } from '../routing.testing.js';

// Real: PostgreSQL and routing as it starts, again and again on one database.

let test: TestDatabase;
let folder: string;
let path: string;
beforeEach(async () => {
  test = await createTestDatabase('directory_file');
  folder = await mkdtemp(join(tmpdir(), 'tonle-directory-'));
  path = join(folder, 'directory.json');
});
afterEach(async () => {
  await test.drop();
  await rm(folder, { recursive: true });
});

const SANDBOX = sandboxDirectory();
const CHANGE = { by: 'SOPHEAP', reason: 'new terms' };

interface Start {
  readonly entries: DirectoryEntry[];
  /** Why the file was not taken. */
  readonly reasons: readonly string[];
}

/** One start of routing with this file; gives the directory that it then has. */
async function start(file: unknown, more: Record<string, string> = {}): Promise<Start> {
  await writeFile(path, typeof file === 'string' ? file : JSON.stringify(file));
  const transport = { publish: () => Promise.resolve(), close: () => Promise.resolve() } as never;
  const platform = createTestPlatform('routing', await test.another(), {
    // In a sandbox a file is taken unapproved.
    settings: { TONLE_DIRECTORY_FILE: path, TONLE_SANDBOX: 'true', ...more },
    transport,
  });
  const warn = jest.spyOn(platform.telemetry.log, 'warn');
  const routing = await assembleRouting(platform);
  const { entries } = await platform.calls.call(routingCalls.directory, {});
  await routing.close();
  const told = warn.mock.calls.map(([fields]) => fields as unknown as { reasons?: string[] });
  return { entries, reasons: told.flatMap(({ reasons = [] }) => reasons) };
}

/** The sandbox's file with one entry in another form. */
function changed(kind: string, id: string, change: (entry: DirectoryEntry) => void): DirectoryJson {
  return sandboxDirectory((file) => {
    Object.assign(file, { change: CHANGE });
    change(file.entries.find((entry) => entry.kind === kind && entry.id === id) as DirectoryEntry);
  });
}

/** The version in which the sandbox has KHMEKONG. */
const FIRST = SANDBOX.entries.find(({ kind, id }) => kind === 'participant' && id === 'KHMEKONG')!.version;
const NEXT = FIRST + 1;
const pause = () =>
  changed('participant', 'KHMEKONG', (entry) => {
    entry.version = NEXT;
    (entry.body as { state: string }).state = 'paused';
  });

const versionOf = ({ entries }: Start, id: string) => entries.find((entry) => entry.id === id)?.version;

async function funds(): Promise<Record<string, bigint>> {
  const rows = await test.database.query<{ reference: string; minor: bigint }>(
    `SELECT reference, minor FROM transfer WHERE reference LIKE 'opening:%' ORDER BY reference`,
  );
  return Object.fromEntries(rows.map(({ reference, minor }) => [reference, minor]));
}

const actions = (action = 'directory.file') =>
  test.database.query<{ operator: string; reason: string; action: string; subject: string }>(
    'SELECT operator, reason, action, subject FROM operator_action WHERE action = $1 ORDER BY subject',
    [action],
  );

describe('a directory file at the start of routing', () => {
  it('fills an empty directory, posts its opening funds, and is recorded', async () => {
    const { entries, reasons } = await start(sandboxDirectory());
    expect(reasons).toEqual([]);
    expect(entries).toHaveLength(SANDBOX.entries.length);
    expect(Object.keys(await funds())).toHaveLength(SANDBOX.openingFunds.length);
    const recorded = await actions();
    expect(recorded).toHaveLength(SANDBOX.entries.length);
    expect(await actions('directory.funds')).toHaveLength(SANDBOX.openingFunds.length);
    expect(recorded[0]).toEqual({
      operator: 'Tonle',
      reason: 'the sandbox as this version of Tonle has it',
      action: 'directory.file',
      subject: 'calendar:CN:1',
    });
  });

  it('changes nothing when it comes again, with the keys that sign for participants', async () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    const key = {
      keyId: 'KHMEKONG-1',
      algorithm: 'ed25519',
      publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      validFrom: '2020-01-01T00:00:00Z',
      validTo: '2099-12-31T00:00:00Z',
    };
    const file = changed('participant', 'KHMEKONG', (entry) => Object.assign(entry.body!, { keys: [key] }));
    await start(file);
    const before = [await funds(), await actions()];
    expect((await start(file)).reasons).toEqual([]);
    expect([await funds(), await actions()]).toEqual(before);
  });

  it('brings next versions, recorded by whom and why', async () => {
    await start(sandboxDirectory());
    const before = (await actions()).length;
    const later = await start(pause());
    expect(later.reasons).toEqual([]);
    expect(versionOf(later, 'KHMEKONG')).toBe(NEXT);
    const recorded = await actions();
    expect(recorded).toHaveLength(before + 1);
    expect(recorded).toContainEqual({
      operator: 'SOPHEAP',
      reason: 'new terms',
      action: 'directory.file',
      subject: `participant:KHMEKONG:${NEXT}`,
    });
    const rows = await test.database.query(
      `SELECT version, source, changed_by, body ->> 'state' AS state FROM directory_entry WHERE id = 'KHMEKONG' ORDER BY version`,
    );
    expect(rows).toEqual([
      { version: FIRST, source: 'file', changed_by: 'Tonle', state: 'active' },
      { version: NEXT, source: 'file', changed_by: 'SOPHEAP', state: 'paused' },
    ]);
  });

  it('is refused whole, and routing starts with what it has, when a version says something else', async () => {
    await start(sandboxDirectory());
    const file = pause();
    const slip = file.entries.find(({ id }) => id === 'KH-TH')!;
    Object.assign(slip.body, { limits: { perPayment: {}, perDebtorDay: {} } });
    file.openingFunds.push({
      account: 'PREFUND',
      participant: 'KHMEKONG',
      currency: 'USD',
      amountMinor: '5',
    });
    const before = [await funds(), await actions()];
    const later = await start(file);
    expect(later.reasons).toHaveLength(2);
    expect(later.reasons[0]).toContain('corridor KH-TH version 3 is in the directory with other content');
    expect(later.reasons[1]).toContain('opening funds of PREFUND:KHMEKONG:USD are 5');
    expect(versionOf(later, 'KHMEKONG')).toBe(FIRST);
    expect([await funds(), await actions()]).toEqual(before);
  });

  it('ends an entry by its next version; one that is only left out is asked for', async () => {
    await start(sandboxDirectory());
    const gone = sandboxDirectory((file) => {
      file.entries = file.entries.filter(({ id }) => id !== 'FXSINGHA');
    });
    const missed = await start(gone);
    expect(missed.reasons).toEqual([
      expect.stringContaining('FXSINGHA is in the directory but no longer in the file'),
    ]);
    const ended = await start(
      changed('participant', 'FXSINGHA', (entry) =>
        Object.assign(entry, { version: entry.version + 1, ended: true }),
      ),
    );
    expect(ended.reasons).toEqual([]);
    expect(ended.entries.find(({ id }) => id === 'FXSINGHA')).toMatchObject({ ended: true });
    expect((await start(gone)).reasons).toEqual([]);
  });

  it('posts no opening funds later', async () => {
    const before = await start(sandboxDirectory()).then(funds);
    const file = sandboxDirectory(({ openingFunds }) => {
      openingFunds.push({ account: 'PREFUND', participant: 'KHMEKONG', currency: 'USD', amountMinor: '5' });
    });
    const later = await start(file);
    expect(later.reasons).toEqual([expect.stringContaining('at the first start none were posted')]);
    expect(await funds()).toEqual(before);
  });

  it('keeps routing from its first start when the directory could not work, or cannot be read', async () => {
    const broken = changed('network', 'thailand', (entry) => {
      (entry.body as { calendar: string }).calendar = 'LG';
    });
    await expect(start(broken)).rejects.toThrow(
      'network thailand: calendar LG does not exist or has ended; add it, or name another',
    );
    await expect(start('{')).rejects.toThrow('it cannot be read');
    await expect(start({ entries: [], openingFund: [] })).rejects.toThrow('openingFund');
    expect(await test.database.query('SELECT 1 FROM directory_entry')).toEqual([]);
    expect(await funds()).toEqual({});
    expect((await start(sandboxDirectory())).entries).toHaveLength(SANDBOX.entries.length);
  });

  it('knows the adapters of networks that are files', async () => {
    const examples = new URL('../../../../docs/examples', import.meta.url).pathname;
    const lagoon = JSON.parse(readFileSync(join(examples, 'lagoon/directory.json'), 'utf8')) as DirectoryJson;
    const file = sandboxDirectory(({ entries, openingFunds }) => {
      entries.push(...lagoon.entries);
      openingFunds.push(...lagoon.openingFunds);
    });
    await expect(start(file)).rejects.toThrow(
      'network lagoon: there is no adapter adapter-lagoon; use one of',
    );
    const { entries } = await start(file, { TONLE_NETWORKS_DIR: examples });
    expect(entries.map(({ id }) => id)).toContain('KH-LG');
  });

  it('leaves a running installation alone when it cannot be read', async () => {
    await start(sandboxDirectory());
    const later = await start('{');
    expect(later.reasons).toEqual([expect.stringContaining('it cannot be read')]);
    expect(later.entries).toHaveLength(SANDBOX.entries.length);
  });
});

const OLD_SIDES = {
  home: {
    adapter: 'adapter-bakong',
    network: 'BAKONG',
    country: 'KH',
    currencies: ['KHR', 'USD'],
    settlementMode: 'GROSS_RT',
    rail: 'BAKONG',
    calendar: 'KH',
  },
  partner: {
    adapter: 'adapter-thailand',
    network: 'THSWITCH',
    country: 'TH',
    currencies: ['THB'],
    settlementMode: 'DEFERRED_NET',
    calendar: 'TH',
  },
};

/** The sandbox's file as it was before there were networks. */
function fileOfBefore(): DirectoryJson {
  return sandboxDirectory((file) => {
    Reflect.deleteProperty(file, 'change');
    file.entries = file.entries.filter(
      ({ kind, id }) => kind !== 'network' && (kind !== 'corridor' || id === 'KH-TH'),
    );
    for (const entry of file.entries) {
      entry.version = 1;
      if (entry.kind === 'calendar') Object.assign(entry.body, { version: 1 });
      Reflect.deleteProperty(entry.body, 'memberOf');
      if (entry.kind === 'corridor') Object.assign(entry.body, OLD_SIDES);
    }
  });
}

describe('a database of before there were networks', () => {
  beforeEach(async () => {
    await test.database.openOrm({ migrations: [Outbox1763990000000, First1764000100000] });
    for (const { kind, id, version, body } of fileOfBefore().entries)
      await test.database.query(
        `INSERT INTO directory_entry (kind, id, version, body, changed_at, changed_by, change_reason)
         VALUES ($1, $2, $3, $4, now(), 'seed', 'first start')`,
        [kind, id, version, JSON.stringify(body)],
      );
  });

  it('is carried over, and has nothing against the file of now', async () => {
    const { openingFunds, ...file } = sandboxDirectory();
    expect(openingFunds).toHaveLength(SANDBOX.openingFunds.length);
    const { entries, reasons } = await start(file);
    expect(reasons).toEqual([]);
    expect(entries).toHaveLength(SANDBOX.entries.length);
    expect(new Set(entries.map(({ kind, id, version }) => `${kind}:${id}:${version}`))).toEqual(
      new Set(sandboxDirectory().entries.map(({ kind, id, version }) => `${kind}:${id}:${version}`)),
    );
  });

  it('has nothing against the file of before, but against a change in its form', async () => {
    const before = { ...fileOfBefore(), openingFunds: [] };
    expect((await start(before)).reasons).toEqual([]);
    const corridor = before.entries.find(({ kind }) => kind === 'corridor')!;
    corridor.version = 3;
    const { reasons, entries } = await start({ ...before, change: CHANGE });
    expect(reasons).toEqual([
      expect.stringMatching(/^corridor KH-TH: it cannot be read: home: .*; correct it/),
    ]);
    // With the two networks that the migration made of its corridor.
    expect(entries).toHaveLength(before.entries.length + 2);
  });
});
