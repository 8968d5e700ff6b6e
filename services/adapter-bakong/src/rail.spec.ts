import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LegCommand } from '@tonle/contracts';
import type { AskedLeg, Parties, WireReply } from '@tonle/network';
import { bakongRail } from './rail.js';
import { bakongSettings } from './settings.js';

const rail = bakongRail(bakongSettings.parse({ TONLE_SANDBOX: 'true' }));
const HASH = 'a'.repeat(64);
const REFERENCE = 'MEKOKHPPXXX/NAGAKHPPXXX/00000000001';
const BY_REFERENCE = 'check_transaction_by_external_ref';
const PAY = 'makeFullFundTransfer';

const bank = (bic: string, more = {}) => ({ bic, name: bic, railAccounts: {}, ...more });
const leg: AskedLeg = {
  command: {
    leg: 'debit',
    amount: { currency: 'KHR', minor: '10024000' },
    debtor: { name: 'Sok Dara', account: 'a@mekong', accountType: 'bakong' },
  } as LegCommand,
  parties: {
    debtorAgent: bank('MEKOKHPP'),
    fxProvider: bank('NAGAKHPP', { railAccounts: { KHR: 'fx@naga' } }),
  } as unknown as Parties,
  externalRef: REFERENCE,
};
const existing: AskedLeg = { ...leg, partnerRef: REFERENCE };
const movement = {
  hash: HASH,
  fromAccountId: 'a@mekong',
  toAccountId: 'fx@naga',
  currency: 'KHR',
  createdDateMs: 1,
};

function answered(body: unknown, status = 200): WireReply {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { kind: 'answered', status, headers: {}, bytes };
}
const data = (content: unknown): WireReply => answered({ responseCode: 0, data: content });
const code = (errorCode: number): WireReply =>
  answered({ responseCode: 1, errorCode, responseMessage: 'so' });

describe('a movement that is asked for by its reference', () => {
  it.each<[string, WireReply, AskedLeg, object]>([
    ['found', data({ ...movement, amount: '100240' }), leg, { kind: 'accepted', partnerRef: HASH }],
    ['not there', code(1), leg, { kind: 'not_found' }],
    ['failed', code(3), leg, { kind: 'rejected', reason: 'MS03' }],
    [
      'not there, though the core knows it',
      code(1),
      existing,
      { kind: 'in_progress', partnerRef: REFERENCE },
    ],
    ['silence, though the core knows it', answered('', 503), existing, { kind: 'in_progress' }],
    ['failed, though the core knows it', code(3), existing, { kind: 'rejected' }],
    ['a code of no table', code(99), leg, { kind: 'ambiguous', unmapped: 'code 99' }],
    ['later', code(7), leg, { kind: 'ambiguous' }],
  ])('%s', (_name, reply, asked, expected) => {
    expect(rail.read(reply, asked, BY_REFERENCE)).toMatchObject(expected);
  });
});

describe('ledger hashes in bulk', () => {
  const { ask, read, keysMax } = rail.bulk!['hash']!;
  const other = 'b'.repeat(64);
  it('are asked for as a list', () => {
    expect(Buffer.from(ask([HASH, other]).body!).toString()).toBe(JSON.stringify([HASH, other]));
    expect(keysMax).toBe(50);
  });

  it.each<[string, WireReply, object]>([
    [
      'success',
      data([{ hash: HASH, status: 'SUCCESS', data: { ...movement, amount: '1' } }]),
      { kind: 'accepted' },
    ],
    ['not there yet', data([{ hash: HASH, status: 'NOT_FOUND' }]), { kind: 'not_found' }],
    ['failed', data([{ hash: HASH, status: 'FAILED' }]), { kind: 'rejected', partnerRef: HASH }],
    ['left out', data([{ hash: other, status: 'SUCCESS' }]), { kind: 'ambiguous', partnerRef: HASH }],
    [
      'of another',
      data([{ hash: HASH, status: 'SUCCESS', data: { ...movement, hash: other } }]),
      { kind: 'ambiguous' },
    ],
    ['no list', data('x'), { kind: 'ambiguous' }],
    ['an error', code(1), { kind: 'ambiguous', partnerRef: HASH }],
  ])('%s', (_name, reply, expected) => {
    expect(read(reply, [HASH])[0]!(leg)).toMatchObject(expected);
  });
});

it('what it does not know is ambiguous: no noise moves money', () => {
  const noise = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({ responseCode: fc.constantFrom(0, 1), errorCode: fc.integer(), data: fc.jsonValue() }),
  );
  fc.assert(
    fc.property(
      noise,
      fc.integer({ min: 100, max: 599 }),
      fc.constantFrom(PAY, BY_REFERENCE),
      (body, status, asked) => {
        const { kind } = rail.read(answered(body, status), leg, asked);
        expect(['ambiguous', 'not_found', ...(asked === PAY ? [] : ['rejected'])]).toContain(kind);
      },
    ),
  );
});

it('asks by hash what the network has named by one, else by our reference', () => {
  const ask = (partnerRef?: string) =>
    rail.enquire({ ...leg, partnerRef } as Parameters<typeof rail.enquire>[0], 0);
  expect(ask(HASH)).toEqual({ bulk: 'hash', key: HASH });
  expect(ask()).toMatchObject({ operation: BY_REFERENCE });
  expect(ask(REFERENCE)).toMatchObject({ operation: BY_REFERENCE });
});
