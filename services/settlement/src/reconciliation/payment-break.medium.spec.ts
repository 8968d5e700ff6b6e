import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routingCalls, type DirectoryEntry, type PaymentBreak } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import { createTestTelemetry } from '@tonle/telemetry';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { BreakService } from './break.service.js';
import { listBreaks } from './break.view.js';
import { openWorkspace, takeBroken } from './workspace.store.js';
import { PaymentBreakJob } from './payment-break.job.js';

// Real: PostgreSQL. Routing answers from this file, and keeps what it has not been told to be taken.

const SEED = new URL('../../../../deploy/sandbox/directory.json', import.meta.url);
const { entries } = JSON.parse(readFileSync(SEED, 'utf8')) as { entries: DirectoryEntry[] };
const telemetry = createTestTelemetry('settlement');

let test: TestDatabase;
let platform: TestPlatform;
let waiting: PaymentBreak[] = [];
const asked: string[][] = [];

beforeAll(async () => {
  test = await createTestDatabase('payment_breaks');
  platform = createTestPlatform('settlement', test.database, { settings: {} });
  await test.database.openOrm(SETTLEMENT_DATABASE);
  platform.calls.serve(routingCalls.breaks, ({ taken }) => {
    asked.push(taken);
    waiting = waiting.filter(({ breakId }) => !taken.includes(breakId));
    return Promise.resolve({ breaks: waiting });
  });
});
afterAll(() => test.drop());

const found = (more: Partial<PaymentBreak> = {}): PaymentBreak => ({
  breakId: randomUUID(),
  paymentId: randomUUID(),
  type: 'AMOUNT',
  severity: 2,
  leg: 'credit',
  corridor: 'KH-TH',
  direction: 'outbound',
  source: { currency: 'KHR', minor: '611200' },
  target: { currency: 'THB', minor: '5000' },
  told: { currency: 'THB', minor: '3000' },
  detail: 'leg_accepted of credit while the payment was CREDIT_SENT',
  openedAt: '2026-11-20T18:00:00.000Z',
  ...more,
});
const jobWith = (directory: Directory) =>
  new PaymentBreakJob(test.database, platform.calls, directory, telemetry);
const job = () => jobWith(new Directory(entries));
const openBreaks = () => listBreaks(test.database, { state: 'OPEN' });

describe('what routing found contradictory', () => {
  it('is taken over also when one of it cannot be kept, which is told again', async () => {
    const bad = found({ type: 'STATUS_CONFLICT', detail: 'a\u0000b' });
    const good = [found(), found()];
    waiting = [good[0]!, bad, good[1]!];
    await job().run();
    expect(waiting).toEqual([bad]);
    const keys = (await openBreaks()).map(({ breakId }) => breakId);
    expect(keys.sort()).toEqual(good.map(({ breakId }) => breakId).sort());
    waiting = [];
    asked.length = 0;
    await test.database.query('DELETE FROM settlement_break');
  });

  it('is listed with the network, its day and both amounts, once, and routing hears that it was taken', async () => {
    const short = found();
    waiting = [short];
    await job().run();
    await job().run();
    expect(asked).toEqual([[], [short.breakId], []]);
    expect(await openBreaks()).toEqual([
      {
        breakId: short.breakId,
        type: 'AMOUNT',
        severity: 2,
        partner: 'THSWITCH',
        currency: 'THB',
        // One in the morning there.
        day: '2026-11-21',
        paymentId: short.paymentId,
        key: `${short.paymentId}:credit`,
        ourMinor: '5000',
        theirMinor: '3000',
        state: 'OPEN',
        openedAt: short.openedAt,
        detail: short.detail,
        desk: 'finance',
        band: 'same_day',
        escalation: 'none',
        handling: 'none',
        reopened: false,
      },
    ]);
  });

  it.each<[Partial<PaymentBreak>, string, string]>([
    [{ leg: 'debit', told: undefined }, 'BAKONG', '611200'],
    [{ leg: 'reversal', told: undefined }, 'BAKONG', '611200'],
    [{ leg: 'none', told: undefined }, 'THSWITCH', '5000'],
    [
      {
        direction: 'inbound',
        source: { currency: 'THB', minor: '1' },
        target: { currency: 'KHR', minor: '2' },
      },
      'BAKONG',
      '2',
    ],
  ])('is where the leg is: %j', async (more, partner, ourMinor) => {
    const each = found(more);
    waiting = [each];
    await job().run();
    const listed = (await openBreaks()).find(({ breakId }) => breakId === each.breakId);
    expect(listed).toMatchObject({ partner, ourMinor });
    expect(listed?.theirMinor).toBeUndefined();
    expect(listed?.detail).toBe(
      each.told === undefined ? each.detail : `${each.detail}; the network says 30.00 THB`,
    );
  });

  it('is kept beside another of the same leg that tells another amount', async () => {
    const first = found();
    const second = found({ paymentId: first.paymentId, told: { currency: 'THB', minor: '4000' } });
    for (const each of [first, second]) {
      waiting = [each];
      await job().run();
    }
    const listed = (await openBreaks()).filter(({ paymentId }) => paymentId === first.paymentId);
    expect(listed.map(({ theirMinor }) => theirMinor).sort()).toEqual(['3000', '4000']);
  });

  it('waits at routing while its corridor is not known here', async () => {
    waiting = [found()];
    await jobWith(new Directory([])).run();
    expect(waiting).toHaveLength(1);
    await job().run();
    expect(waiting).toEqual([]);
  });

  it('is no concern of statements', async () => {
    expect(await openBreaks()).not.toEqual([]);
    const keys = await test.undone(async (transaction) => {
      await openWorkspace(transaction);
      await takeBroken(transaction, { partner: 'THSWITCH', currency: 'THB' });
      return transaction.query('SELECT key FROM compared_odd');
    });
    expect(keys).toEqual([]);
  });

  it('is counted while it is open', async () => {
    await job().run();
    const metrics = await telemetry.registry.getMetricsAsJSON();
    const gauge = metrics.find(({ name }) => name === 'tonle_breaks_open');
    const open = (await openBreaks()).filter(({ partner }) => partner === 'BAKONG').length;
    expect(open).toBeGreaterThan(0);
    expect(gauge?.values).toContainEqual(
      expect.objectContaining({
        labels: { service: 'settlement', type: 'AMOUNT', severity: '2', partner: 'BAKONG' },
        value: open,
      }),
    );
  });
});

describe('a break in the hands of people', () => {
  const act = { operator: 'OPS-1', reason: 'asking the bank' };

  it('gets an owner and an end, and each deed is kept', async () => {
    const service = new BreakService(test.database, platform.clock, platform.random);
    const { breakId } = (await openBreaks())[0]!;
    const of = async () => (await listBreaks(test.database, {})).find((each) => each.breakId === breakId);
    expect(await service.decide({ breakId, decision: 'assign', owner: 'dara', ...act })).toEqual({
      kind: 'done',
    });
    expect(await of()).toMatchObject({ state: 'ASSIGNED', owner: 'dara' });
    expect(await service.decide({ breakId, decision: 'resolve', ...act })).toEqual({ kind: 'done' });
    expect(await of()).toMatchObject({
      state: 'RESOLVED',
      owner: 'dara',
      closedAt: new Date(platform.clock.now()).toISOString(),
    });
    expect(await service.decide({ breakId, decision: 'assign', ...act })).toEqual({
      kind: 'refused',
      reason: 'break_closed',
    });
    expect(
      await test.database.query('SELECT deed, operator, reason, owner FROM break_deed ORDER BY at, deed'),
    ).toEqual([
      { deed: 'assign', ...act, owner: 'dara' },
      { deed: 'resolve', ...act, owner: null },
    ]);
  });

  it('has to be there', async () => {
    const service = new BreakService(test.database, platform.clock, platform.random);
    expect(await service.decide({ breakId: randomUUID(), decision: 'resolve', ...act })).toEqual({
      kind: 'refused',
      reason: 'not_found',
    });
  });
});
