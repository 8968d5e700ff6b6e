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
