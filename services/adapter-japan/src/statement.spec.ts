import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { WireReply } from '@tonle/network';
import { japanStatement } from './statement.js';

const DAY = '2026-11-28';
if (japanStatement.kind !== 'whole') throw new Error('the day comes at once');
const { read, ask } = japanStatement;

interface Entry {
  readonly kind: string;
  readonly value: string;
}

/** A statement that ties, but for what `over` changes. */
function statementOf(entries: readonly Entry[], over: object = {}): WireReply {
  const net = entries.reduce(
    (sum, { kind, value }) => sum + (kind === 'COLLECTED' ? BigInt(value) : -BigInt(value)),
    100n,
  );
  const statement = {
    statementId: 'JP20261128',
    account: 'TONLE-JPY',
    day: DAY,
    createdAt: '2026-11-29T00:10:00+09:00',
    openingBalance: '100',
    closingBalance: net.toString(),
    count: entries.length.toString(),
    entries: entries.map(({ kind, value }, index) => ({
      entryId: `E${index}`,
      kind,
      requestId: `R${index}`,
      paymentId: `P${index}`,
      amount: { currency: 'JPY', value },
      bookedAt: '2026-11-28T09:30:00+09:00',
    })),
    ...over,
  };
  return { kind: 'answered', status: 200, headers: {}, bytes: Buffer.from(JSON.stringify({ statement })) };
}
const TWO = [
  { kind: 'PAID_OUT', value: '1200' },
  { kind: 'COLLECTED', value: '1437' },
];

describe('the statement of a day', () => {
  it('is asked for by its day, in Japan’s time', () => {
    expect(ask(DAY)).toMatchObject({ method: 'GET', path: '/jpqr/v1/statements/2026-11-28' });
    expect(japanStatement.utcOffsetMinutes).toBe(540);
  });

  it('names what was paid for us by our id, and what was collected by theirs', () => {
    const bookedAt = '2026-11-28T00:30:00.000Z';
    expect(read(statementOf(TWO), DAY)).toMatchObject({
      lines: [
        { lineId: 'E0', leg: 'credit', externalRef: 'R0', partnerRef: 'P0', status: 'booked', bookedAt },
        { lineId: 'E1', leg: 'debit', messageId: 'R1', amount: { currency: 'JPY', minor: '1437' } },
      ],
      heads: [{ account: 'TONLE-JPY', currency: 'JPY', openingMinor: '100', closingMinor: '337' }],
    });
  });

  it('may be of a day on which nothing was paid', () => {
    expect(read(statementOf([]), DAY)).toMatchObject({ lines: [], heads: [{ closingMinor: '100' }] });
  });

  it('has every yen of the day, however many entries there are', () => {
    const amounts = fc.array(
      fc.record({
        kind: fc.constantFrom('PAID_OUT', 'COLLECTED'),
        value: fc.bigInt({ min: 1n, max: 10n ** 12n }).map(String),
      }),
    );
    fc.assert(
      fc.property(amounts, (entries) => {
        const { lines } = read(statementOf(entries), DAY);
        expect(lines.map(({ amount }) => amount.minor)).toEqual(entries.map(({ value }) => value));
      }),
    );
  });

  it.each<[string, WireReply, RegExp]>([
    ['of another day', statementOf(TWO, { day: '2026-11-27' }), /is of 2026-11-27/],
    ['with an entry too few', statementOf(TWO, { count: '3' }), /has 2 lines and tells 3/],
    ['that does not tie', statementOf(TWO, { closingBalance: '338' }), /100 JPY and 237 JPY are not 338 JPY/],
    ['without balances', statementOf(TWO, { openingBalance: undefined }), /cannot be read: openingBalance/],
    ['with a kind that nobody knows', statementOf([{ kind: 'FEE', value: '1' }]), /entries\/0\/kind/],
    ['with decimals', statementOf(TWO, { closingBalance: '337.0' }), /closingBalance/],
  ])('%s is none', (_name, reply, fault) => {
    expect(() => read(reply, DAY)).toThrow(fault);
  });

  it('with the same entry twice, or one in another currency, is none', () => {
    const bodyOf = (change: (entries: Record<string, unknown>[]) => void): WireReply => {
      const reply = statementOf(TWO) as Extract<WireReply, { kind: 'answered' }>;
      const body = JSON.parse(Buffer.from(reply.bytes).toString()) as {
        statement: { entries: Record<string, unknown>[] };
      };
      change(body.statement.entries);
      return { ...reply, bytes: Buffer.from(JSON.stringify(body)) };
    };
    const twice = bodyOf((entries) => Object.assign(entries[1]!, { entryId: 'E0' }));
    expect(() => read(twice, DAY)).toThrow('has a line twice');
    const dollars = bodyOf((entries) =>
      Object.assign(entries[1]!, { amount: { currency: 'USD', value: '1437' } }),
    );
    expect(() => read(dollars, DAY)).toThrow('has E1 in USD');
  });

  it.each<[string, WireReply]>([
    ['silence', { kind: 'ambiguous', because: 'timeout' }],
    [
      'an error',
      { kind: 'answered', status: 422, headers: {}, bytes: Buffer.from('{"error":{"code":"BUSY"}}') },
    ],
    ['noise', { kind: 'answered', status: 200, headers: {}, bytes: Buffer.from('[]') }],
  ])('%s is none', (_name, reply) => {
    expect(() => read(reply, DAY)).toThrow(DAY);
  });
});
