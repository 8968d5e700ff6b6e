import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bankCalls, refused, type SuspenseEntry } from '@tonle/contracts';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway's HTTP and PostgreSQL. Settlement is played by the test.

const ops = { participant: 'OPERATOR' };
const bank = {
  kind: 'participant' as const,
  id: 'THSETTLE',
  version: 9,
  body: {
    ...{
      participantId: 'THSETTLE',
      name: 'Bank',
      kind: 'settlement_bank',
      state: 'active',
      keys: [],
      scopes: [],
    },
    bank: { accounts: { THB: '1' }, instruction: 'csv', statement: 'csv', calendar: 'TH' },
  },
};
const APPROVAL = '018f0000-0000-7000-8000-000000000001';
const ITEM = '018f0000-0000-7000-8000-0000000000aa';
const SHA256 = 'a'.repeat(64);
let world: GatewayWorld;
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_banks', {}, [bank]);
});
afterAll(() => world.close());

const item: SuspenseEntry = {
  ...{
    itemId: ITEM,
    lineId: 'THSETTLE:THB:1',
    bank: 'THSETTLE',
    currency: 'THB',
    minor: '-19100',
    openMinor: '-100',
  },
  ...{ cause: 'paid_twice', day: '2026-11-27', ageDays: 2, band: 'T+2-3', state: 'OPEN' },
  openedAt: '2026-11-28T00:00:00.000Z',
  moves: [{ action: 'returned', minor: '-19000', lineId: 'THSETTLE:THB:9', at: '2026-11-28T10:00:00.000Z' }],
};

describe('operators', () => {
  it('see accounts at banks, statements and lines, with amounts as people write them', async () => {
    const { calls } = world.platform;
    calls.serve(bankCalls.banks, () =>
      Promise.resolve({
        accounts: [
          {
            ...{ bank: 'THSETTLE', currency: 'THB', account: '1', link: 'ok', missing: [], unanswered: [] },
            lastStatement: { statementId: APPROVAL, day: '2026-11-27', closingMinor: '-150' },
            suspense: { items: 1, minor: '100' },
          },
        ],
      }),
    );
    expect((await world.get('/v1/ops/banks', ops)).json.accounts).toMatchObject([
      {
        lastStatement: { closing: { currency: 'THB', amount: '-1.50' } },
        suspense: { amount: { amount: '1.00' } },
      },
    ]);
    const line = {
      ...{
        lineId: 'THSETTLE:THB:1',
        statementId: APPROVAL,
        bank: 'THSETTLE',
        currency: 'THB',
        day: '2026-11-27',
      },
      ...{ valueDate: '2026-11-27', minor: '-19100', state: 'ALLOCATED' as const },
      parts: [{ part: 1, target: 'instruction_line', targetId: 'E1', minor: '-19100', entryId: 'e' }],
    };
    const asked: object[] = [];
    calls.serve(bankCalls.bankLines, (request) => {
      asked.push(request);
      return Promise.resolve({ lines: [line], next: '2026-11-27 THSETTLE:THB:1' });
    });
    const cursor = encodeURIComponent('2026-11-28 THSETTLE:THB:2');
    const page = await world.get(`/v1/ops/banks/lines?bank=THSETTLE&limit=1&cursor=${cursor}`, ops);
    expect(page.json).toMatchObject({
      lines: [{ amount: { amount: '-191.00' }, parts: [{ amount: { amount: '-191.00' } }] }],
      next: '2026-11-27 THSETTLE:THB:1',
    });
    expect(asked).toMatchObject([{ bank: 'THSETTLE', limit: 1, cursor: '2026-11-28 THSETTLE:THB:2' }]);
    expect((await world.get('/v1/ops/banks')).status).toBe(403);
  });

  it('hand in what a bank gave by hand, and another one decides', async () => {
    const { calls } = world.platform;
    const asked: object[] = [];
    calls.serve(bankCalls.handInBankFile, (request) => {
      asked.push(request);
      return Promise.resolve(
        request.bank === 'THSETTLE'
          ? { kind: 'proposed', approvalId: APPROVAL, approvalsRequired: 1, sha256: SHA256 }
          : refused('bank_unknown'),
      );
    });
    const body = { currency: 'THB', kind: 'statement', content: 'AAAA', reason: 'the link is down' };
    const answer = await world.post('/v1/ops/banks/THSETTLE/files', body, ops);
    expect([answer.status, answer.json]).toEqual([
      200,
      { approvalId: `settlement.${APPROVAL}`, approvalsRequired: 1, sha256: SHA256 },
    ]);
    expect(asked).toEqual([{ bank: 'THSETTLE', ...body, operator: 'OPERATOR-1', participant: 'OPERATOR' }]);
    expect((await world.post('/v1/ops/banks/XX/files', body, ops)).json.code).toBe('bank_unknown');
  });

  it('propose what is done with money in suspense, with an amount of its currency', async () => {
    const { calls } = world.platform;
    calls.serve(bankCalls.suspense, () => Promise.resolve({ items: [item] }));
    expect((await world.get('/v1/ops/suspense', ops)).json.items).toMatchObject([
      {
        amount: { amount: '-191.00' },
        open: { amount: '-1.00' },
        moves: [{ amount: { amount: '-190.00' } }],
      },
    ]);
    const asked: object[] = [];
    calls.serve(bankCalls.cureSuspense, (request) => {
      asked.push(request);
      return Promise.resolve({ kind: 'proposed', approvalId: APPROVAL, approvalsRequired: 2 });
    });
    const body = {
      action: 'write_off',
      amount: { currency: 'THB', amount: '1.00' },
      reason: 'a cent of interest',
    };
    const answer = await world.post(`/v1/ops/suspense/${ITEM}/cure`, body, ops);
    expect(answer.json).toEqual({ approvalId: `settlement.${APPROVAL}`, approvalsRequired: 2 });
    expect(asked).toMatchObject([{ itemId: ITEM, action: 'write_off', currency: 'THB', minor: '100' }]);
    const none = { ...body, amount: { currency: 'THB', amount: '0.00' } };
    expect((await world.post(`/v1/ops/suspense/${ITEM}/cure`, none, ops)).json.code).toBe(
      'amount_not_positive',
    );
  });
});
