import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serviceStateCall, settlementCalls } from '@tonle/contracts';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway's HTTP and PostgreSQL. Settlement is played by the test.

const ops = { participant: 'OPERATOR' };
const calendar = (id: string, holidaysUntil: string) => ({
  kind: 'calendar' as const,
  id,
  version: 2,
  body: { calendarId: id, version: 2, utcOffsetMinutes: 420, cutOff: '23:00', holidays: [], holidaysUntil },
});
let world: GatewayWorld;
beforeAll(async () => {
  const calendars = [calendar('KH', '2999-12-31'), calendar('TH', '2000-01-31')];
  world = await GatewayWorld.start('gateway_upkeep', {}, calendars);
});
afterAll(() => world.close());

describe('operators see', () => {
  it('what each service lacks, and which does not answer', async () => {
    const says = 'has no space left on its disk';
    const troubles = [{ part: 'database', since: '2026-11-28T09:00:00.000Z', says }];
    world.platform.calls.serve(serviceStateCall('fx'), () =>
      Promise.resolve({ service: 'fx', ready: false, troubles }),
    );
    const { services } = (await world.get('/v1/ops/services', ops)).json;
    expect(services.slice(0, 3)).toEqual([
      { service: 'gateway', state: 'ok', troubles: [], queueOldestMs: 0 },
      { service: 'fx', state: 'unavailable', troubles },
      { service: 'routing', state: 'silent', troubles: [] },
    ]);
    expect((await world.get('/v1/ops/services')).status).toBe(403);
  });

  it('days whose statements are missing, and why', async () => {
    const missing = [
      {
        partner: 'APLUS',
        currency: 'USD',
        day: '2026-11-28',
        since: '2026-11-29T00:30:00.000Z',
        cause: 'not_here: no acquirer transactionItems of 2026-11-28 in USD is there yet',
      },
    ];
    world.platform.calls.serve(settlementCalls.missingStatements, () => Promise.resolve({ missing }));
    expect(await world.get('/v1/ops/statements/missing', ops)).toMatchObject({
      status: 200,
      json: { missing },
    });
    expect((await world.get('/v1/ops/statements/missing')).status).toBe(403);
  });

  it('files that differ from what was taken, and propose to read them', async () => {
    const { calls } = world.platform;
    const asked: object[] = [];
    const approvalId = world.platform.random.id(0);
    const kept = { approvalsRequired: 1, expiresAt: '2026-12-02T17:00:00.000Z' };
    calls.serve(settlementCalls.proposeCorrection, (request) => {
      asked.push(request);
      return Promise.resolve({ kind: 'proposed' as const, approvalId, ...kept });
    });
    const path = '/v1/ops/statements/corrections';
    const day = { partner: 'APLUS', currency: 'USD', day: '2026-11-28' };
    expect(await world.post(path, { ...day, reason: 'line 17' }, ops)).toMatchObject({
      status: 200,
      json: { ...kept, approvalId: `settlement.${approvalId}` },
    });
    const by = { participant: 'OPERATOR', operator: expect.stringContaining('OPERATOR') };
    expect(asked).toEqual([{ ...day, reason: 'line 17', ...by }]);
    expect((await world.post(path, { ...day, reason: 'line 17' })).status).toBe(403);
    expect((await world.post(path, { ...day, day: '2026-02-30', reason: 'x17' }, ops)).status).toBe(400);
  });

  it('calendars whose holidays are not known for long', async () => {
    const { json } = await world.get('/v1/ops/calendars', ops);
    expect(json.calendars).toEqual([
      { calendar: 'KH', holidaysUntil: '2999-12-31', daysLeft: expect.any(Number), endsSoon: false },
      { calendar: 'TH', holidaysUntil: '2000-01-31', daysLeft: 0, endsSoon: true },
    ]);
    expect((await world.get('/v1/ops/calendars')).status).toBe(403);
  });
});
