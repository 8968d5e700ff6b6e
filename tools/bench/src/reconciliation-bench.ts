// npm run bench:reconciliation [-- --payments N]: a day of N payments against a statement of as many lines, by the job that
// settlement runs, over a PostgreSQL of its own with everything durable. Progress on stderr; a table on stdout, and as its last
// line one JSON object. Exit 1 when it does not find what there is to find.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { adapterCalls, printable, routingCalls } from '@tonle/contracts';
import { openDatabase, type Database } from '@tonle/persistence';
import { createTestPlatform } from '@tonle/platform';
import {
  ProofFeed,
  ReconciliationJob,
  SETTLEMENT_DATABASE,
  type ReconciliationResult,
  type ReconciliationTarget,
} from '@tonle/settlement';
import { cpuOfGroups } from '@tonle/tool-load';
import { postgresUrl, startPostgres } from '@tonle/tool-servers';
import { anonymousMb, DAY, expectedOf, makePayments, StatementPages } from './reconciliation-day.js';

const USAGE = 'usage: npm run bench:reconciliation [-- --payments NUMBER]';
const PORT = 5432;
const WATCH_MS = 200;
const TARGET_S = 300;
const ADAPTER = 'adapter-thailand';
const say = (line: string): void => void process.stderr.write(`${printable(line)}\n`);
const print = (line: string): void => void process.stdout.write(`${printable(line)}\n`);

const TARGET: ReconciliationTarget = {
  adapter: ADAPTER,
  partner: 'THSWITCH',
  currency: 'THB',
  side: 'partner',
  strongKey: 'uetr',
  corridors: ['KH-TH'],
  calendar: { utcOffsetMinutes: 420, cutOff: '23:00', version: 1 } as ReconciliationTarget['calendar'],
};

/** What a run cost. */
interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: { readonly switch: number; readonly postgres: number };
  /** The most at once, beyond what there was before. */
  readonly grewMb: { readonly switch: number; readonly postgres: number };
}

function jobOver(database: Database, payments: number): ReconciliationJob {
  const platform = createTestPlatform('settlement', database, { settings: {} });
  const pages = new StatementPages(payments);
  platform.calls.serve(adapterCalls(ADAPTER).statement, ({ cursor, pageMax }) =>
    Promise.resolve(pages.page(cursor, pageMax) as never),
  );
  platform.calls.serve(adapterCalls(ADAPTER).openLegs, () => Promise.resolve({ legs: [] }));
  platform.calls.serve(routingCalls.known, () => Promise.resolve({ payments: [] }));
  platform.clock.set(Date.parse(`${DAY}T00:00:00Z`) + 2 * 86_400_000);
  const { calls, clock, random, telemetry } = platform;
  return new ReconciliationJob(
    database,
    calls,
    clock,
    random,
    telemetry,
    new ProofFeed(database, calls, clock, random),
    { post: () => Promise.resolve() },
  );
}

async function measured<T>(pid: number, work: () => Promise<T>): Promise<{ result: T; cost: Cost }> {
  global.gc?.();
  const before = {
    cpu: cpuOfGroups({ postgres: [pid] }),
    rss: process.memoryUsage().rss,
    anonymous: anonymousMb(pid),
  };
  const peak = { rss: before.rss, anonymous: before.anonymous };
  const watch = setInterval(() => {
    peak.rss = Math.max(peak.rss, process.memoryUsage().rss);
    peak.anonymous = Math.max(peak.anonymous, anonymousMb(pid));
  }, WATCH_MS);
  const startedMs = performance.now();
  const result = await work();
  const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
  clearInterval(watch);
  const cpu = cpuOfGroups({ postgres: [pid] });
  const cost = {
    seconds,
    cpuSeconds: {
      switch: Math.round((cpu.load - before.cpu.load) / 100) / 10,
      postgres: Math.round((cpu.postgres - before.cpu.postgres) / 100) / 10,
    },
    grewMb: {
      switch: Math.round((peak.rss - before.rss) / 1_048_576),
      postgres: peak.anonymous - before.anonymous,
    },
  };
  return { result, cost };
}

/** What was not found as it should have been. */
function faultsOf(payments: number, first: ReconciliationResult, second: ReconciliationResult): string[] {
  const wanted = expectedOf(payments);
  const found: Record<string, number> = {
    ...{ lines: first.lines, ours: first.ours, matched: first.matched, waiting: first.waiting },
    missingThere: first.breaks['MISSING_AT_PARTNER'] ?? 0,
    missingHere: first.breaks['MISSING_AT_US'] ?? 0,
    amount: first.breaks['AMOUNT'] ?? 0,
    twice: first.breaks['DUPLICATE'] ?? 0,
  };
  const faults = Object.entries(wanted).flatMap(([name, count]) =>
    found[name] === count ? [] : [`${name}: ${found[name]} found, ${count} are there`],
  );
  return first.digest === second.digest ? faults : [...faults, 'a second run gave another result'];
}

async function run(payments: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tonle-reconciliation-'));
  const access = { port: PORT, password: 'bench', socketFolder: folder };
  const server = await startPostgres({ ...access, dataFolder: join(folder, 'data') });
  try {
    const url = postgresUrl({ ...access, user: 'tonle', database: 'settlement' });
    const database = await openDatabase({ url, schema: 'settlement', service: 'bench' });
    await database.openOrm(SETTLEMENT_DATABASE);
    await makePayments(database, payments, say);
    await database.query('ANALYZE payment_record');
    const job = jobOver(database, payments);
    const once = () => measured(server.pid, () => job.run(TARGET, DAY, told()));
    const first = await once();
    say('once more');
    const second = await once();
    await database.close();
    const faults = faultsOf(payments, first.result, second.result);
    for (const fault of faults) say(fault);
    for (const line of tableOf(payments, first.cost, second.cost)) print(line);
    const { result } = first;
    print(
      JSON.stringify({
        payments,
        first: first.cost,
        second: second.cost,
        result,
        faults,
        targetSeconds: TARGET_S,
      }),
    );
    return faults.length > 0 ? 1 : 0;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Tells what goes on, not every page of it. */
function told(): (text: string) => Promise<void> {
  let last = '';
  return (text) => {
    const without = text.replace(/\d{3} (statement lines?)$/, '... $1').replace(/\d %$/, '%');
    if (without !== last && !/[1-9]\.\.\. /.test(without)) say(text);
    last = without;
    return Promise.resolve();
  };
}

function tableOf(payments: number, first: Cost, second: Cost): string[] {
  const row = (name: string, { seconds, cpuSeconds, grewMb }: Cost): string =>
    `| ${payments.toLocaleString('en')}, ${name} | ${seconds} | ${cpuSeconds.switch} | ${cpuSeconds.postgres} | ${grewMb.switch} | ${grewMb.postgres} |`;
  return [
    '| payments | seconds | CPU-s: switch | postgres | memory grew by, MB: switch | postgres |',
    '|---|---|---|---|---|---|',
    row('first run', first),
    row('once more', second),
  ];
}

function paymentsOf(args: readonly string[]): number | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { payments: { type: 'string', default: '1000000' } },
    });
    return /^[1-9]\d{2,6}$/.test(values.payments) ? Number.parseInt(values.payments, 10) : undefined;
  } catch {
    return undefined;
  }
}

const payments = paymentsOf(process.argv.slice(2));
if (payments === undefined) say(USAGE);
process.exitCode = payments === undefined ? 2 : await run(payments);
