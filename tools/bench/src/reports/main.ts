// npm run bench:reports [-- --rows N --formats csv,xlsx]: a report of a window with so many payments, made by settlement over PostgreSQL of
// its own. Progress on stderr; a table on stdout, and as its last line one JSON object.
import { printable, reportCalls, routingCalls } from '@tonle/contracts';
import { createTestDatabase, type Database } from '@tonle/persistence';
import { createTestPlatform } from '@tonle/platform';
import { startSettlement } from '@tonle/settlement';
import { startPostgres } from '@tonle/tool-servers';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const DIRECTORY = new URL('../../../../deploy/sandbox/directory.json', import.meta.url);
const DAY = '2026-11-20';
const WINDOW = `THSWITCH-THB-${DAY}`;
const NOW = Date.parse('2026-11-21T12:00:00Z');
const AT_ONCE = 250_000;
const LOOK_MS = 250;
const STARTS_MAX = 40;
const MEGABYTE = 1_048_576;
const say = (line: string): void => void process.stderr.write(`${printable(line)}\n`);
const print = (line: string): void => void process.stdout.write(`${printable(line)}\n`);

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '5000000' },
    formats: { type: 'string', default: 'csv' },
  },
});
const rows = Number.parseInt(values.rows, 10);

const PAYMENTS = `
  WITH numbered AS (
    SELECT n, ('0199' || lpad(to_hex(n), 8, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid AS id
    FROM generate_series($1::int, $2::int) AS n
  ), payment AS (
    INSERT INTO payment_record (payment_id, version, state, direction, corridor, uetr, end_to_end_id, fx_provider, source_currency,
      source_minor, target_currency, target_minor, debit_ref, credit_ref, lane, ended_at, sender, message_id, debtor_agent,
      creditor_agent, quote_id, rate, accepted_at, known_at)
    SELECT id, 5, 'COMPLETED', 'outbound', 'KH-TH', id, 'E' || n, 'FXNAGA', 'KHR', 10024000 + n, 'THB', 82000 + n, 'D' || n, 'C' || n, 'lane-1',
      at, 'KHMEKONG', 'M' || n, 'KHMEKONG', 'THSWITCH', id, '0.00818040', at, at
    FROM numbered
    CROSS JOIN (SELECT timestamptz '2026-11-20T05:00:00Z' AS at) AS noon
  )
  INSERT INTO window_line (window_id, payment_id, lane, debtor, creditor, amount_minor)
  SELECT $3, id, 'lane-1', 'FXNAGA', 'THSWITCH', 82000 + n
  FROM numbered`;

async function fill(database: Database): Promise<void> {
  await database.query(
    `INSERT INTO settlement_window (window_id, partner, currency, settlement_mode, day, calendar_version, cut_off_at)
     VALUES ($1, 'THSWITCH', 'THB', 'DEFERRED_NET', $2, 1, '2026-11-20T16:00:00Z')`,
    [WINDOW, DAY],
  );
  for (let from = 1; from <= rows; from += AT_ONCE) {
    await database.query(PAYMENTS, [from, Math.min(from + AT_ONCE - 1, rows), WINDOW]);
    say(`${Math.min(from + AT_ONCE - 1, rows)} payments`);
  }
  await database.query('ANALYZE');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** A server that was started a moment ago may still say that it starts. */
async function whenUp<T>(open: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await open();
    } catch (error) {
      if (attempt === STARTS_MAX) throw error;
      await pause(LOOK_MS);
    }
}

/** Memory of this process while something runs, in megabytes. */
async function watched<T>(run: () => Promise<T>): Promise<{ readonly result: T; readonly peak: number }> {
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50);
  try {
    return { result: await run(), peak: Math.round(peak / MEGABYTE) };
  } finally {
    clearInterval(timer);
  }
}

async function bench(folder: string): Promise<void> {
  const test = await whenUp(() => createTestDatabase('reports_bench'));
  const settings = { TONLE_DATABASE_URL: test.url, TONLE_HOME: folder };
  const platform = createTestPlatform('settlement', test.database, { settings });
  platform.clock.set(NOW);
  const { entries } = JSON.parse(readFileSync(DIRECTORY, 'utf8'));
  platform.calls.serve(routingCalls.directory, () => Promise.resolve({ entries }));
  const running = await startSettlement(platform);
  await fill(test.database);
  const formats = values.formats.split(',');
  const request = {
    report: 'R3',
    receiver: '',
    parameters: { window: WINDOW },
    basis: 'then' as const,
    formats,
    language: 'en',
  };
  const by = { deliver: [], operator: 'bench', reason: 'a figure', isOwn: false };
  const before = Math.round(process.memoryUsage.rss() / MEGABYTE);
  const started = performance.now();
  const cpu = process.cpuUsage();
  const { peak, result } = await watched(async () => {
    const answer = await platform.calls.call(reportCalls.run, { ...request, ...by });
    if (answer.kind === 'refused') throw new Error(answer.reason);
    let told = '';
    for (;;) {
      const { runs } = await platform.calls.call(reportCalls.runs, { runId: answer.runId, limit: 1 });
      const [run] = runs;
      if (run!.state === 'done' || run!.state === 'failed') return run!;
      if (run!.progress !== told) say(run!.progress);
      told = run!.progress;
      await pause(LOOK_MS);
    }
  });
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const { files } = await platform.calls.call(reportCalls.files, { runId: result.runId, limit: 9 });
  for (const { format, bytes } of files) print(`${format}  ${Math.round(bytes / MEGABYTE)} MB`);
  const figures = {
    ...{ rows: result.rows, state: result.state, progress: result.progress, leftOut: result.leftOut },
    seconds: Math.round(seconds),
    cpuSeconds: Math.round((user + system) / 1e6),
    rowsPerSecond: Math.round((result.rows ?? 0) / seconds),
    memoryBeforeMB: before,
    memoryPeakMB: peak,
  };
  print(JSON.stringify(figures));
  await running.close();
  await test.drop();
}

const folder = await mkdtemp(join(tmpdir(), 'tonle-reports-bench-'));
const server = await startPostgres({
  dataFolder: join(folder, 'data'),
  port: await freePort(),
  password: 'bench',
  settings: { fsync: 'off', max_wal_size: '8GB' },
});
process.env['TONLE_TEST_POSTGRES'] = server.url('postgres');
try {
  await bench(folder);
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
