import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { adapterCalls, routingCalls } from '@tonle/contracts';
import { filePlaceOf, readLayout, startNetwork, type Network } from '@tonle/network';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type RunningService, type TestPlatform } from '@tonle/platform';
import ssh2 from 'ssh2';
import { z } from 'zod';
import type { FaultKind } from '../../services/sandbox/src/kit/fault.js';
import { laidFiles } from '../../services/sandbox/src/kit/laid-files.js';
import { SftpServer, type LaidFile } from '../../services/sandbox/src/kit/sftp-server.js';

// Real: PostgreSQL, an SFTP server on loopback, and the service of a network that lays files down in it.

const SERVICE = 'adapter-shore';
const DAY = '2026-11-28';
const NEXT = '2026-11-29';
const statement = adapterCalls(SERVICE).statement;
const HEAD = 'totalCount,total\n';
const DETAIL = 'id,amount,time\n';

/** A payment's record, and the file that tells of some. */
const record = (id: string, minor: number) => `${id},${minor},20261128233000\n`;
function fileOf(records: readonly [string, number][], sequence = 0, addToTotal = 0n): LaidFile {
  const total = records.reduce((sum, [, minor]) => sum + BigInt(minor), addToTotal);
  const text = `${HEAD}${records.length},${total}\n${DETAIL}${records.map(([id, minor]) => record(id, minor)).join('')}`;
  return { name: `items_1020_USD_${String(sequence).padStart(3, '0')}.csv`, bytes: Buffer.from(text) };
}

let folder: string;
let test: TestDatabase;
let platform: TestPlatform;
let server: SftpServer;
let adapter: RunningService;
/** Folder -> what lies there now. */
let laid: Map<string, readonly LaidFile[]>;
const keys = { host: keyPair(), ours: keyPair(), other: keyPair() };

/** Not Ed25519: of those, ssh2 writes about one in three hundred so that it cannot read it again. */
function keyPair(): { private: string; public: string } {
  return ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
}

const fingerprint = ({ public: key }: { public: string }) =>
  `SHA256:${createHash('sha256')
    .update(Buffer.from(key.split(' ')[1]!, 'base64'))
    .digest('base64')
    .replace('=', '')}`;

/** A network whose files are at the server. */
function shore(hostKey: string, keyFile: string): Network<unknown> {
  const layout = readLayout(pathToFileURL(join(folder, 'items.json')));
  return {
    id: 'shore',
    settings: z.unknown(),
    wires: () => ({}),
    files: () => ({
      utcOffsetMinutes: 480,
      place: filePlaceOf({ url: new URL(`sftp://tonle@127.0.0.1:${server.port}/out`), keyFile, hostKey }),
      keepsOthers: true,
      ties: (files) =>
        files.some(({ records }) => records.some(({ id }) => id === 'UNTIED')) ? 'not tied' : undefined,
      kinds: [
        {
          name: 'items',
          layout,
          values: { participantId: '1020' },
          line: ({ id, amount, time }, { currency }) => ({
            lineId: id!,
            partnerRef: id!,
            amount: { currency: currency!, minor: amount! },
            status: 'booked',
            bookedAt: time!,
          }),
        },
      ],
    }),
  };
}

async function start(hostKey = fingerprint(keys.host), key = keys.ours): Promise<RunningService> {
  const keyFile = join(folder, 'key');
  writeFileSync(keyFile, key.private, { mode: 0o600 });
  return startNetwork(shore(hostKey, keyFile))(platform);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tonle-files-'));
  writeFileSync(
    join(folder, 'items.json'),
    JSON.stringify({
      name: 'items_<participantId>_<currency>_<sequence:3>.csv',
      folder: '<day:yyyyMMdd>',
      encoding: 'utf-8',
      form: {
        kind: 'csv',
        summary: [
          { name: 'totalCount', type: 'digits' },
          { name: 'total', type: 'minor' },
        ],
        detail: [
          { name: 'id' },
          { name: 'amount', type: 'minor' },
          { name: 'time', type: 'time', format: 'yyyyMMddHHmmss' },
        ],
        totals: { count: 'totalCount', sums: { total: 'amount' } },
      },
    }),
  );
  server = new SftpServer({
    port: 0,
    hostKey: keys.host.private,
    users: { tonle: keys.ours.public },
    filesOf: (path) => Promise.resolve(laid.get(path)),
    onError: () => undefined,
  });
  await server.open();
});
beforeEach(async () => {
  laid = new Map();
  test = await createTestDatabase('partner_files');
  platform = createTestPlatform(SERVICE, test.database);
  platform.calls.serve(routingCalls.directory, () => Promise.resolve({ entries: [] }));
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Runs a test against the adapter, and closes it. */
async function withAdapter(work: () => Promise<void>, ...how: Parameters<typeof start>): Promise<void> {
  adapter = await start(...how);
  try {
    await work();
  } finally {
    await adapter.close();
    await test.drop();
  }
}

const ask = (day = DAY, currency = 'USD') => platform.calls.call(statement, { day, currency, pageMax: 2 });
const lay = (day: string, ...files: readonly LaidFile[]) =>
  laid.set(`/out/${day.replaceAll('-', '')}`, files);
const kept = () =>
  test.database.query<{ name: string; taken: boolean }>(
    'SELECT name, taken_at IS NOT NULL AS taken FROM partner_file ORDER BY fetched_at, name',
  );

describe('a network that lays files down', () => {
  it('tells what all files of the day tell, once, however often it is asked', () =>
    withAdapter(async () => {
      lay(
        DAY,
        fileOf([
          ['A', 100],
          ['B', 250],
        ]),
        fileOf([['C', 7]], 1),
        { name: 'fees.csv', bytes: Buffer.from('x') },
      );
      const first = await ask();
      expect(first.lines).toMatchObject([
        { lineId: 'A', amount: { currency: 'USD', minor: '100' }, bookedAt: '2026-11-28T15:30:00.000Z' },
        { lineId: 'B' },
      ]);
      const second = await platform.calls.call(statement, {
        day: DAY,
        currency: 'USD',
        pageMax: 2,
        cursor: first.nextCursor!,
      });
      expect(second).toMatchObject({ lines: [{ lineId: 'C' }], totals: { count: 3, amountMinor: '357' } });
      expect(await ask()).toEqual(first);
      expect(await kept()).toEqual([
        { name: 'fees.csv', taken: false },
        { name: 'items_1020_USD_000.csv', taken: true },
        { name: 'items_1020_USD_001.csv', taken: true },
      ]);
      // What the network has deleted is here still.
      laid.clear();
      expect(await ask()).toEqual(first);
    }));

  it('tells of an empty day that it is empty, and of a late one that it is late', () =>
    withAdapter(async () => {
      expect(await ask()).toEqual({
        lines: [],
        missing: `not_here: no items of ${DAY} in USD is there yet`,
      });
      lay(DAY, { name: 'fees.csv', bytes: Buffer.from('x') });
      expect((await ask()).missing).toMatch(/is there yet; there are fees\.csv$/);
      lay(DAY, fileOf([]));
      expect(await ask()).toMatchObject({ lines: [], totals: { count: 0, amountMinor: '0' } });
      lay(NEXT, fileOf([]));
      expect(await ask(NEXT)).toMatchObject({ totals: { count: 0 } });
    }));

  const payments: [string, number][] = [
    ['A', 100],
    ['B', 250],
  ];
  it.each<[FaultKind, RegExp]>([
    ['file_late', /^not_here: /],
    ['file_short', /^items_1020_USD_000\.csv: value_wrong in line 4: time is/],
    ['file_gap', /^sequence_gap: items USD: number 0 is missing, 1 is here/],
    ['file_total', /^items_1020_USD_000\.csv: total_wrong: total is 351, and amount adds up to 350/],
  ])('takes nothing of a day with %s, says why, and takes the day once it is right', (fault, why) =>
    withAdapter(async () => {
      const write = (kind?: FaultKind) =>
        laidFiles(kind === undefined ? undefined : { fault: kind }, ({ sequenceFrom, addToTotal }) => [
          fileOf(payments, sequenceFrom, addToTotal),
        ]);
      lay(DAY, ...write(fault));
      const wrong = await ask();
      expect([wrong.lines, wrong.totals]).toEqual([[], undefined]);
      expect(wrong.missing).toMatch(why);
      expect((await kept()).some(({ taken }) => taken)).toBe(false);
      lay(DAY, ...write());
      expect(await ask()).toMatchObject({ lines: [{ lineId: 'A' }, { lineId: 'B' }], totals: { count: 2 } });
    }),
  );

  it('takes nothing of a day whose files do not tie with each other', () =>
    withAdapter(async () => {
      lay(DAY, fileOf(payments), fileOf([['UNTIED', 1]], 1));
      expect(await ask()).toEqual({ lines: [], missing: 'total_wrong: not tied', fault: 'FILE_TOTAL' });
      expect((await kept()).some(({ taken }) => taken)).toBe(false);
    }));

  it('stands by what it took: other content, or the same for another day, is refused by name', () =>
    withAdapter(async () => {
      lay(DAY, fileOf(payments));
      await ask();
      lay(
        DAY,
        fileOf([
          ['A', 100],
          ['B', 251],
        ]),
      );
      expect((await ask()).missing).toMatch(
        /^content_differs: taken with other content, which stands until .*: items_1020_USD_000\.csv \(sha256 /,
      );
      expect(await kept()).toHaveLength(2);
      lay(DAY, fileOf(payments));
      expect(await ask()).toMatchObject({ totals: { count: 2 } });
      lay(NEXT, fileOf(payments, 0));
      expect((await ask(NEXT)).missing).toMatch(
        /^items_1020_USD_000\.csv: content_repeated: it says the same as that of 2026-11-28 items_1020_USD_000\.csv/,
      );
      lay(DAY, fileOf(payments), fileOf(payments, 1));
      expect((await ask()).missing).toMatch(
        /^items_1020_USD_001\.csv: content_repeated: it says the same as that of 2026-11-28 items_1020_USD_000\.csv/,
      );
    }));
});

describe('a file that says something else than was taken of it', () => {
  const agreeing = (agreed?: string[]) =>
    platform.calls.call(statement, { day: DAY, currency: 'USD', pageMax: 9, agreed });
  const right = (minor: number) => fileOf([['A', minor]]);
  const states = () =>
    test.database.query(
      `SELECT taken_at IS NOT NULL AS taken, replaced_at IS NOT NULL AS replaced
       FROM partner_file ORDER BY fetched_at`,
    );

  it('is read when two operators have agreed to that content, and to no other', () =>
    withAdapter(async () => {
      lay(DAY, right(100));
      await ask();
      platform.clock.advance(1_000);
      lay(DAY, right(101));
      const [said] = (await ask()).differing!;
      expect(said).toEqual({
        name: 'items_1020_USD_000.csv',
        sha256: createHash('sha256').update(right(101).bytes).digest('hex'),
      });
      platform.clock.advance(1_000);
      lay(DAY, right(102));
      // What is agreed to is what was seen, whatever the network has laid down since.
      expect(await agreeing([said!.sha256])).toMatchObject({ totals: { amountMinor: '101' } });
      expect(await states()).toEqual([
        { taken: false, replaced: true },
        { taken: true, replaced: false },
        { taken: false, replaced: false },
      ]);
      expect((await ask()).missing).toMatch(/^content_differs/);
      laid.clear();
      expect(await ask()).toMatchObject({ totals: { amountMinor: '101' } });
      // Agreed to once more nothing changes, and what was replaced may come back by the same way.
      expect(await agreeing([said!.sha256])).toMatchObject({ totals: { amountMinor: '101' } });
      const first = createHash('sha256').update(right(100).bytes).digest('hex');
      expect(await agreeing([first])).toMatchObject({ totals: { amountMinor: '100' } });
    }));

  it('stays unread when it is not whole: what was taken stands', () =>
    withAdapter(async () => {
      lay(DAY, right(100));
      await ask();
      lay(DAY, fileOf([['A', 101]], 0, 1n));
      const [said] = (await ask()).differing!;
      expect((await agreeing([said!.sha256])).missing).toMatch(/total_wrong/);
      laid.clear();
      expect(await ask()).toMatchObject({ totals: { amountMinor: '100' } });
    }));
});

describe('a place that cannot be asked', () => {
  it('is another server: nothing is said to it', () =>
    withAdapter(async () => {
      lay(DAY, fileOf([]));
      expect((await ask()).missing).toMatch(/^sftp:\/\/127\.0\.0\.1:\d+: .*(verification|Host|handshake)/i);
    }, fingerprint(keys.other)));

  it('does not know us', () =>
    withAdapter(
      async () => {
        lay(DAY, fileOf([]));
        expect((await ask()).missing).toMatch(/^sftp:\/\/127\.0\.0\.1:\d+: .*authentication/i);
      },
      fingerprint(keys.host),
      keys.other,
    ));
});
