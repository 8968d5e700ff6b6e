import {
  fxCalls,
  routingCalls,
  type PaymentCodeRequest,
  type PaymentSubmit,
  type Quote,
} from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import { Door, ownOutcomes, requestOutbox } from '@tonle/door';
import { InProcessTransport, openLane, ServiceUnavailable, TOPICS } from '@tonle/messaging';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import { CALLING_NETWORK_DATABASE } from '../host.js';
import { DrawnPayments } from './drawn-payments.js';
import { claimCodes, insertCode } from './payment-code.store.js';
import type { Drawing } from './payment-code.js';

// The door of a network whose merchants draw on codes, with PostgreSQL; fx asks 40 riel for a cent, routing only listens.

export const LIFETIME_MS = 60_000;
const CORRIDOR = {
  corridorId: 'KH-AP',
  partner: { participant: 'APLUS', currencies: ['USD'] },
} as unknown as Corridor;
const RIEL_PER_CENT = 40n;

export interface DrawnWorld {
  readonly test: TestDatabase;
  readonly platform: TestPlatform;
  readonly drawn: DrawnPayments;
  /** What routing was asked to do. */
  readonly submits: PaymentSubmit[];
  /** True: fx cannot be reached. */
  fxIsAway: boolean;
  /** A code that its payer agrees to pay this much by, in riel. */
  issue(name: string, mostRiel?: string, lastsMs?: number): Promise<PaymentCodeRequest>;
  drawing(more: Pick<Drawing, 'drawingId' | 'code'> & Partial<Drawing>): Drawing;
  draw(more: Pick<Drawing, 'drawingId' | 'code'> & Partial<Drawing>): ReturnType<DrawnPayments['draw']>;
  close(): Promise<void>;
}

export async function openDrawnWorld(name: string): Promise<DrawnWorld> {
  const test = await createTestDatabase(name);
  await test.database.openOrm(CALLING_NETWORK_DATABASE);
  const transport = new InProcessTransport({ lingerMs: 0 });
  const submits: PaymentSubmit[] = [];
  await transport.subscribe(
    TOPICS.routing,
    (records) => {
      submits.push(...records.map(({ body }) => JSON.parse(body) as PaymentSubmit));
      return Promise.resolve();
    },
    { group: 'routing' },
  );
  const platform = createTestPlatform('adapter-alipay', test.database, { transport });
  const { calls, clock, random, database } = platform;
  calls.serve(routingCalls.payments, () => Promise.resolve({ payments: [] }));
  calls.serve(fxCalls.quote, async ({ items }) => {
    if (world.fxIsAway) throw new ServiceUnavailable('fx', 'is away');
    return {
      items: items.map((item) => ({
        kind: 'quoted' as const,
        candidates: [],
        quote: quoteOf(item, random.uuid()),
      })),
    };
  });
  const lane = await openLane(platform, { source: requestOutbox });
  const door = new Door(platform, { lane, form: ownOutcomes, claim: claimCodes });
  const directory = { corridor: (id: string) => (id === CORRIDOR.corridorId ? CORRIDOR : undefined) };
  const drawn = new DrawnPayments({ platform, door, directory });
  const drawing: DrawnWorld['drawing'] = (more) => ({
    amount: { currency: 'USD', minor: '1000' },
    payee: { name: 'Kopi Shop', account: more.drawingId, accountType: 'ORDER', country: 'SG' },
    endToEndId: 'NOTPROVIDED',
    sentMs: clock.now(),
    acceptanceMs: LIFETIME_MS,
    expiresMs: clock.now() + LIFETIME_MS,
    ...more,
  });
  const message = { bytes: Buffer.from('bytes as they came'), headers: {} };
  const world: DrawnWorld = {
    test,
    platform,
    drawn,
    submits,
    fxIsAway: false,
    issue: async (code, mostRiel = '100000', lastsMs = LIFETIME_MS) => {
      const request: PaymentCodeRequest = {
        codeId: random.id(clock.now()),
        participant: 'KHMEKONG',
        corridor: CORRIDOR.corridorId,
        debtor: { name: 'Sok Dara', account: 'u0000123@mekong', accountType: 'bakong' },
        most: { currency: 'KHR', minor: `${mostRiel}00` },
      };
      const issuedAt = new Date(clock.now());
      const expiresAt = new Date(clock.now() + lastsMs);
      await insertCode(database, request, { text: code }, { issuedAt, expiresAt });
      return request;
    },
    drawing,
    draw: (more) => drawn.draw(drawing(more), message, 0),
    close: async () => {
      await lane.close();
      await transport.close();
      await test.drop();
    },
  };
  return world;
}

function quoteOf(
  { participant, corridor, amount }: { participant: string; corridor: string; amount: Quote['target'] },
  quoteId: string,
): Quote {
  return {
    quoteId,
    corridor,
    provider: 'FXNAGA',
    participant,
    fixed: 'target',
    source: { currency: 'KHR', minor: (BigInt(amount.minor) * RIEL_PER_CENT * 100n).toString() },
    target: amount,
    rate: '0.00025',
    baseRate: '0.00025',
    rateVersion: 1,
    improvementBasisPoints: 0,
    fees: [],
    direction: 'outbound',
    issuedAt: '2026-11-22T00:00:00Z',
    expiresAt: '2036-11-22T00:00:00Z',
  };
}
