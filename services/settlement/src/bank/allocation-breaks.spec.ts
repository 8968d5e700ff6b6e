import { expect, it } from '@jest/globals';
import { differencesOf } from './allocation-breaks.js';
import type { BankLine } from './bank-line.js';

const line = (amountMinor: bigint): BankLine => ({
  ...{
    lineId: 'THSETTLE:THB:1',
    bank: 'THSETTLE',
    currency: 'THB',
    day: '2026-11-27',
    valueDate: '2026-11-27',
  },
  ...{ amountMinor, reversal: false },
});
const covered = (openMinor: bigint) => ({
  kind: 'covered' as const,
  ...{ windowId: 'THSWITCH-THB-2026-11-26', participant: 'FXNAGA', openMinor },
  ...{ isLate: false, contradicts: false },
});
const paid = (minor: bigint, openMinor: bigint) =>
  differencesOf(line(minor), [
    { part: { target: 'instruction_line', targetId: 'E1', minor }, partNo: 1, covered: covered(openMinor) },
  ]);

it.each([80_500n, -80_500n])('a line that is paid short differs by what is still to come: %s', (minor) => {
  const { opened, ended } = paid(minor, 1_500n);
  expect(opened).toMatchObject([{ type: 'BATCH_SHORT', key: 'E1', ourMinor: 82_000n, theirMinor: 80_500n }]);
  expect(ended).toEqual([]);
});

it('a line that is paid in full ends what it was short of', () => {
  const { opened, ended } = paid(1_500n, 0n);
  expect(opened).toEqual([]);
  expect(ended.map(({ type, key }) => [type, key])).toEqual([
    ['BATCH_SHORT', 'E1'],
    ['BATCH_LATE', 'E1'],
  ]);
});

it.each([
  ['THB', 80_500n, 1_500n, '15.00 THB of 820.00 THB is still to come'],
  ['KHR', 10_000n, 200n, '2 KHR of 102 KHR is still to come'],
  ['JPY', -820n, 100n, '100 JPY of 920 JPY is still to come'],
])('what is still to come is told with its currency: %s', (currency, minor, open, detail) => {
  const part = { target: 'instruction_line' as const, targetId: 'E1', minor };
  const { opened } = differencesOf({ ...line(minor), currency }, [
    { part, partNo: 1, covered: covered(open) },
  ]);
  expect(opened).toMatchObject([{ type: 'BATCH_SHORT', detail }]);
});

it('a line that settles on a day that the bank was to be closed is a matter of the calendar', () => {
  const part = { target: 'instruction_line' as const, targetId: 'E1', minor: 82_000n };
  const outcomes = [{ part, partNo: 1, covered: covered(0n) }];
  expect(differencesOf(line(82_000n), outcomes, 'TH-2026').opened).toMatchObject([
    {
      ...{ type: 'CALENDAR', partner: 'THSETTLE', key: 'E1' },
      detail: 'line THSETTLE:THB:1 settled it on 2026-11-27, which is no banking day by calendar TH-2026',
    },
  ]);
  expect(differencesOf(line(82_000n), outcomes).opened).toEqual([]);
});
