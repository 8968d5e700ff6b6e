import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routingCalls, type PaymentEventMessage } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import { PaymentEventHandler } from '../payment/payment-event.handler.js';
import { completed, HOME, NOON, THAI } from '../payment/payment-event.testing.js';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { MissedEventsJob } from './missed-events.job.js';
import { WindowClosingJob } from './window-closing.job.js';

// Real: PostgreSQL. Routing answers from this file; no event arrives by the transport.
const SEED = new URL('../../../../deploy/sandbox/directory.json', import.meta.url);
const BAD_WINDOW = 'BAKONG-USD-2026-11-20';
const AFTER_CUT_OFF = '2026-11-20T16:00:01.000Z';

let test: TestDatabase;
let platform: TestPlatform;
let payments: PaymentEventHandler;
let job: MissedEventsJob;
let ended: PaymentEventMessage[] = [];
let drainedAt: string | undefined;
/** What routing counts in the window whose count no column holds; 0: it has no such window. */
let countedInBad = 0;

const byId = (a: PaymentEventMessage, b: PaymentEventMessage) => (a.paymentId < b.paymentId ? -1 : 1);
const inWindow = (id: string) =>
  ended.filter(({ windows }) => windows.some(({ windowId }) => windowId === id)).sort(byId);
const undone = () => ended.filter(({ state }) => state === 'REJECTED').sort(byId);
const pageOf = (events: PaymentEventMessage[], after = '', max = 0) => ({
  events: events.filter(({ paymentId }) => paymentId > after).slice(0, max),
});
const known = async () => {
  const rows = await test.database.query<{ payment_id: string }>('SELECT payment_id FROM payment_record');
  return new Set(rows.map((row) => row.payment_id));
};
const windows = () =>
  test.database.query(
    `SELECT window_id, state, payments
     FROM settlement_window
     WHERE window_id = ANY($1)
     ORDER BY window_id`,
    [[HOME.windowId, THAI.windowId]],
  );

beforeAll(async () => {
  test = await createTestDatabase('missed_events');
  await test.database.openOrm(SETTLEMENT_DATABASE);
  platform = createTestPlatform('settlement', test.database);
  platform.clock.set(NOON);
  const { calls, database, clock, telemetry } = platform;
  const { entries } = JSON.parse(readFileSync(SEED, 'utf8'));
  const directory = new Directory(entries);
  calls.serve(routingCalls.windows, () =>
    Promise.resolve({
      undone: undone().length,
      windows: [HOME.windowId, ...(countedInBad === 0 ? [] : [BAD_WINDOW]), THAI.windowId].map(
        (windowId) => ({
          windowId,
          lanes: [
            {
              lane: 'lane-1',
              completed: windowId === BAD_WINDOW ? countedInBad : inWindow(windowId).length,
              ...(drainedAt === undefined ? {} : { drainedAt }),
            },
          ],
        }),
      ),
    }),
  );
  calls.serve(routingCalls.completed, ({ windowId, after, pageMax }) =>
    Promise.resolve(pageOf(inWindow(windowId), after, pageMax)),
  );
  calls.serve(routingCalls.undone, ({ after, pageMax }) => Promise.resolve(pageOf(undone(), after, pageMax)));
  const closing = new WindowClosingJob(database, directory, clock, telemetry);
  payments = new PaymentEventHandler(database, directory, { now: () => NOON });
  job = new MissedEventsJob(platform, payments, closing);
});
afterAll(() => test.drop());

describe('what settlement has missed', () => {
  it('is taken in: payments of each window, and those that were undone', async () => {
    const rejected = completed({ state: 'REJECTED', isoStatus: 'RJCT', windows: [], obligations: [] });
    ended = [completed(), completed(), completed(), rejected];
    await payments.take([ended[1]!]);
    await job.run();
    expect(await known()).toEqual(new Set(ended.map(({ paymentId }) => paymentId)));
    expect(await windows()).toEqual([
      { window_id: HOME.windowId, state: 'OPEN', payments: 3 },
      { window_id: THAI.windowId, state: 'OPEN', payments: 3 },
    ]);
  });

  it('is everything but what cannot be taken in', async () => {
    // PostgreSQL's text takes no NUL.
    const bad = completed({ endToEndId: 'a\u0000b' });
    const fresh = Array.from({ length: 20 }, () => completed());
    ended = [...ended, ...fresh, bad];
    await job.run();
    await job.run();
    const here = await known();
    expect(fresh.filter(({ paymentId }) => !here.has(paymentId))).toEqual([]);
    expect(here.has(bad.paymentId)).toBe(false);
    ended = ended.filter((each) => each !== bad);
  });

  it('is the word that the lanes are drained, too: windows close without it, also beside one that cannot be kept', async () => {
    platform.clock.set(Date.parse(AFTER_CUT_OFF));
    drainedAt = AFTER_CUT_OFF;
    await test.database.query(
      `INSERT INTO settlement_window (window_id, partner, currency, settlement_mode, day, calendar_version, cut_off_at)
       SELECT $2, partner, 'USD', settlement_mode, day, calendar_version, cut_off_at
       FROM settlement_window WHERE window_id = $1`,
      [HOME.windowId, BAD_WINDOW],
    );
    countedInBad = 3_000_000_000;
    await job.run();
    expect(await windows()).toEqual([
      { window_id: HOME.windowId, state: 'NETTED', payments: 23 },
      { window_id: THAI.windowId, state: 'NETTED', payments: 23 },
    ]);
  });
});
