import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAY_END, minorsOf, paymentOf, reportWorld, THAI, type ReportWorld } from '../report.testing.js';

// Real: PostgreSQL, the payments' handler.

const HOUR_MS = 3_600_000;

describe('R31, the daily pack, and R32 of breaks', () => {
  let world: ReportWorld;
  const broken = async (
    type: string,
    severity: number,
    minor: bigint,
    openedAt: string,
    currency = 'THB',
  ) => {
    const breakId = randomUUID();
    await world.test.database.query(
      `INSERT INTO settlement_break (break_id, type, severity, partner, currency, day, match_key, our_minor, state, detail, opened_at)
       VALUES ($1::text::uuid, $2, $3, 'THSWITCH', $4, $5::timestamptz::date, $1::text, $6, 'OPEN', 'd', $5)`,
      [breakId, type, severity, currency, openedAt, minor],
    );
    return breakId;
  };
  const pack = (more: object = {}) => world.rows({ report: 'R31', parameters: { day: THAI.day }, ...more });
  const of = (rows: readonly Record<string, string>[], name: string) =>
    rows.filter(({ section }) => section === name);

  beforeAll(async () => {
    world = await reportWorld('report_pack');
    await world.book();
    await world.take(paymentOf('82000'));
    world.platform.clock.set(DAY_END - HOUR_MS);
    await world.net(THAI.windowId);
    await world.test.database.query(`UPDATE settlement_window SET value_date = $1 WHERE window_id = $2`, [
      THAI.day,
      THAI.windowId,
    ]);
    world.platform.clock.set(DAY_END + 30 * HOUR_MS);
  });
  afterAll(() => world.close());

  it('of a day without any break has the windows that are late, and nothing else', async () => {
    expect(await pack()).toMatchObject([
      {
        section: 'Value at risk',
        what: 'windows past their value date',
        currency: 'THB',
        count: '1',
        open: '820.00',
      },
    ]);
    expect(await pack({ parameters: { day: '2026-11-19' } })).toEqual([]);
  });

  it('tells breaks by type and by age, and the money at risk', async () => {
    await broken('AMOUNT', 2, 500n, '2026-11-20T05:00:00Z');
    await broken('MISSING_AT_US', 1, 700n, '2026-11-15T05:00:00Z');
    await broken('AMOUNT', 2, 3n, '2026-11-20T05:00:00Z', 'KHR');
    await broken('AMOUNT', 2, 9n, '2026-11-21T05:00:00Z');
    const rows = await pack();
    const shown = (name: string) =>
      of(rows, name).map(({ what, currency, count, open }) => [what, currency, count, open].join(' '));
    expect(shown('Breaks by type')).toEqual([
      'AMOUNT KHR 1 0.03',
      'AMOUNT THB 1 5.00',
      'MISSING_AT_US THB 1 7.00',
    ]);
    // By the end of the day in Phnom Penh it is the 21st there.
    expect(shown('Breaks by age')).toEqual(['T+1 KHR 1 0.03', 'T+1 THB 1 5.00', 'T+4-7 THB 1 7.00']);
    expect(shown('Value at risk')).toEqual([
      'breaks of severity 1 THB 1 7.00',
      'breaks of severity 2 KHR 1 0.03',
      'breaks of severity 2 THB 1 5.00',
      'windows past their value date THB 1 820.00',
    ]);
  });

  it('ties: its sections, R8 and R32 tell the same breaks, whatever there are', async () => {
    const type = fc.constantFrom('AMOUNT', 'DUPLICATE', 'TIMING');
    const currency = fc.constantFrom('THB', 'KHR', 'JPY');
    const hours = fc.integer({ min: -1_200, max: 20 });
    const drawn = fc.tuple(type, fc.integer({ min: 1, max: 3 }), fc.bigInt(0n, 10n ** 9n), hours, currency);
    await fc.assert(
      fc.asyncProperty(fc.array(drawn, { maxLength: 6 }), async (breaks) => {
        for (const [name, severity, minor, at, of] of breaks)
          await broken(name, severity, minor, new Date(DAY_END + at * HOUR_MS).toISOString(), of);
        const rows = await pack();
        const listed = await world.rows({ report: 'R8', parameters: { day: THAI.day } });
        const aged = await world.rows({ report: 'R32', parameters: { day: THAI.day } });
        for (const code of ['THB', 'KHR', 'JPY']) {
          const own = (all: readonly Record<string, string>[]) =>
            all.filter((row) => row['currency'] === code);
          const sizes = own(listed).reduce((sum, { ours }) => sum + BigInt(ours!.replace('.', '')), 0n);
          const sections = [
            ...[of(rows, 'Breaks by type'), of(rows, 'Breaks by age')],
            ...[
              of(rows, 'Value at risk').filter(({ what }) => what!.startsWith('breaks')),
              of(aged, 'Breaks'),
            ],
          ];
          for (const section of sections) {
            expect(minorsOf(own(section), section === sections[3] ? 'amount' : 'open')).toBe(sizes);
            expect(own(section).reduce((sum, { count }) => sum + BigInt(count!), 0n)).toBe(
              BigInt(own(listed).length),
            );
          }
        }
      }),
      { numRuns: 6 },
    );
  });
});
