import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { IsoBooks, type CreditEntry } from './books.js';

const SCHEME = { mark: 'TH', utcOffsetMinutes: 420 };
let folder: string;
let books: IsoBooks;
const open = (): Promise<IsoBooks> => IsoBooks.open(join(folder, 'thailand.books'), SCHEME);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thai-'));
  books = await open();
});
afterEach(async () => {
  await books.close();
  await rm(folder, { recursive: true });
});

function credit(over: Partial<CreditEntry> = {}): Omit<CreditEntry, 'kind' | 'reference'> {
  return {
    uetr: 'u-1',
    messageId: 'M1',
    endToEndId: 'E1',
    account: '010555000000101',
    currency: 'THB',
    minor: '82000',
    status: 'ACCC',
    acceptedAt: 1000,
    at: 2000,
    ...over,
  };
}

const DEBIT = {
  uetr: 'u-9',
  messageId: 'M9',
  endToEndId: 'E9',
  transactionId: 'T9',
  payer: '0140000000001',
  currency: 'THB',
  minor: '33745',
  quoteId: 'q',
  acceptedAt: 3000,
  at: 3000,
};

describe('the books of a network', () => {
  it('keep what was paid out and collected over a restart', async () => {
    const { entry } = await books.addCredit(credit());
    expect(entry.reference).toMatch(/^TH19700101[0-9a-f]{16}$/);
    await books.addCredit(credit({ uetr: 'u-2', status: 'RJCT', reason: 'AC04' }));
    await books.addCredit(credit({ uetr: 'u-3', status: 'PDNG' }));
    await books.addDebit(DEBIT);
    await books.close();
    books = await open();
    expect(books.credit('u-1')?.entry.reference).toBe(entry.reference);
    expect(books.openCredits().map((record) => record.entry.uetr)).toEqual(['u-3']);
    expect(books.openDebits().map((record) => record.entry.uetr)).toEqual(['u-9']);
    expect(books.totals()).toEqual({
      'credit:ACCC:THB': { count: 1, minor: '82000' },
      'credit:RJCT:THB': { count: 1, minor: '82000' },
      'credit:PDNG:THB': { count: 1, minor: '82000' },
      'debit:OPEN:THB': { count: 1, minor: '33745' },
    });
    expect(books.movement('0140000000001')).toBe(-33_745n);
  });

  it('end an entry once, and give a refused payer the money back', async () => {
    await books.addDebit(DEBIT);
    await books.end({ of: 'debit', uetr: 'u-9', status: 'RJCT', reason: 'AC04', at: 4000 });
    await books.end({ of: 'debit', uetr: 'u-9', status: 'ACCC', at: 5000 });
    expect(books.debit('u-9')?.final).toMatchObject({ status: 'RJCT', reason: 'AC04' });
    expect(books.movement('0140000000001')).toBe(0n);
  });

  it('know what was given back of an entry, also over a restart', async () => {
    await books.addDebit(DEBIT);
    await books.addCredit(credit({ uetr: 'r-1', minor: '1000', refundOf: 'u-9' }));
    await books.addCredit(credit({ uetr: 'r-2', minor: '200', status: 'PDNG', refundOf: 'u-9' }));
    await books.addCredit(credit({ uetr: 'r-3', minor: '40', status: 'RJCT', refundOf: 'u-9' }));
    await books.addDebit({ ...DEBIT, uetr: 'r-4', minor: '5', refundOf: 'r-1' });
    await books.close();
    books = await open();
    expect(books.refunded('u-9')).toBe(1200n);
    expect(books.refunded('r-1')).toBe(5n);
    await books.end({ of: 'debit', uetr: 'r-4', status: 'RJCT', at: 5000 });
    expect([books.refunded('r-1'), books.refunded('r-2')]).toEqual([0n, 0n]);
  });

  it('state a day with both directions and without what was refused or is open', async () => {
    await books.addCredit(credit());
    await books.addCredit(credit({ uetr: 'u-2', status: 'RJCT' }));
    await books.addCredit(credit({ uetr: 'u-3', status: 'PDNG' }));
    await books.addDebit(DEBIT);
    await books.end({ of: 'debit', uetr: 'u-9', status: 'ACCC', reference: 'H9', at: 4000 });
    expect(
      books.statement(0, 10_000).map(({ uetr, credit: isCredit, minor }) => [uetr, isCredit, minor]),
    ).toEqual([
      ['u-1', false, 82_000n],
      ['u-9', true, 33_745n],
    ]);
    expect(books.statement(0, 4000)).toHaveLength(1);
    expect(books.statement(5000, 9000)).toEqual([]);
  });
});
