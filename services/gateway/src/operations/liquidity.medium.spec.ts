import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { liquidityCalls, refused, routingCalls, type CapAnswer, type CapRequest } from '@tonle/contracts';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway's HTTP and PostgreSQL. Routing is played by the test.

const ops = { participant: 'OPERATOR' };
const APPROVAL = '00000000-0001-7000-8000-000000000000';
const PATH = '/v1/ops/participants/FXNAGA/cap';
const body = (amount: string, currency = 'THB') => ({
  cap: { currency, amount },
  reason: 'agreed by letter',
});

let world: GatewayWorld;
let answer: CapAnswer;
const asked: CapRequest[] = [];
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_liquidity');
  const { calls } = world.platform;
  calls.serve(liquidityCalls.setCap, (request) => {
    asked.push(request);
    return Promise.resolve(answer);
  });
  calls.serve(routingCalls.liquidity, () =>
    Promise.resolve({
      accounts: [
        {
          ...{ participant: 'FXNAGA', currency: 'THB', prefundMinor: '500000', capMinor: '100' },
          ...{ positionMinor: '400000', pendingDebitsMinor: '0', headroomMinor: '100100' },
          ...{ usedPercent: 79, breachByLastHour: '2026-11-28T12:00:00.000Z' },
        },
      ],
    }),
  );
});
afterAll(() => world.close());

describe('the cap of a participant', () => {
  it('is lowered at once, to nothing if need be', async () => {
    answer = { kind: 'done' };
    expect((await world.post(PATH, { ...body('0'), evidence: 'letter 7' }, ops)).json).toEqual({
      done: true,
    });
    expect(asked).toEqual([
      {
        cap: { participant: 'FXNAGA', currency: 'THB', capMinor: '0' },
        ...{ evidence: 'letter 7', reason: 'agreed by letter' },
        ...{ operator: 'OPERATOR-1', participant: 'OPERATOR' },
      },
    ]);
  });

  it('is raised by an approval, which is named', async () => {
    const expiresAt = '2026-11-28T16:00:00.000Z';
    answer = { kind: 'proposed', approvalId: APPROVAL, approvalsRequired: 2, expiresAt };
    expect((await world.post(PATH, body('1000.25'), ops)).json).toEqual({
      done: false,
      ...{ approvalId: `routing.${APPROVAL}`, approvalsRequired: 2, expiresAt },
    });
    expect(asked.at(-1)!.cap.capMinor).toBe('100025');
  });

  it('is refused with what to do', async () => {
    answer = refused('cap_below_use', 'The least is 70.00 THB.');
    expect(await world.post(PATH, body('1'), ops)).toMatchObject({
      ...{ status: 409, json: { code: 'cap_below_use', detail: 'The least is 70.00 THB.' } },
    });
    const count = asked.length;
    expect(await world.post(PATH, body('-1'), ops)).toMatchObject({
      json: { code: 'malformed_amount', errors: [{ path: '/cap/amount' }] },
    });
    expect((await world.post(PATH, body('1', 'XXQ'), ops)).json.code).toBe('unknown_currency');
    expect((await world.post(PATH, body('1'))).status).toBe(403);
    expect(asked).toHaveLength(count);
  });
});

it('how much is used, and how long it lasts, is told with what is held', async () => {
  expect((await world.get('/v1/ops/liquidity', ops)).json.accounts).toMatchObject([
    {
      ...{ participant: 'FXNAGA', cap: { currency: 'THB', amount: '1.00' }, usedPercent: 79 },
      breachByLastHour: '2026-11-28T12:00:00.000Z',
    },
  ]);
});
