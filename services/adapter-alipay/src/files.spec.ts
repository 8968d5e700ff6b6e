import { describe, expect, it } from '@jest/globals';
import { readFileName, readLayout, readContents, type FileKind, type ReadFile } from '@tonle/network';
import fc from 'fast-check';
import { alipayFiles } from './files.js';
import { alipaySettings } from './settings.js';

// Reports of both roles, as they are written, read and made lines; with one thing wrong none is taken.

const ACQUIRER = '1022188000000000001';
const WALLET = '1022172000000000001';
const CLOCK = { day: '2026-11-28', utcOffsetMinutes: 480 };
const settings = alipaySettings.parse({ TONLE_ALIPAY_FILES_URL: 'file:///files' });
const { kinds, ties, settled: settledOf } = alipayFiles(settings);
const kindOf = (name: string) => kinds.find((kind) => kind.name === name)!;

interface Item {
  readonly id: string;
  readonly request: string;
  readonly isRefund: boolean;
  readonly minor: bigint;
}

const ITEMS_HEAD =
  'transactionId,originalTransactionId,transactionRequestId,originalTransactionRequestId,transactionType,' +
  'transactionTime,transactionAmountValue,transactionCurrency,settlementAmountValue,settlementCurrency,quoteId,' +
  'quoteCurrencyPair,quotePrice,feeAmountValue,feeCurrency,acquirerId,pspId,referenceMerchantId,referenceStoreId,paymentMethodType';
const net = (items: readonly Item[]): bigint =>
  items.reduce((sum, { isRefund, minor }) => (isRefund ? sum - minor : sum + minor), 0n);
const row = ({ id, request, isRefund, minor }: Item): string =>
  `${id},,${request},,${isRefund ? 'REFUND' : 'PAYMENT'},2026-11-28T23:59:59+08:00,4100000,KHR,${minor},USD,,,,0,USD,,,,,CONNECT_WALLET`;
const report = (items: readonly Item[], total = net(items), rows = items.map(row)): string =>
  [
    'totalCount,netSettlementAmountValue,settlementCurrency',
    `${items.length},${total},USD`,
    ITEMS_HEAD,
    ...rows,
  ]
    .map((line) => `${line}\r\n`)
    .join('');
const nameOf = (participant: string, report: string, batch = 'B1', sequence = '000'): string =>
  `${report}_${participant}_USD_${batch}_PA-1_${sequence}.csv`;

function read(kind: FileKind, name: string, text: string): ReadFile {
  const file = readFileName(name, kind.layout, kind.values ?? {});
  if (file === undefined) throw new Error(`${name} is none of ${kind.name}`);
  return { kind: kind.name, file, ...readContents(Buffer.from(text), kind.layout, CLOCK) };
}
const linesOf = (role: 'acquirer' | 'wallet', text: string) => {
  const kind = kindOf(`${role} transactionItems`);
  const { records, file } = read(
    kind,
    nameOf(role === 'acquirer' ? ACQUIRER : WALLET, 'transactionItems'),
    text,
  );
  return records.map((record) => kind.line(record, file)!);
};

const items = fc.uniqueArray(
  fc.record({
    id: fc.stringMatching(/^[0-9]{8,32}$/),
    request: fc.stringMatching(/^[A-Za-z0-9_]{8,64}$/),
    isRefund: fc.boolean(),
    minor: fc.bigInt({ min: 1n, max: 9_999_999_999n }),
  }),
  { selector: ({ id }) => id, maxLength: 12 },
);

describe('what was cleared', () => {
  it.each(['acquirer', 'wallet'] as const)('of the %s is told by the ids that our payments have', (role) => {
    fc.assert(
      fc.property(items, (all) => {
        const lines = linesOf(role, report(all));
        expect(lines).toEqual(
          all.map(({ id, request, isRefund, minor }) => {
            const isIn = (role === 'acquirer') !== isRefund;
            const ours = role === 'acquirer' && !isRefund ? id : request;
            return {
              lineId: id,
              partnerRef: ours,
              ...(isIn || role === 'wallet' ? { messageId: ours } : {}),
              ...(isIn ? {} : { externalRef: ours }),
              leg: isIn ? 'debit' : 'credit',
              amount: { currency: 'USD', minor: minor.toString() },
              counter: { currency: 'KHR', minor: '4100000' },
              fee: { currency: 'USD', minor: '0' },
              ...(isRefund && { refundOf: id }),
              status: 'booked',
              bookedAt: '2026-11-28T15:59:59.000Z',
            };
          }),
        );
        const signed = lines.map(({ leg, amount }) =>
          leg === 'debit' ? BigInt(amount.minor) : -BigInt(amount.minor),
        );
        const sum = signed.reduce((total, minor) => total + minor, 0n);
        expect(sum).toBe(role === 'acquirer' ? net(all) : -net(all));
      }),
    );
  });

  const one: Item = { id: '20261128', request: 'R1', isRefund: false, minor: 1247n };
  it.each<[string, string, string]>([
    ['another net amount', report([one], 1248n), 'total_wrong'],
    ['a refund that counts as a payment', report([{ ...one, isRefund: true }], 1247n), 'total_wrong'],
    ['a record too few', report([one], 1247n, []), 'count_wrong'],
    ['a type that is not known', report([one]).replace('PAYMENT', 'CHARGEBACK'), 'total_wrong|CHARGEBACK'],
    [
      'another currency',
      report([one]).replace('1247,USD,,', '1247,CNY,,'),
      'settled in CNY in a file of USD',
    ],
    ['a sign beside the type', report([{ ...one, minor: -1247n }]), 'sign beside its type'],
    ['an amount in major units', report([one]).replaceAll('1247', '12.47'), 'value_wrong'],
    ['an order without its id', report([{ ...one, request: '' }]), 'no transactionRequestId'],
    ['a column that nobody knows', report([one]).replace('quoteId', 'rebate'), 'column_unknown'],
    ['an end in the middle of a record', report([one]).slice(0, -60), 'cut_short|value_wrong'],
  ])('is refused with %s', (_, text, why) => {
    expect(() => linesOf('wallet', text)).toThrow(new RegExp(why));
  });

  it('has the cancellation of an order under the id of the order', () => {
    const text = report([{ ...one, isRefund: true }]).replace('REFUND', 'CANCEL');
    expect(linesOf('wallet', text)).toMatchObject([
      { messageId: 'cancel R1', leg: 'debit', amount: { minor: '1247' } },
    ]);
    expect(() => linesOf('acquirer', text)).toThrow('transactionType CANCEL of 20261128 is not known');
  });

  it('of an empty cycle is nothing', () => {
    expect(linesOf('acquirer', report([]))).toEqual([]);
  });
});

describe('what is settled', () => {
  const HEAD = 'clearingBatchId,clearingDate,transactionCount,settlementAmountValue,settlementCurrency';
  const settlement = (...rows: readonly (readonly [batch: string, count: number, minor: bigint])[]): string =>
    [
      'totalCount,netSettlementAmountValue,settlementCurrency,valueDate',
      `${rows.length},${rows.reduce((sum, [, , minor]) => sum + minor, 0n)},USD,2026-12-01`,
      HEAD,
      ...rows.map(([batch, count, minor]) => `${batch},2026-11-28,${count},${minor},USD`),
    ]
      .map((line) => `${line}\n`)
      .join('');
  const cleared = (text: string, sequence = '000') =>
    read(kindOf('wallet transactionItems'), nameOf(WALLET, 'transactionItems', 'B1', sequence), text);
  const settled = (text: string, sequence = '000') =>
    read(kindOf('wallet settlement'), nameOf(WALLET, 'settlement', 'S9', sequence), text);

  it('ties with what was cleared in its cycle, over all files', () => {
    fc.assert(
      fc.property(items, items, fc.constantFrom(-1n, 0n, 1n), (first, second, off) => {
        const files = [cleared(report(first)), cleared(report(second), '001')];
        const sum = net(first) + net(second) + off;
        const told = ties!([
          ...files,
          settled(settlement(['B0', 7, 700n], ['B1', first.length + second.length, sum])),
        ]);
        if (off === 0n) expect(told).toBeUndefined();
        else expect(told).toMatch(/^the settlement of wallet cycle B1 has .*, and its transactions are /);
      }),
    );
  });

  it('is told from our side with its value date and cycles, over all files of a batch, and so is what was cleared', () => {
    fc.assert(
      fc.property(items, items, fc.bigInt({ min: 0n, max: 9_999n }), (first, second, fee) => {
        const withFees = (text: string) => text.replaceAll(',0,USD,,,,,CONNECT', `,${fee},USD,,,,,CONNECT`);
        const told = settledOf!(
          [
            cleared(withFees(report(first))),
            cleared(withFees(report(second)), '001'),
            settled(settlement(['B0', 7, 700n], ['B1', first.length, net(first)])),
            settled(settlement(['B1', second.length, net(second)]), '001'),
          ],
          CLOCK.day,
        );
        const count = first.length + second.length;
        const sum = net(first) + net(second);
        const of = { account: WALLET, day: CLOCK.day };
        expect(told.cycles).toEqual([
          {
            ...{ cycleId: 'B1', ...of, currency: 'USD', count, netMinor: (-sum).toString() },
            ...(count > 0 && { feeMinor: (fee * BigInt(count)).toString() }),
          },
        ]);
        expect(told.batches).toEqual([
          {
            ...{ batchId: 'S9', account: WALLET, reference: 'S9', agreement: 'PA-1', currency: 'USD' },
            ...{ valueDate: '2026-12-01', netMinor: (-sum - 700n).toString() },
            cycles: [
              { cycleId: 'B0', ...of, count: 7, netMinor: '-700' },
              { cycleId: 'B1', ...of, count, netMinor: (-sum).toString() },
            ],
          },
        ]);
      }),
    );
  });

  it.each([
    ['another value date in its second file', '2026-12-02', '2 dates as valueDate'],
    ['a value date that is none', '2026-02-30', 'which is no date'],
  ])('is not taken with %s', (_, date, told) => {
    const other = settlement(['B1', 0, 0n]).replace('2026-12-01', date);
    const files = [settled(settlement(['B1', 0, 0n])), settled(other, '001')];
    expect(() => settledOf!(files, CLOCK.day)).toThrow(told);
  });

  it('has each of them once', () => {
    const one: Item = { id: '20261128', request: 'R1', isRefund: false, minor: 0n };
    expect(ties!([cleared(report([one])), settled(settlement(['B1', 2, 0n]))])).toContain('has 2 for 0');
  });

  it('is not there on every day', () => {
    expect(ties!([cleared(report([]))])).toBeUndefined();
    expect(kinds.filter(({ optional }) => optional === true).map(({ name }) => name)).toEqual([
      'acquirer settlement',
      'wallet settlement',
    ]);
  });
});

it('reads names of both roles apart', () => {
  const { layout, values } = kindOf('acquirer transactionItems');
  expect(readFileName(nameOf(ACQUIRER, 'transactionItems', 'B1', '012'), layout, values!)).toMatchObject({
    currency: 'USD',
    series: 'USD_B1_PA-1',
    sequence: 12,
  });
  expect(readFileName(nameOf(WALLET, 'transactionItems'), layout, values!)).toBeUndefined();
  expect(readLayout(new URL('./settlement.json', import.meta.url)).firstSequence).toBe(0);
});
