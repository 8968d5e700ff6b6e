import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { DAY_END, paymentOf, reportWorld, THAI, type ReportWorld } from './report.testing.js';

// Real: PostgreSQL, the file system.
const DAY_MS = 86_400_000;
let world: ReportWorld;

const fact = (
  source: string,
  id: string,
  version: number,
  from: number,
  until: number | null,
  body: object,
) =>
  world.test.database.query(
    `INSERT INTO fact (source, service, id, version, known_from, known_until, body) VALUES ($1, 'routing', $2, $3, $4, $5, $6)`,
    [source, id, version, new Date(from), until === null ? null : new Date(until), JSON.stringify(body)],
  );

async function rowsOf(report: string, parameters: object, basis: 'then' | 'now' = 'then') {
  const { run, files } = await world.make({ report, parameters, basis });
  expect(run).toMatchObject({ state: 'done' });
  return parse(await world.text(files[0]!), { columns: true }) as Record<string, string>[];
}

beforeAll(async () => {
  world = await reportWorld('directory_reports');
  await world.test.database.query(
    `INSERT INTO fact_copy (source, service, place, sealed_up_to)
     SELECT source, 'routing', 0, $1 FROM unnest(ARRAY['routing.key', 'routing.calendar']) AS source
     ON CONFLICT (source, service) DO UPDATE SET sealed_up_to = excluded.sealed_up_to`,
    [new Date(DAY_END + 9 * DAY_MS)],
  );
  await world.take(paymentOf('82000'));
  world.platform.clock.set(DAY_END + 2 * DAY_MS);
});
afterAll(() => world.close());

describe('reports of the directory', () => {
  it('R28 tells keys as they stood, what is left of them, and when they were changed last', async () => {
    const key = (keyId: string, validFrom: string, validTo: string) => ({
      ...{ participant: 'KHMEKONG', keyId, algorithm: 'ed25519', uses: ['ops', 'payments'], sha256: 'ab' },
      ...{ validFrom, validTo },
    });
    const old = key('k1', '2026-01-01T00:00:00.000Z', '2026-11-30T17:00:00.000Z');
    await fact('routing.key', 'KHMEKONG/k1', 1, DAY_END - DAY_MS, DAY_END + DAY_MS, old);
    const next = key('k2', '2026-11-20T00:00:00.000Z', '2027-11-20T17:00:00.000Z');
    await fact('routing.key', 'KHMEKONG/k2', 1, DAY_END - DAY_MS, null, next);
    expect(await rowsOf('R28', { day: THAI.day })).toMatchObject([
      {
        ...{ keyId: 'k1', uses: 'ops payments', daysLeft: '10', state: 'ENDS_SOON' },
        rotatedAt: '2026-11-20T00:00:00.000Z',
      },
      { keyId: 'k2', daysLeft: '365', state: 'VALID' },
    ]);
    expect(await rowsOf('R28', { day: THAI.day }, 'now')).toMatchObject([{ keyId: 'k2' }]);
    expect(await rowsOf('R28', { day: THAI.day, partner: 'FXNAGA' })).toEqual([]);
  });

  it('R30 tells each day of each network by the calendar that was known, and its windows', async () => {
    const calendar = (version: number, holidays: string[]) => ({
      ...{ network: 'TH', participant: 'THSWITCH', countries: ['TH'], currencies: ['THB'], calendar: 'TH' },
      ...{ version, cutOff: '23:00', utcOffsetMinutes: 420, holidays, holidaysUntil: '2026-11-24' },
      holidaysSource: 'central bank',
    });
    await fact('routing.calendar', 'TH', 1, DAY_END - DAY_MS, DAY_END + DAY_MS, calendar(1, ['2026-11-23']));
    await fact('routing.calendar', 'TH', 2, DAY_END + DAY_MS, null, calendar(2, ['2026-11-24']));
    const asked = { day: THAI.day, until: '2026-11-25', partner: 'TH' };
    const knownAt = new Date(DAY_END).toISOString();
    const { files } = await world.make({ report: 'R30', parameters: asked, knownAt });
    const then = parse(await world.text(files[0]!), { columns: true }) as Record<string, string>[];
    expect(then.map(({ day, state, version }) => [day, state, version])).toEqual([
      ['2026-11-20', 'BANKING_DAY', '1'],
      ['2026-11-21', 'WEEKEND', '1'],
      ['2026-11-22', 'WEEKEND', '1'],
      ['2026-11-23', 'HOLIDAY', '1'],
      ['2026-11-24', 'BANKING_DAY', '1'],
      ['2026-11-25', 'NOT_COVERED', '1'],
    ]);
    expect(then[0]).toMatchObject({
      cutOffAt: '2026-11-20T16:00:00.000Z',
      windows: expect.stringContaining(THAI.windowId),
      source: 'central bank',
    });
    const now = await rowsOf('R30', asked, 'now');
    expect(now.map(({ state }) => state)).toEqual([
      ...['BANKING_DAY', 'WEEKEND', 'WEEKEND', 'BANKING_DAY', 'HOLIDAY', 'NOT_COVERED'],
    ]);
    expect(await rowsOf('R30', { day: THAI.day, currency: 'VND' })).toEqual([]);
  });
});
