import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readIso, type Statement } from '@tonle/iso20022';
import { ReportWishJob } from './report-wish.job.js';
import { DAY_END, paymentOf, reportWorld, settleWindow, THAI, type ReportWorld } from './report.testing.js';

// Real: PostgreSQL, the file system.
const HOUR_MS = 3_600_000;
const WISHES = { accountReports: ['THB'], creditNotifications: ['THB'], deliver: ['archive'] };

let world: ReportWorld;

/** A round of those who plan and of those who make; what it made for a participant. */
async function round(report: string, receiver = 'THSWITCH') {
  const plan = () => new ReportWishJob(world.platform, world.directory, ['archive']).run();
  await Promise.all([plan(), plan()]);
  await plan();
  await world.job().run();
  const { files } = await world.service.files({ report, receiver, all: true, limit: 50 });
  return files;
}

async function readCamt(file: Awaited<ReturnType<typeof round>>[number]): Promise<Statement> {
  const reading = readIso(Buffer.from(await world.text(file)));
  if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.errors));
  return reading.message as Statement;
}

beforeAll(async () => {
  world = await reportWorld('report_wish', { THSWITCH: WISHES });
  await world.take(paymentOf('82000'), paymentOf('120000'));
  await world.test.database.query(`UPDATE ledger_copy SET copied_up_to = '2999-01-01'`);
  world.platform.clock.set(DAY_END - 3.5 * HOUR_MS);
});
afterAll(() => world.close());

describe('what a participant wishes', () => {
  it('is an account report of each full hour, once, of the day so far', async () => {
    expect(await round('R2')).toMatchObject([{ format: 'camt.052', version: 1 }]);
    world.platform.clock.advance(HOUR_MS / 2 - 1);
    expect(await round('R2')).toHaveLength(1);
    await world.net(THAI.windowId);
    world.platform.clock.advance(HOUR_MS + 1);
    const files = await round('R2');
    expect(files).toHaveLength(2);
    const [newest] = files;
    expect(newest).toMatchObject({ knownAt: new Date(DAY_END - 2 * HOUR_MS).toISOString(), version: 2 });
    const report = await readCamt(newest!);
    expect(report.entries.map(({ credit, amount }) => [credit, amount.minor])).toEqual([[true, 202_000n]]);
    expect(report).toMatchObject({ to: new Date(DAY_END - 2 * HOUR_MS).toISOString() });
  });

  it('is one notification of each credit, and of no debit', async () => {
    const [file, ...others] = await round('R34');
    expect(others).toEqual([]);
    const told = await readCamt(file!);
    expect(told).toMatchObject({ kind: 'notification' });
    expect(told.entries.map(({ credit, amount }) => [credit, amount.minor])).toEqual([[true, 202_000n]]);
  });

  it('closes a day with the hour in which it ends', async () => {
    world.platform.clock.set(DAY_END);
    const [file] = await round('R2');
    expect(file).toMatchObject({
      parameters: { day: THAI.day, currency: 'THB' },
      knownAt: new Date(DAY_END).toISOString(),
    });
  });

  it('is no notification of what the bank paid out, which was taken from the position', async () => {
    await settleWindow(world, THAI.windowId, [
      { participant: 'FXNAGA', direction: 'pay_in', minor: 202_000n },
      { participant: 'THSWITCH', direction: 'pay_out', minor: 202_000n },
    ]);
    world.platform.clock.advance(4 * HOUR_MS);
    expect(await round('R34')).toHaveLength(1);
    expect(await round('R34', 'FXNAGA')).toEqual([]);
  });

  it('is told of and laid down like what was asked for', async () => {
    const { files } = await world.service.news({ told: [] });
    expect(new Set(files.map(({ report }) => report))).toEqual(new Set(['R2', 'R34']));
    const due = await world.test.database.query<{ place: string }>(
      'SELECT DISTINCT place FROM report_delivery',
    );
    expect(due).toEqual([{ place: 'archive' }]);
  });

  it('waits while a place is unknown, and is made once it is there', async () => {
    world.platform.clock.set(DAY_END + 5 * HOUR_MS);
    await new ReportWishJob(world.platform, world.directory, []).run();
    await world.job().run();
    const before = await world.service.files({ report: 'R2', all: true, limit: 50 });
    expect((await round('R2')).length).toBe(before.files.length + 1);
  });
});
