import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  approvalCalls,
  routingCalls,
  type ApprovalAnswer,
  type ApprovalDecision,
  type DirectoryEntry,
  type WholeApproval,
} from '@tonle/contracts';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import { sandboxDirectory, type DirectoryJson } from '../payment/directory.testing.js';
import { assembleRouting, type Routing } from '../routing.testing.js';

// Real: PostgreSQL and routing of no sandbox as it starts, again and again on one database, with three operators who have keys.

let test: TestDatabase;
let folder: string;
let started: Routing[];
beforeEach(async () => {
  test = await createTestDatabase('directory_change');
  folder = await mkdtemp(join(tmpdir(), 'tonle-directory-'));
  started = [];
});
afterEach(async () => {
  for (const routing of started) await routing.close();
  await test.drop();
  await rm(folder, { recursive: true });
});

const keyOf = (keyId: string) => ({
  keyId,
  algorithm: 'ed25519',
  publicKeyPem: generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  validFrom: '2020-01-01T00:00:00Z',
  validTo: '2099-12-31T00:00:00Z',
});
const KEYS = Object.fromEntries(['OPERATOR', 'OPERATOR2', 'OPERATOR3'].map((id) => [id, keyOf(`${id}-1`)]));

/** The sandbox's file with these operators, and its entries in another form. */
function file(operators: readonly string[], change: (directory: DirectoryJson) => void = () => undefined) {
  return sandboxDirectory((directory) => {
    Object.assign(directory, { change: { by: 'SOPHEAP', reason: 'new terms' } });
    for (const entry of directory.entries)
      if (operators.includes(entry.id)) Object.assign(entry.body, { keys: [KEYS[entry.id]] });
    change(directory);
  });
}
const THREE = ['OPERATOR', 'OPERATOR2', 'OPERATOR3'];
const entryOf = (directory: DirectoryJson, id: string) => directory.entries.find((each) => each.id === id)!;
/** The next version of KHMEKONG, with a cap or with less. */
const withCap = (usd: string) => (directory: DirectoryJson) => {
  const entry = entryOf(directory, 'KHMEKONG');
  entry.version += 1;
  Object.assign(entry.body, { caps: { ...(entry.body as { caps?: object }).caps, USD: usd } });
};

interface Start {
  readonly platform: TestPlatform;
  readonly warnings: readonly string[];
  entries(): Promise<DirectoryEntry[]>;
}

async function start(directory: DirectoryJson, settings: Record<string, string> = {}): Promise<Start> {
  const path = join(folder, 'directory.json');
  await writeFile(path, JSON.stringify(directory));
  const transport = { publish: () => Promise.resolve(), close: () => Promise.resolve() } as never;
  const platform = createTestPlatform('routing', await test.another(), {
    settings: { TONLE_DIRECTORY_FILE: path, ...settings },
    transport,
  });
  const warn = jest.spyOn(platform.telemetry.log, 'warn');
  started.push(await assembleRouting(platform));
  return {
    platform,
    warnings: warn.mock.calls.map((call) => String(call[1])),
    entries: async () => (await platform.calls.call(routingCalls.directory, {})).entries,
  };
}

async function approvals({ platform }: Start): Promise<WholeApproval[]> {
  const { list, find } = approvalCalls('routing');
  const { approvals: listed } = await platform.calls.call(list, { limit: 10 });
  return Promise.all(
    listed.map(async ({ approvalId }) => {
      const found = await platform.calls.call(find, { approvalId });
      if (found.kind === 'refused') throw new Error(found.reason);
      return found.approval;
    }),
  );
}
const decide = (
  { platform }: Start,
  approvalId: string,
  participant: string,
  more: Partial<ApprovalDecision> = {},
): Promise<ApprovalAnswer> =>
  platform.calls.call(approvalCalls('routing').decide, {
    ...{ approvalId, participant, operator: `${participant}-1`, reason: 'compared', acknowledged: [] },
    ...{ verdict: 'approve', ...more },
  });
const capOf = async (at: Start): Promise<string | undefined> =>
  ((await at.entries()).find(({ id }) => id === 'KHMEKONG')!.body as { caps?: Record<string, string> })
    .caps?.['USD'];

describe('a directory file that lets more through', () => {
  it('waits for two operators, who see what it changes, and is taken once', async () => {
    await start(file(THREE));
    const at = await start(file(THREE, withCap('123456')));
    expect(at.warnings).toContain('the directory file waits for operators to approve it');
    expect(await capOf(at)).not.toBe('123456');
    const [open] = await approvals(at);
    expect(open).toMatchObject({
      ...{ kind: 'directory.change', target: 'directory file', state: 'pending', approvalsRequired: 2 },
      ...{ proposedBy: 'directory file', reason: 'new terms' },
      after: { 'participant KHMEKONG': { 'caps.USD': '1234.56 USD' } },
    });
    // Another start with the same file is the same proposal.
    const again = await start(file(THREE, withCap('123456')));
    expect(await approvals(again)).toHaveLength(1);
    expect(await decide(again, open!.approvalId, 'OPERATOR')).toMatchObject({
      state: 'pending',
      approvals: 1,
    });
    expect(await decide(again, open!.approvalId, 'OPERATOR')).toMatchObject({
      state: 'pending',
      approvals: 1,
    });
    expect(await capOf(again)).not.toBe('123456');
    expect(await decide(again, open!.approvalId, 'OPERATOR2')).toMatchObject({ state: 'executed' });
    expect(await capOf(again)).toBe('123456');
    const deeds = await test.database.query<{ operator: string; evidence: string | null }>(
      `SELECT operator, evidence FROM operator_action WHERE action = 'directory.file' ORDER BY id DESC LIMIT 1`,
    );
    expect(deeds).toEqual([{ operator: 'SOPHEAP', evidence: `approval ${open!.approvalId}` }]);
    // The file that was approved has nothing new.
    const later = await start(file(THREE, withCap('123456')));
    expect(later.warnings).toEqual([]);
    expect(await approvals(later)).toMatchObject([{ state: 'executed' }]);
  });

  it('asks for each key that it trusts to be compared', async () => {
    await start(file(THREE));
    const key = keyOf('KHMEKONG-9');
    const at = await start(
      file(THREE, (directory) => {
        const entry = entryOf(directory, 'KHMEKONG');
        entry.version += 1;
        Object.assign(entry.body, { keys: [key] });
      }),
    );
    const [open] = await approvals(at);
    expect(open!.warnings).toMatchObject([{ code: 'key:KHMEKONG-9' }]);
    expect(await decide(at, open!.approvalId, 'OPERATOR')).toMatchObject({
      reason: 'warnings_unacknowledged',
    });
    const seen = { acknowledged: ['key:KHMEKONG-9'] };
    await decide(at, open!.approvalId, 'OPERATOR', seen);
    expect(await decide(at, open!.approvalId, 'OPERATOR3', seen)).toMatchObject({ state: 'executed' });
  });

  it('is void when the entry has changed, and proposed as it is at the next start', async () => {
    await start(file(THREE));
    const at = await start(file(THREE, withCap('123456')));
    const [open] = await approvals(at);
    await at.platform.calls.call(routingCalls.setSwitch, {
      ...{ on: 'participant', id: 'KHMEKONG', switch: 'pause', directions: ['outbound', 'inbound'] },
      ...{ operator: 'OPERATOR-1', participant: 'OPERATOR', reason: 'it owes' },
    });
    expect(await decide(at, open!.approvalId, 'OPERATOR')).toMatchObject({ reason: 'approval_stale' });
    const next = (directory: DirectoryJson) => {
      withCap('123456')(directory);
      entryOf(directory, 'KHMEKONG').version += 1;
    };
    const later = await start(file(THREE, next));
    expect((await approvals(later)).map(({ state }) => state)).toEqual(['pending', 'stale']);
  });

  it('of another content takes the place of the one that waits, and one that asks for nothing withdraws it', async () => {
    await start(file(THREE));
    await start(file(THREE, withCap('123456')));
    const second = await start(file(THREE, withCap('123457')));
    expect((await approvals(second)).map(({ state }) => state)).toEqual(['pending', 'stale']);
    const third = await start(file(THREE));
    expect((await approvals(third)).map(({ state }) => state)).toEqual(['withdrawn', 'stale']);
    expect(third.warnings).toEqual([]);
  });

  it('fails when what it stands on has gone meanwhile', async () => {
    await start(file(THREE));
    const at = await start(file(THREE, withCap('123456')));
    const [open] = await approvals(at);
    await decide(at, open!.approvalId, 'OPERATOR');
    // The home network that it is a member of.
    await test.database.query(
      `INSERT INTO directory_entry (kind, id, version, body, ended, source, changed_at, changed_by, change_reason)
       SELECT kind, id, version + 1, body, true, 'operator', now(), 'DARA', 'a test'
       FROM directory_entry WHERE kind = 'network' AND id = 'bakong'`,
    );
    const answer = await decide(at, open!.approvalId, 'OPERATOR2');
    expect(answer).toMatchObject({ kind: 'refused', reason: 'approval_failed' });
    expect((answer as { detail: string }).detail).toContain('directory_impossible: ');
    expect(await capOf(at)).not.toBe('123456');
  });
});

describe('a directory file', () => {
  it('that only restricts is taken at once', async () => {
    await start(file(THREE));
    const at = await start(
      file(THREE, (directory) => {
        const entry = entryOf(directory, 'KHMEKONG');
        entry.version += 1;
        Object.assign(entry.body, { state: 'paused' });
      }),
    );
    expect(at.warnings).toEqual([]);
    expect(await approvals(at)).toEqual([]);
    expect((await at.entries()).find(({ id }) => id === 'KHMEKONG')).toMatchObject({
      body: { state: 'paused' },
    });
  });

  it('is taken unapproved where fewer than two could approve it, and that is told', async () => {
    await start(file(['OPERATOR']));
    const at = await start(file(['OPERATOR'], withCap('123456')));
    expect(at.warnings).toEqual(['the directory file is taken unapproved: fewer than two could approve it']);
    expect(await capOf(at)).toBe('123456');
  });

  it('is taken unapproved in a sandbox, unless that asks for it', async () => {
    await start(file(THREE));
    const asked = { TONLE_SANDBOX: 'true', TONLE_DIRECTORY_APPROVAL: 'true' };
    const at = await start(file(THREE, withCap('123456')), asked);
    expect(await approvals(at)).toMatchObject([{ state: 'pending' }]);
    const free = await start(file(THREE, withCap('123456')), { TONLE_SANDBOX: 'true' });
    expect(await capOf(free)).toBe('123456');
    expect(await approvals(free)).toMatchObject([{ state: 'withdrawn' }]);
  });
});
