import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ledgerCalls } from '@tonle/contracts';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway with PostgreSQL and HTTP. Settlement answers from this file.

const LEDGER = '/v1/ops/ledger';
const UNTIL = '2026-11-27T00:00:00.000Z';
const ACCOUNT = {
  ...{ account: 'PREFUND:F:THB', kind: 'PREFUND', owner: 'F', currency: 'THB' },
  normalSide: 'credit' as const,
};
const SUMS = { openingMinor: '0', debitsMinor: '0', creditsMinor: '191000', balanceMinor: '-191000' };
const REFUSED = {
  kind: 'refused' as const,
  reason: 'ledger_not_known_yet' as const,
  detail: `The ledger is known up to ${UNTIL}.`,
};

let world: GatewayWorld;
let isKnown = true;
const asked: unknown[] = [];
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_ledger');
  const { calls } = world.platform;
  calls.serve(ledgerCalls.accounts, (filter) => {
    asked.push(filter);
    return Promise.resolve({ accounts: [{ ...ACCOUNT, meaning: 'm' }] });
  });
  calls.serve(ledgerCalls.balances, (filter) => {
    asked.push(filter);
    if (!isKnown) return Promise.resolve(REFUSED);
    const totals = [{ currency: 'THB', ...SUMS }];
    const accounts = filter.owner === 'NOBODY' ? [] : [{ ...ACCOUNT, ...SUMS }];
    return Promise.resolve({ kind: 'balances' as const, until: UNTIL, isProven: true, accounts, totals });
  });
  calls.serve(ledgerCalls.statement, (request) => {
    asked.push(request);
    if (!isKnown) return Promise.resolve(REFUSED);
    return Promise.resolve({
      ...{ kind: 'statement' as const, account: request.account, currency: 'THB' },
      ...{ from: request.from, until: UNTIL, openingMinor: '0', closingMinor: '-191000' },
      entries: [
        {
          ...{ at: request.from, kind: 'funds', chainId: 'c', contra: 'NOSTRO:S:THB' },
          ...{ creditMinor: '191000', balanceMinor: '-191000' },
        },
      ],
      next: '1.c.funds',
    });
  });
  calls.serve(ledgerCalls.copy, () =>
    Promise.resolve({ copiedUpTo: UNTIL, checkpointedDay: '2026-11-26', differences: [] }),
  );
  calls.serve(ledgerCalls.openEntries, () =>
    Promise.resolve({
      entries: [
        {
          ...{ entryId: 'e', kind: 'funds', currency: 'THB', debit: 'NOSTRO:S:THB', credit: 'PREFUND:F:THB' },
          ...{ minor: '5', state: 'refused' as const, detail: 'bank_line_used', dueAt: UNTIL },
        },
      ],
    }),
  );
});
afterAll(() => world.close());
beforeEach(() => {
  isKnown = true;
  asked.length = 0;
});
const get = (path: string, participant = 'OPERATOR') =>
  world.send('GET', `${LEDGER}${path}`, undefined, { participant });
const thb = (amount: string) => ({ currency: 'THB', amount });

describe('the ledger', () => {
  it('is for operators alone', async () => {
    const paths = ['/accounts', '/balances', '/trial-balance', '/accounts/A/statement', '/entries', '/copy'];
    for (const path of paths) expect([path, (await get(path, 'KHMEKONG')).status]).toEqual([path, 403]);
  });

  it('shows what stood on accounts, in major units, with the filters that settlement got', async () => {
    const { status, json } = await get(
      '/balances?kind=PREFUND&currency=THB&participant=F&at=2026-11-20T00:00:00Z',
    );
    expect(status).toBe(200);
    expect(asked).toEqual([{ until: '2026-11-20T00:00:00Z', kind: 'PREFUND', currency: 'THB', owner: 'F' }]);
    expect(json).toMatchObject({
      ...{ until: UNTIL, isProven: true },
      accounts: [{ account: 'PREFUND:F:THB', credits: thb('1910.00'), balance: thb('-1910.00') }],
      totals: [{ currency: 'THB', balance: thb('-1910.00') }],
    });
    const { json: nobody } = await get('/balances?participant=NOBODY');
    expect(nobody.note).toContain('participant NOBODY');
  });

  it('refuses an instant that is not known yet, with up to when it is', async () => {
    isKnown = false;
    for (const path of ['/balances', '/trial-balance', '/accounts/A/statement'])
      expect(await get(path)).toMatchObject({
        status: 409,
        json: { code: 'ledger_not_known_yet', detail: REFUSED.detail },
      });
  });

  it('shows a trial balance between two instants', async () => {
    const { status } = await get('/trial-balance?from=2026-11-19T00:00:00Z&until=2026-11-20T00:00:00Z');
    expect(status).toBe(200);
    expect(asked).toEqual([{ from: '2026-11-19T00:00:00Z', until: '2026-11-20T00:00:00Z' }]);
    const wrong = await get('/trial-balance?from=2026-11-20T00:00:00Z&until=2026-11-19T00:00:00Z');
    expect(wrong).toMatchObject({ status: 400, json: { errors: [{ path: '/until' }] } });
  });

  it('shows a statement by pages, of the last day unless told otherwise', async () => {
    const account = encodeURIComponent('PREFUND:F:THB');
    const { json } = await get(`/accounts/${account}/statement?limit=7`);
    const fromMs = world.platform.clock.now() - 86_400_000;
    expect(asked).toEqual([{ account: 'PREFUND:F:THB', from: new Date(fromMs).toISOString(), pageMax: 7 }]);
    expect(json).toMatchObject({
      closing: thb('-1910.00'),
      entries: [{ contra: 'NOSTRO:S:THB', credit: thb('1910.00'), balance: thb('-1910.00') }],
      next: '1.c.funds',
    });
    const cursor = '1.00000000-0000-8000-8000-000000000001.funds';
    await get(`/accounts/${account}/statement?cursor=${cursor}&until=2026-11-20T00:00:00Z`);
    expect(asked.at(-1)).toEqual({
      ...{ account: 'PREFUND:F:THB', from: '2026-11-19T00:00:00.000Z', until: '2026-11-20T00:00:00Z' },
      ...{ after: cursor, pageMax: 50 },
    });
  });

  it('lists the chart, what is not booked, and how far the copy is', async () => {
    expect((await get('/accounts?kind=PREFUND')).json).toEqual({ accounts: [{ ...ACCOUNT, meaning: 'm' }] });
    expect((await get('/entries')).json.entries).toMatchObject([
      { entryId: 'e', amount: thb('0.05'), state: 'refused' },
    ]);
    expect((await get('/copy')).json).toEqual({
      copiedUpTo: UNTIL,
      summedUpTo: '2026-11-26',
      differences: [],
    });
  });
});
