import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '../../kit/clock.js';
import { BakongLedger, type ReversalOrder, type TransferOrder } from './ledger.js';

const clock = new SystemClock();
let folder: string;
let ledger: BakongLedger;

const open = (delayMs = 0): Promise<BakongLedger> =>
  BakongLedger.open(join(folder, 'bakong.books'), clock, () => delayMs);

beforeEach(async () => {
  clock.offsetMs = 0;
  folder = await mkdtemp(join(tmpdir(), 'bakong-'));
  ledger = await open();
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true });
});

function order(over: Partial<TransferOrder> = {}): TransferOrder {
  return {
    externalRef: 'MEKOKHPPXXX/NAGAKHPPXXX/abc',
    from: 'u0000001@mekong',
    to: 'fx@naga',
    currency: 'KHR',
    minor: 10_024_000n,
    endToEndId: 'u0000001@mekong-fx@naga',
    messageId: 'CRT1',
    ...over,
  };
}

function reversal(over: Partial<ReversalOrder> = {}): ReversalOrder {
  const { externalRef: originalRef, currency, minor } = order();
  return {
    externalRef: 'NAGAKHPPXXX/MEKOKHPPXXX/rev',
    originalRef,
    currency,
    minor,
    endToEndId: 'e',
    messageId: 'REF1',
    ...over,
  };
}

describe('Bakong ledger', () => {
  it('moves the money once per external reference', async () => {
    const before = ledger.balance('fx@naga', 'KHR');
    const answers = await Promise.all([
      ledger.transfer(order()),
      ledger.transfer(order()),
      ledger.transfer(order()),
    ]);
    expect(answers.map((answer) => answer.kind).sort()).toEqual(['booked', 'refused', 'refused']);
    expect(answers.find((answer) => answer.kind === 'refused')).toEqual({
      kind: 'refused',
      because: 'already existed',
    });
    expect(ledger.balance('fx@naga', 'KHR')).toBe(before + 10_024_000n);
    expect(ledger.balance('u0000001@mekong', 'KHR')).toBe(100_000_000_000n - 10_024_000n);
    expect(ledger.check().ok).toBe(true);
  });

  it.each([
    ['debtor account not found', { from: 'nobody@mekong' }],
    ['debtor account not found', { from: 'u0000001@elsewhere' }],
    ['creditor account not found', { to: 'u1@mekong' }],
    ['account closed', { from: 'closed1@mekong' }],
    ['account blocked', { to: 'frozen7@angkor' }],
    ['insufficient balance', { from: 'poor00001@mekong' }],
    ['currency not supported', { to: 'usd00001@rumduol' }],
    ['currency not supported', { to: 'shop00001@rumduol', currency: 'USD', minor: 100n }],
    ['wrong format: riel have no decimals', { minor: 150n }],
    ['wrong format: amount', { minor: 0n }],
  ])('refuses with "%s" and books nothing', async (because, over) => {
    expect(await ledger.transfer(order(over))).toEqual({ kind: 'refused', because });
    expect(ledger.totals().entries).toBe(0);
  });

  it('reverses in full, once, under a reference of its own', async () => {
    await ledger.transfer(order());
    expect(await ledger.reverse(reversal({ minor: 100n }))).toEqual({
      kind: 'refused',
      because: 'amount differs from original',
    });
    expect(await ledger.reverse(reversal({ originalRef: 'MEKOKHPPXXX/NAGAKHPPXXX/none' }))).toEqual({
      kind: 'refused',
      because: 'original not found',
    });
    const done = await ledger.reverse(reversal());
    expect(done).toMatchObject({
      kind: 'booked',
      entry: { kind: 'reversal', from: 'fx@naga', to: 'u0000001@mekong' },
    });
    expect(await ledger.reverse(reversal())).toEqual({ kind: 'refused', because: 'already existed' });
    expect(await ledger.reverse(reversal({ externalRef: 'NAGAKHPPXXX/MEKOKHPPXXX/re2' }))).toEqual({
      kind: 'refused',
      because: 'already reversed',
    });
    expect(ledger.balance('u0000001@mekong', 'KHR')).toBe(100_000_000_000n);
  });

  it('shows a hash only after the ledger delay', async () => {
    await ledger.close();
    ledger = await open(500);
    const done = await ledger.transfer(order());
    if (done.kind !== 'booked') throw new Error('not booked');
    expect(done.entry.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(ledger.findByHash(done.entry.hash)).toBeUndefined();
    clock.offsetMs = 600;
    expect(ledger.findByHash(done.entry.hash)).toEqual(done.entry);
    expect(ledger.findByRef(order().externalRef)).toEqual(done.entry);
  });

  it('is the same after a restart, and still refuses the repeat', async () => {
    const md5 = 'd41d8cd98f00b204e9800998ecf8427e';
    await ledger.transfer(order({ remittance: `md5 ${md5}` }));
    await ledger.reverse(reversal());
    await ledger.transfer(
      order({ externalRef: 'MEKOKHPPXXX/NAGAKHPPXXX/two', currency: 'USD', minor: 1250n }),
    );
    const before = { totals: ledger.totals(), entry: ledger.findByMd5(md5) };
    await ledger.close();
    ledger = await open();
    expect({ totals: ledger.totals(), entry: ledger.findByMd5(md5) }).toEqual(before);
    expect(before.entry?.externalRef).toBe(order().externalRef);
    expect(before.totals.sums).toEqual({
      'debit:KHR': { count: 1, minor: '10024000' },
      'debit:USD': { count: 1, minor: '1250' },
      'reversal:KHR': { count: 1, minor: '10024000' },
    });
    expect(await ledger.transfer(order())).toEqual({ kind: 'refused', because: 'already existed' });
    expect(ledger.balance('u0000001@mekong', 'USD')).toBe(100_000_000n - 1250n);
  });

  it('tells what an account held when a span of time began and ended', async () => {
    const opening = ledger.balance('fx@naga', 'KHR');
    const begin = clock.now();
    await ledger.transfer(order({ externalRef: 'before', minor: 100n }));
    clock.offsetMs += 3_600_000;
    const day = clock.now();
    await ledger.transfer(order({ externalRef: 'in it', minor: 10_000n }));
    await ledger.transfer(
      order({ externalRef: 'out of it', from: 'fx@naga', to: 'u0000001@mekong', minor: 300n }),
    );
    await ledger.transfer(order({ externalRef: 'dollars', currency: 'USD', minor: 7n }));
    clock.offsetMs += 3_600_000;
    const after = clock.now();
    await ledger.transfer(order({ externalRef: 'after', minor: 900n }));
    expect(ledger.held('fx@naga', 'KHR', day, after)).toEqual({
      opening: opening + 100n,
      closing: opening + 9_800n,
    });
    expect(ledger.held('fx@naga', 'KHR', begin, day)).toEqual({ opening, closing: opening + 100n });
    expect(ledger.held('fx@garuda', 'KHR', day, after)).toEqual({
      opening: ledger.balance('fx@garuda', 'KHR'),
      closing: ledger.balance('fx@garuda', 'KHR'),
    });
  });

  it('books the falsified amount when told to', async () => {
    expect(await ledger.transfer(order(), 100n)).toMatchObject({ entry: { minor: '10024100' } });
  });
});
