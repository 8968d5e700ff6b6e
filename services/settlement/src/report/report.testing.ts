import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import {
  reportCalls,
  type DirectoryEntry,
  type PaymentEventMessage,
  type ReportFile,
  type ReportRun,
} from '@tonle/contracts';
import { Directory, type ParticipantBody } from '@tonle/directory';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import { parse } from 'csv-parse/sync';
import type { z } from 'zod';
import { PaymentEventHandler } from '../payment/payment-event.handler.js';
import { bookTransfer, type BookedTransfer } from '../ledger/transfer.testing.js';
import { completed, HOME, NOON, THAI } from '../payment/payment-event.testing.js';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { netWindows } from '../window/window.store.js';
import { sealFacts } from './fact.testing.js';
import { ReportFiling } from './report-filing.js';
import { ReportFileFolder } from './report-folder.js';
import { ReportMaker } from './report-maker.js';
import { ReportRunJob } from './report-run.job.js';
import { ReportService } from './report.service.js';

const SEED = new URL('../../../../deploy/sandbox/directory.json', import.meta.url);
const HOUR_MS = 3_600_000;
/** Of the day in the home network's time. */
export const DAY_END = Date.parse('2026-11-20T17:00:00Z');

/** Later than anything that a test is about. */
const LATER = Date.parse('2999-01-01T00:00:00Z');

export type AskedRun = z.infer<typeof reportCalls.run.request>;

/** What participants wish in the directory. */
type Wishes = Readonly<Record<string, NonNullable<ParticipantBody['reports']>>>;

/** Settlement's tables, a folder for reports, and who makes them: rounds are run by the test. */
export interface ReportWorld {
  readonly test: TestDatabase;
  readonly platform: TestPlatform;
  readonly directory: Directory;
  readonly folder: ReportFileFolder;
  readonly root: string;
  readonly publicKey: KeyObject;
  readonly service: ReportService;
  job(): ReportRunJob;
  take(...events: PaymentEventMessage[]): Promise<void>;
  net(...windowIds: string[]): Promise<void>;
  /** Transfers in the copy of the ledger, which reaches far enough. */
  book(...transfers: BookedTransfer[]): Promise<void>;
  ask(more: Partial<AskedRun>): Promise<string>;
  /** Asks, makes, and shows run and files. */
  make(more: Partial<AskedRun>): Promise<{ run: ReportRun; files: ReportFile[] }>;
  /** As `make`; the rows of its CSV. Throws for a run that is not done. */
  rows(more: Partial<AskedRun>): Promise<Record<string, string>[]>;
  text(file: ReportFile): Promise<string>;
  close(): Promise<void>;
}

export async function reportWorld(name: string, wishes: Wishes = {}): Promise<ReportWorld> {
  const test = await createTestDatabase(name);
  await test.database.openOrm(SETTLEMENT_DATABASE);
  const platform = createTestPlatform('settlement', test.database);
  platform.clock.set(NOON);
  test.database.tellTime(() => platform.clock.now());
  const { entries } = JSON.parse(readFileSync(SEED, 'utf8'));
  const directory = new Directory(
    (entries as DirectoryEntry[]).map((entry) =>
      entry.kind === 'participant' && wishes[entry.id] !== undefined
        ? { ...entry, body: { ...(entry.body as object), reports: wishes[entry.id] } }
        : entry,
    ),
  );
  await sealFacts(test.database, LATER, 'routing.participant', 'routing.recall');
  const root = await mkdtemp(join(tmpdir(), 'tonle-reports-'));
  const folder = new ReportFileFolder(root);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const service = new ReportService(platform, directory, folder, ['archive'], privateKey);
  const payments = new PaymentEventHandler(test.database, directory, platform.clock);
  const job = () =>
    new ReportRunJob(
      platform,
      directory,
      new ReportMaker(test.database, folder),
      new ReportFiling(platform.random, privateKey),
      0,
    );
  const ask = async (more: Partial<AskedRun>): Promise<string> => {
    const answer = await service.run({ ...REPORT_REQUEST, ...more });
    if (answer.kind === 'refused') throw new Error(JSON.stringify(answer));
    return answer.runId;
  };
  const make = async (more: Partial<AskedRun>) => {
    const runId = await ask(more);
    await job().run();
    const { runs } = await service.runs({ runId, limit: 1 });
    const { files } = await service.files({ runId, limit: 50 });
    return { run: runs[0]!, files };
  };
  const text = async ({ sha256 }: ReportFile) => (await readFile(folder.pathOf(sha256))).toString('utf8');
  const rows = async (more: Partial<AskedRun>) => {
    const { run, files } = await make(more);
    if (run.state !== 'done') throw new Error(`${run.report} is ${run.state}: ${run.progress}`);
    const csv = files.find(({ format }) => format === 'csv')!;
    return parse(await text(csv), { columns: true }) as Record<string, string>[];
  };
  return {
    ...{ test, platform, directory, folder, root, publicKey, service, job, ask, make, rows, text },
    take: (...events) => payments.take(events),
    net: (...ids) =>
      test.database.transaction((transaction) => netWindows(transaction, ids, platform.clock.now())),
    book: async (...transfers) => {
      await test.database.query(`UPDATE ledger_copy SET copied_up_to = '2999-01-01'`);
      for (const transfer of transfers) await bookTransfer(test.database, transfer);
    },
    close: async () => {
      await test.drop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** What is asked for when nothing else is. */
export const REPORT_REQUEST: AskedRun = {
  report: 'R1',
  receiver: '',
  parameters: { day: THAI.day },
  basis: 'then',
  formats: ['csv'],
  language: 'en',
  deliver: [],
  operator: 'ops-1',
  participant: 'TONLEOPS',
  reason: 'for the test',
  isOwn: false,
};

/** A payment of the day, of riel for baht, in the windows of both sides. */
export function paymentOf(baht: string, more: Partial<PaymentEventMessage> = {}): PaymentEventMessage {
  const event = completed(more);
  const amountOf = (windowId: string) =>
    windowId === THAI.windowId ? { currency: 'THB', minor: baht } : event.source;
  return {
    ...event,
    target: { currency: 'THB', minor: baht },
    fees: [{ kind: 'scheme', payer: 'KHMEKONG', amount: { currency: 'KHR', minor: '20000' } }],
    obligations: event.obligations.map((each) => ({ ...each, amount: amountOf(each.windowId) })),
    ...more,
  };
}

/** What adds up, of a column of amounts in one currency. */
export const minorsOf = (rows: readonly Record<string, string>[], column: string): bigint =>
  rows.reduce((sum, row) => sum + BigInt((row[column] ?? '').replace('.', '')), 0n);

/** What banks were told of a window, and what their lines covered, an hour later each. */
export async function settleWindow(
  { test, platform }: ReportWorld,
  windowId: string,
  lines: readonly {
    readonly participant: string;
    readonly direction: 'pay_in' | 'pay_out';
    readonly minor: bigint;
  }[],
): Promise<void> {
  const { database } = test;
  const instructionId = randomUUID();
  const sum = (direction: string) =>
    lines.reduce((all, line) => (line.direction === direction ? all + line.minor : all), 0n);
  const at = (hours: number) => new Date(platform.clock.now() + hours * HOUR_MS);
  await database.query(
    `UPDATE settlement_window
     SET state = 'SETTLED', value_date = '2026-11-23', approved_at = $2, instructed_at = $3, settled_at = $4
     WHERE window_id = $1`,
    [windowId, at(1), at(2), at(3)],
  );
  await database.query(
    `INSERT INTO settlement_instruction (instruction_id, bank, currency, sequence, window_id, attempt, format, message_id, value_date,
       bytes, sha256, line_count, pay_in_minor, pay_out_minor, made_by, state, prepared_at, sent_at, acknowledged_at, settled_at)
     VALUES ($1, 'THSETTLE', 'THB', 1, $2, 1, 'pacs.009', 'TONLE-THB-000001', '2026-11-23', ''::bytea, $3, $4, $5, $6, 'ops-1', 'SETTLED',
       $7, $7, $7, $8)`,
    [instructionId, windowId, 'ab'.repeat(32), lines.length, sum('pay_in'), sum('pay_out'), at(2), at(3)],
  );
  for (const [index, line] of lines.entries()) {
    await database.query(
      `INSERT INTO settlement_instruction_line (instruction_id, line_no, window_id, participant, direction, amount_minor,
         end_to_end_id, uetr, covered_minor, covered_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $6, $9)`,
      [
        instructionId,
        index + 1,
        windowId,
        line.participant,
        line.direction,
        line.minor,
        `E2E-${index}`,
        randomUUID(),
        at(3),
      ],
    );
    await database.query(
      `INSERT INTO instruction_coverage (source, line_id, part, instruction_id, line_no, minor, value_date, covered_at)
       VALUES ($1, $1, 1, $2, $3, $4, '2026-11-23', $5)`,
      [`THSETTLE:THB:${index}`, instructionId, index + 1, line.minor, at(3)],
    );
  }
}

export { HOME, NOON, THAI };
