import { describe, expect, it } from '@jest/globals';
import { folderOf, readFileName } from './file-name.js';

const UNION = { name: 'INN<day:yyMMdd><sequence:2>ZM_<merId>' };
const ALI = { name: 'transactionItems_<participantId>_<currency>_<batch>_<agreement>_<sequence:3>.csv' };
const OURS = { participantId: '1020' };

describe('the name of a file', () => {
  it.each([
    ['INN26112801ZM_777290058110048', UNION, { day: '2026-11-28', sequence: 1, series: '777290058110048' }],
    [
      'transactionItems_1020_USD_B1_A-7_012.csv',
      ALI,
      { currency: 'USD', sequence: 12, series: 'USD_B1_A-7' },
    ],
  ])('%s tells what it holds', (name, layout, told) => {
    expect(readFileName(name, layout, OURS)).toEqual({ name, ...told });
  });

  it.each([
    ['INN26112801ZME_777290058110048', UNION],
    ['INN26113101ZM_777290058110048', UNION],
    ['INN2611281ZM_777290058110048', UNION],
    ['INN26112801ZM_777290058110048.bak', UNION],
    ['transactionItems_1021_USD_B1_A-7_012.csv', ALI],
    ['transactionItems_1020_USD_B1_A-7_12.csv', ALI],
    ['transactionItems_1020_usd_B1_A-7_012.csv', ALI],
    ['transactionItems_1020_USD_B1_A-7_012xcsv', ALI],
    ['../transactionItems_1020_USD_B1_A-7_012.csv', ALI],
  ])('%s is not that of one of ours', (name, layout) => {
    expect(readFileName(name, layout, OURS)).toBeUndefined();
  });

  it('is in the folder of its day, or of the day after', () => {
    const folder = (pattern: string) => folderOf({ folder: pattern }, '2026-12-31', OURS);
    expect(folder('/v1/clearing/<participantId>/<day:yyyyMMdd>')).toBe('/v1/clearing/1020/20261231');
    expect(folder('<nextDay:yyyyMMdd>')).toBe('20270101');
    expect(folder('<day:yyMMdd>')).toBe('261231');
    expect(folder('')).toBe('');
  });
});
