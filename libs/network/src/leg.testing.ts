import { InProcessTransport, openLane, TOPICS, type OutboxLane } from '@tonle/messaging';
import { legKeyOf, legResult, type LegCommand, type LegResult } from '@tonle/contracts';
import { secureRandom, type Random } from '@tonle/platform';
import { createTestDatabase, processTimeMs, type TestDatabase } from '@tonle/persistence';
import { createTestTelemetry } from '@tonle/telemetry';
import { EnquiryStore } from './enquiry.store.js';
import type { LegTimers } from './leg.decide.js';
import { LegReporter, type AnsweredLeg, type ReporterOptions } from './leg-reporter.js';
import { LegStore } from './leg.store.js';
import { NETWORK_DATABASE } from './host.js';

// The tables of an adapter and its reporter for tests, without a partner.

export const clock = { now: () => Math.floor(processTimeMs()) };
const random: Random = { ...secureRandom(), unit: () => 0.5 };
export const TIMERS: LegTimers = {
  enquiryMs: [4_000, 4_000, 30_000],
  notFoundFinalAfterMs: 60_000,
  reviewAfterMs: 1_800_000,
};

export interface LegWorld {
  readonly test: TestDatabase;
  readonly lane: OutboxLane;
  readonly store: LegStore;
  readonly enquiries: EnquiryStore;
  readonly reporter: LegReporter;
  readonly telemetry: ReturnType<typeof createTestTelemetry>;
  /** What routing was told, in order. */
  readonly told: LegResult[];
  close(): Promise<void>;
}

export async function openLegWorld(name: string, more: Partial<ReporterOptions> = {}): Promise<LegWorld> {
  const test = await createTestDatabase(name);
  await test.database.openOrm(NETWORK_DATABASE);
  const transport = new InProcessTransport({ lingerMs: 0 });
  const told: LegResult[] = [];
  await transport.subscribe(
    TOPICS.routing,
    (records) => {
      for (const { body } of records) told.push(legResult.parse(JSON.parse(body)));
      return Promise.resolve();
    },
    { group: 'routing' },
  );
  const lane = await openLane({ database: test.database, transport, instance: name });
  const [store, enquiries] = [new LegStore(), new EnquiryStore()];
  const telemetry = createTestTelemetry(name, { TONLE_LOG_LEVEL: 'silent' });
  const reporter = new LegReporter({
    lane,
    store,
    enquiries,
    clock,
    random,
    telemetry,
    network: 'partner',
    notFoundIsFinal: () => true,
    timersOf: () => TIMERS,
    healthy: () => true,
    ...more,
  });
  const close = async (): Promise<void> => {
    reporter.close();
    await lane.close();
    await transport.close();
    await test.drop();
  };
  return { test, lane, store, enquiries, reporter, telemetry, told, close };
}

/** A debit of a fresh payment. */
export function commandOf(attempt = 1, more: Partial<LegCommand> = {}): LegCommand {
  const now = clock.now();
  const paymentId = more.paymentId ?? random.id(now);
  const customer = { name: 'Sok Dara', account: 'u0000001@mekong', accountType: 'bakong' };
  return {
    legKey: legKeyOf(paymentId, 'debit'),
    paymentId,
    uetr: crypto.randomUUID(),
    leg: 'debit',
    attempt,
    corridor: 'KH-TH',
    direction: 'outbound',
    amount: { currency: 'KHR', minor: '100000' },
    otherAmount: { currency: 'THB', minor: '820' },
    rate: '0.0082',
    quoteId: crypto.randomUUID(),
    fxProvider: 'FXNAGA',
    debtor: customer,
    debtorAgent: 'KHMEKONG',
    creditor: { ...customer, accountType: 'BIID' },
    creditorAgent: 'THSWITCH',
    endToEndId: 'E1',
    acceptedAt: new Date(now).toISOString(),
    sendBefore: new Date(now + 30_000).toISOString(),
    ...more,
  };
}

/** Stores the intent of a command and answers the leg, without an answer yet. */
export async function intentOf(
  world: LegWorld,
  command = commandOf(),
  intentMs = clock.now(),
): Promise<Omit<AnsweredLeg, 'answer' | 'firstAnswer'>> {
  const intent = { command, externalRef: 'ref', bytesHash: 'hash', intentMs };
  await world.store.insertIntents(world.test.database, [intent]);
  return { command, intentMs, enquiries: 0, notFounds: 0, evidence: [] };
}

/** Outcomes that stand in the tables, by attempt, in the order of their names. */
export async function outcomesOf(world: LegWorld, { legKey }: LegCommand): Promise<string[]> {
  const rows = await world.test.database.query<{ attempt: number; outcome: string }>(
    'SELECT attempt, outcome FROM leg_answer WHERE leg_key = $1 ORDER BY attempt, outcome',
    [legKey],
  );
  return rows.map(({ attempt, outcome }) => `${attempt} ${outcome}`);
}

/** The attempt that is asked about; undefined when none is. */
export async function askedAbout(world: LegWorld, { legKey }: LegCommand): Promise<number | undefined> {
  const rows = await world.test.database.query<{ attempt: number }>(
    'SELECT attempt FROM leg_enquiry WHERE leg_key = $1',
    [legKey],
  );
  return rows[0]?.attempt;
}

/** How often a leg was to be sent and was asked about, as operators see it. */
export async function countsOf(world: LegWorld, { paymentId }: LegCommand): Promise<[number, number]> {
  const [row] = await world.store.ofPayments(world.test.database, [paymentId]);
  return [row!.attempts, row!.enquiries];
}
