import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { start as startAdapterBakong } from '@tonle/adapter-bakong';
import type { RunningService } from '@tonle/platform';
import {
  clearFaults,
  command,
  fault,
  legCommandOf,
  openAdapterWorld,
  outcomes,
  type AdapterWorld,
} from '../world/adapter-world.js';

// Real: PostgreSQL, transport, Bakong simulator over HTTP. The partner says nothing at all, and we wait for 600 ms.

const SERVICE = 'adapter-bakong';
const TUNING = { sweepMs: 100, enquiryTickMs: 50, enquiriesPerSecondMin: 50 };

let world: AdapterWorld;
let adapter: RunningService;

beforeAll(async () => {
  world = await openAdapterWorld('silent_partner', undefined, undefined, 600);
  adapter = await startAdapterBakong(world.platform(SERVICE), TUNING);
  // Its connection stays: what is sent over one that stands is started at once, and a time-out is never "not sent".
  const first = legCommandOf('debit');
  await command(world, SERVICE, first);
  await outcomes(world, first.legKey, 'accepted');
});
afterEach(() => clearFaults(world));
afterAll(async () => {
  await adapter.close();
  await world.close();
});

it.each([
  ['silent after doing it', { fault: 'timeout_after' }],
  ['silent before doing it, then sent again', { fault: 'timeout_before' }],
  ['done late, after we gave up', { fault: 'late_callback', delayMs: 900 }],
])('%s: unknown first, then accepted, booked once', async (_name, kind) => {
  const leg = legCommandOf('debit');
  await fault(world, { network: 'bakong', operation: 'makeFullFundTransfer', count: 1, ...kind });
  await command(world, SERVICE, leg);
  const reports = await outcomes(world, leg.legKey, 'accepted');
  expect(reports.map((each) => each.outcome)).toEqual(['unknown', 'accepted']);
  const { entries } = await world.control<{ entries: unknown[] }>(
    'GET',
    `/control/bakong/entries?hash=${reports[1]!.partnerRef}`,
  );
  expect(entries).toHaveLength(1);
});
