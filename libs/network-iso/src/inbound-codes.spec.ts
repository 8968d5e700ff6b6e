import { describe, expect, it } from '@jest/globals';
import { accountRoute, quoteRoute, resolveRoute } from './inbound-codes.js';

const amount = { currency: 'THB', minor: '100' };
const messageOf = (body: object) => ({ bytes: Buffer.from(JSON.stringify(body)), headers: {} });

describe('a question about a code of ours', () => {
  it('is read with its amount', () => {
    expect(resolveRoute.read(messageOf({ qrText: '0002' }))).toEqual({ kind: 'ok', qrText: '0002' });
    expect(quoteRoute.read(messageOf({ qrText: '0002', amount }))).toEqual({
      kind: 'ok',
      qrText: '0002',
      amount,
    });
  });

  it.each(['\u0000', '\ud83d', '\uffff', '\u202e', '\n'])(
    'is refused when its code holds %j',
    (character) => {
      for (const route of [resolveRoute, quoteRoute])
        expect(route.read(messageOf({ qrText: `0002${character}`, amount }))).toMatchObject({
          kind: 'refused',
          reason: 'schema_invalid',
          errors: [{ path: '/qrText', message: expect.stringContaining('at character 5') }],
        });
    },
  );
});

describe('a question about an account of ours', () => {
  const account = 'shop00042@angkor';

  it('is read with its amount, and priced like a code', () => {
    expect(accountRoute.read(messageOf({ account }))).toEqual({ kind: 'ok', account });
    expect(quoteRoute.read(messageOf({ account, amount }))).toEqual({ kind: 'ok', account, amount });
  });

  it('is refused when it names a code too, or nothing', () => {
    expect(accountRoute.read(messageOf({ account, qrText: '0002' }))).toMatchObject({
      reason: 'schema_invalid',
    });
    for (const body of [{ account, qrText: '0002', amount }, { amount }])
      expect(quoteRoute.read(messageOf(body))).toMatchObject({ kind: 'refused', reason: 'schema_invalid' });
  });
});
