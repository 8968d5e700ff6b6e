import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { BreakEscalationJob } from './break-escalation.job.js';

// Real: PostgreSQL. The clock is moved.

const OPENED_MS = Date.parse('2026-11-20T02:00:00Z');
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let test: TestDatabase;
let platform: TestPlatform;
beforeAll(async () => {
  test = await createTestDatabase('break_escalation');
  await test.database.openOrm(SETTLEMENT_DATABASE);
  platform = createTestPlatform('settlement', test.database, { settings: {} });
  test.database.tellTime(() => platform.clock.now());
});
afterAll(() => test.drop());

async function opened(severity: number, state: string): Promise<string> {
  const breakId = randomUUID();
  platform.clock.set(OPENED_MS);
  await test.database.query(
    `INSERT INTO settlement_break (break_id, type, severity, partner, currency, day, match_key, state, detail, opened_at)
     VALUES ($1::uuid, 'AMOUNT', $2, 'THSWITCH', 'THB', '2026-11-20', $1::uuid::text, $3, 'd', $4)`,
    [breakId, severity, state, new Date(OPENED_MS)],
  );
  return breakId;
}

/** Where each break stands when it is so old. */
async function escalated(ageMs: number): Promise<Record<string, string>> {
  platform.clock.set(OPENED_MS + ageMs);
  await new BreakEscalationJob(test.database, platform.clock, platform.telemetry).run();
  const rows = await test.database.query<{ id: string; escalation: string }>(
    'SELECT break_id AS id, escalation FROM settlement_break',
  );
  return Object.fromEntries(rows.map(({ id, escalation }) => [id, escalation]));
}

it('brings a break to more people as it grows older, at each age once, and to nobody when it has ended', async () => {
  const names = ['graveAlone', 'graveTaken', 'other', 'ended'] as const;
  const ids = [
    await opened(1, 'OPEN'),
    await opened(1, 'ASSIGNED'),
    await opened(2, 'OPEN'),
    await opened(1, 'RESOLVED'),
  ];
  const at = async (ageMs: number) => {
    const so = await escalated(ageMs);
    return Object.fromEntries(names.map((name, index) => [name, so[ids[index]!]]));
  };
  const none = { graveAlone: 'none', graveTaken: 'none', other: 'none', ended: 'none' };
  const all = (level: string) => ({ graveAlone: level, graveTaken: level, other: level, ended: 'none' });
  expect(await at(15 * MINUTE_MS - 1)).toEqual(none);
  expect(await at(15 * MINUTE_MS)).toEqual({ ...none, graveAlone: 'team_lead' });
  expect(await at(DAY_MS - 1)).toEqual({ ...none, graveAlone: 'team_lead' });
  expect(await at(DAY_MS)).toEqual(all('team_lead'));
  expect(await at(4 * DAY_MS - 1)).toEqual(all('team_lead'));
  expect(await at(4 * DAY_MS)).toEqual(all('head_of_operations'));
  expect(await at(7 * DAY_MS)).toEqual(all('risk_report'));
  expect(await at(30 * DAY_MS)).toEqual(all('risk_report'));
  const [first] = await test.database.query<{ told: string[] }>(
    'SELECT array_agg(detail ORDER BY event_id) AS told FROM break_event WHERE break_id = $1',
    [ids[0]],
  );
  expect(first!.told).toEqual(['team_lead', 'head_of_operations', 'risk_report']);
  // What it was between is known, for reports of then.
  const past = await test.database.query<{ escalation: string }>(
    `SELECT body ->> 'escalation' AS escalation FROM row_past
     WHERE relation = 'settlement_break' AND body ->> 'break_id' = $1 ORDER BY known_until`,
    [ids[0]],
  );
  expect(past.map(({ escalation }) => escalation)).toEqual(['none', 'team_lead', 'head_of_operations']);
});
