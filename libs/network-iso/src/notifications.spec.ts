import { describe, expect, it } from '@jest/globals';
import type { RawMessage } from '@tonle/door';
import { writeIso, type Notification } from '@tonle/iso20022';
import { amount, formatAmount, magnitude } from '@tonle/money';
import fc from 'fast-check';
import { messageIdOf } from './message.js';
import { notificationRoute, notifiedStatement } from './notifications.js';
import { isoProfile } from './profile.js';
import { LAGOON, LAGOON_FILE } from './profile.testing.js';

const DAY = '2026-11-22';
const LEG = '0193b0a0-0000-7000-8000-000000000001:C';
const PROFILE = isoProfile.parse({
  ...LAGOON_FILE,
  statement: { kind: 'camt.054', accounts: ['TONLE-FJD'] },
});
const route = notificationRoute(PROFILE);
const source = notifiedStatement(PROFILE);

/** A page with one entry for each amount of minor units, negative for a credit; its totals tie. */
function page(number: number, last: boolean, minors: readonly bigint[], over: Partial<Notification> = {}) {
  const entries = minors.map((minor, index) => ({
    amount: amount('FJD', magnitude(minor)),
    credit: minor < 0n,
    status: 'BOOK',
    bookedAt: '2026-11-22T10:00:00+12:00',
    servicerReference: `R${number}-${index}`,
    transactions: [{ instructionId: messageIdOf(LEG) }],
  }));
  const sum = entries.reduce((total, each) => total + each.amount.minor, 0n);
  const notification: Notification = {
    kind: 'notification',
    messageId: `N1P${number}`,
    createdAt: '2026-11-22T12:00:00.000Z',
    notificationId: 'N1',
    account: { id: 'TONLE-FJD', currency: 'FJD' },
    from: '2026-11-22T00:00:00+12:00',
    to: '2026-11-22T23:59:59+12:00',
    entryCount: entries.length,
    entrySum: formatAmount(amount('FJD', sum)),
    page: { number: String(number), last },
    entries,
    ...over,
  };
  return Buffer.from(writeIso(notification, 'camt.054.001.08', undefined, { envelope: 'none' }));
}

const taken = (bytes: Buffer) => route.read({ bytes, headers: {} } as RawMessage);
const read = (...parts: Uint8Array[]) => {
  if (source?.kind !== 'sent') throw new Error('no statement');
  return source.read(parts, DAY);
};

describe('a camt.054 that comes', () => {
  it('is taken by its account and page, for the day of its period', () => {
    const first = taken(page(1, false, [100n, 200n]));
    expect(first).toMatchObject({ kind: 'ok', day: DAY, name: 'TONLE-FJD page 1', records: 2 });
    expect(taken(page(1, false, [100n, 200n]))).toEqual(first);
    expect(
      taken(page(1, false, [100n, 200n], { messageId: 'N1P1-2', createdAt: '2026-11-23T00:00:00Z' })),
    ).toEqual(first);
    expect(taken(page(1, false, [100n, 201n]))).not.toEqual(first);
    if (first.kind === 'ok')
      expect(route.write(first)).toMatchObject({ status: 200, body: '{"taken":"TONLE-FJD page 1"}' });
  });

  it.each([
    ['no XML', Buffer.from('<Document'), 'schema_invalid'],
    ['no page of anything', page(1, true, [], { page: undefined }), 'element_missing'],
    ['no day', page(1, true, [], { from: undefined, to: undefined }), 'element_missing'],
  ])('is refused when it is %s', (_name, bytes, reason) => {
    expect(taken(bytes)).toMatchObject({ kind: 'refused', reason });
  });

  it('is refused when it is a statement', () => {
    const text = page(1, true, []).toString();
    const statement = text
      .replaceAll('BkToCstmrDbtCdtNtfctn', 'BkToCstmrAcctRpt')
      .replaceAll('NtfctnPgntn', 'RptPgntn')
      .replaceAll('Ntfctn>', 'Rpt>')
      .replaceAll('camt.054.001.08', 'camt.052.001.08');
    expect(taken(Buffer.from(statement))).toMatchObject({ kind: 'refused', reason: 'unknown_message' });
  });
});

describe('the statement of a day that was sent', () => {
  it('has the lines of all pages, whatever their order, and none while any is missing', () => {
    const minor = fc.bigInt({ min: -9_999_999n, max: 9_999_999n }).filter((each) => each !== 0n);
    const days = fc.array(fc.array(minor, { maxLength: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(days, fc.nat(), (pages, seed) => {
        const parts = pages.map((minors, index) => page(index + 1, index === pages.length - 1, minors));
        const turned = [...parts.slice(seed % parts.length), ...parts.slice(0, seed % parts.length)];
        const { lines, heads } = read(...turned);
        expect(
          lines.map(({ amount: { minor: text }, leg }) => (leg === 'debit' ? -BigInt(text) : BigInt(text))),
        ).toEqual(pages.flat());
        expect(lines.every(({ legKey }) => legKey === LEG)).toBe(true);
        expect(heads).toEqual([]);
        const lost = seed % parts.length;
        expect(() => read(...parts.filter((_, index) => index !== lost))).toThrow();
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['nothing has come', [], 'no camt.054 of 2026-11-22 has come'],
    ['the last page has not come', [page(1, false, [100n])], 'page_missing'],
    ['a page between has not come', [page(1, false, [100n]), page(3, true, [])], 'page_missing'],
    [
      'a page came under two ids',
      [page(1, true, [1n]), page(1, true, [2n], { messageId: 'N1PX' })],
      'page_missing|repeated|differs',
    ],
    ['its total is not that of its entries', [page(1, true, [100n], { entrySum: '9.99' })], 'sum_differs'],
    ['a page has another total', [page(1, false, [100n], { entryCount: 2 }), page(2, true, [1n])], 'differs'],
    [
      'it is of another account',
      [page(1, true, [1n], { account: { id: 'X', currency: 'FJD' } })],
      'no statement of our account',
    ],
    [
      'it is of another day',
      [page(1, true, [1n], { from: '2026-11-24T00:00:00+12:00', to: '2026-11-24T23:59:59+12:00' })],
      'not of 2026-11-22',
    ],
  ])('is none when %s', (_name, parts, because) => {
    expect(() => read(...parts)).toThrow(new RegExp(because));
  });

  it('is no matter of a network that is asked for it, or that does not call us', () => {
    expect(notifiedStatement(LAGOON)).toBeUndefined();
    const { inbound: _none, ...silent } = LAGOON_FILE;
    expect(() => isoProfile.parse({ ...silent, statement: { kind: 'camt.054' } })).toThrow('say inbound too');
  });
});
