import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InboundRecord, OutboundRecord } from '@tonle/messaging';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import {
  fxCalls,
  type AuditReport,
  type LegCommand,
  type LegResult,
  type PaymentEventMessage,
  type PaymentSubmit,
  type Quote,
} from '@tonle/contracts';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { assembleRouting, type Routing } from '../routing.testing.js';
import { sandboxDirectory, type DirectoryJson } from './directory.testing.js';

export { makeRefund, makeSubmit, resultOf, type PaymentOptions } from './submission.testing.js';

// A routing service on a real database whose world is in the test's hand: quotes by a map, records out by a list.

export interface World {
  readonly platform: TestPlatform;
  readonly test: TestDatabase;
  readonly quotes: Map<string, Quote>;
  /** Everything that was published, in order. */
  readonly published: OutboundRecord[];
  routing: Routing;
  close(): Promise<void>;
}

/** `change` edits the sandbox directory before it is seeded. */
export async function openWorld(
  name: string,
  change: (directory: DirectoryJson) => void = () => undefined,
): Promise<World> {
  const test = await createTestDatabase(name);
  const published: OutboundRecord[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'tonle-routing-'));
  const platform = createTestPlatform('routing', test.database, {
    settings: await settingsIn(folder, sandboxDirectory(change)),
    transport: {
      publish: (records: readonly OutboundRecord[]) => Promise.resolve(void published.push(...records)),
      subscribe: () => Promise.reject(new Error('the test feeds the handler')),
      close: () => Promise.resolve(),
    } as never,
  });
  const quotes = new Map<string, Quote>();
  platform.calls.serve(fxCalls.quotesById, ({ quoteIds }) =>
    Promise.resolve({ quotes: quoteIds.flatMap((id) => quotes.get(id) ?? []) }),
  );
  const routing = await assembleRouting(platform);
  const world: World = {
    platform,
    test,
    quotes,
    published,
    routing,
    close: async () => {
      await world.routing.close();
      await test.drop();
      await rm(folder, { recursive: true });
    },
  };
  return world;
}

async function settingsIn(folder: string, directory: DirectoryJson): Promise<Record<string, string>> {
  const directoryFile = join(folder, 'directory.json');
  const listFile = join(folder, 'list.json');
  const list = { list: 'test', entries: [{ id: 'L1', names: ['Viktor Oblomski'] }] };
  await writeFile(directoryFile, JSON.stringify(directory));
  await writeFile(listFile, JSON.stringify(list));
  return { TONLE_DIRECTORY_FILE: directoryFile, TONLE_SCREENING_LIST_FILE: listFile };
}

export const submitRecord = (submit: PaymentSubmit): InboundRecord =>
  inbound('payment.submit', submit.paymentId, submit.paymentId, submit);
export const resultRecord = (result: LegResult): InboundRecord =>
  inbound('leg.result', result.paymentId, `${result.legKey}:${result.attempt}:${result.outcome}`, result);

export function inbound(type: string, key: string, messageId: string, body: unknown): InboundRecord {
  return {
    topic: 'tonle.routing.inbox.v1',
    key,
    type,
    messageId,
    body: JSON.stringify(body),
    position: 'test',
    headers: {},
  };
}

/** Feeds one batch and returns what it published. */
export async function feed(world: World, ...items: (PaymentSubmit | LegResult)[]): Promise<OutboundRecord[]> {
  const from = world.published.length;
  await world.routing.handler.handle(
    items.map((item) => ('legKey' in item ? resultRecord(item) : submitRecord(item))),
  );
  await world.routing.commit.lane.published();
  return world.published.slice(from);
}

/** Moves the clock and lets it take what is due. */
export async function pass(world: World, ms: number): Promise<OutboundRecord[]> {
  const from = world.published.length;
  world.platform.clock.advance(ms);
  await world.routing.dueJob.run();
  await world.routing.commit.lane.published();
  return world.published.slice(from);
}

export const commandsOf = (records: readonly OutboundRecord[]) =>
  records.filter(({ type }) => type === 'leg.command').map(({ body }) => JSON.parse(body) as LegCommand);
export const eventsOf = (records: readonly OutboundRecord[]) =>
  records
    .filter(({ type }) => type === 'payment.event')
    .map(({ body }) => JSON.parse(body) as PaymentEventMessage);

export async function stateOf(world: World, paymentId: string): Promise<string | undefined> {
  const [row] = await world.test.database.query<{ state: string; review_leg: string | null }>(
    'SELECT state, review_leg FROM payment WHERE id = $1',
    [paymentId],
  );
  return row === undefined
    ? undefined
    : row.review_leg === null
      ? row.state
      : `${row.state}(${row.review_leg})`;
}

/** Account code to [debits pending, credits pending, debits posted, credits posted], the untouched left out. */
export async function accountsOf(world: World): Promise<Record<string, [bigint, bigint, bigint, bigint]>> {
  const rows = await world.test.database.query<Record<string, bigint> & { code: string }>(
    `SELECT code, debits_pending AS dp, credits_pending AS cp, debits_posted AS d, credits_posted AS c
     FROM account WHERE debits_pending + credits_pending + debits_posted + credits_posted > 0 AND kind NOT IN ('PREFUND', 'NOSTRO')
     ORDER BY code`,
  );
  return Object.fromEntries(rows.map((row) => [row.code, [row['dp']!, row['cp']!, row['d']!, row['c']!]]));
}

export async function broken(world: World): Promise<AuditReport['findings']> {
  const report = await world.routing.audit.report('routing', world.platform.clock.now());
  return report.findings.filter(({ ok }) => !ok);
}
