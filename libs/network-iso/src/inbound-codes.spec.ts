import { describe, expect, it } from '@jest/globals';
import { quoteRoute, resolveRoute } from './inbound-codes.js';

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
