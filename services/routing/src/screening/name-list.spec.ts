import { describe, expect, it } from '@jest/globals';
import { NameList, normaliseName } from './name-list.js';

const list = new NameList({
  list: 'test',
  entries: [
    { id: 'A', names: ['Viktor Oblomski', 'Wiktor Obłomski'] },
    { id: 'B', names: ['Golden Naga Smuggling Co., Ltd.'] },
    { id: 'C', names: ["José-María d'Ñandú"], countries: ['KH'] },
    { id: 'D', names: ['สมชาย ความลับ'] },
    { id: 'E', names: ['***'] },
  ],
});
const entryOf = (name: string, country?: string) =>
  list.screen([
    { party: 'debtor', name: 'Chan Dara' },
    { party: 'creditor', name, country },
  ])?.listEntry;

describe('screening against a list of names', () => {
  it.each([
    ['Viktor Oblomski', 'A'],
    ['OBLOMSKI,  viktor', 'A'],
    ['wiktor obLomski', 'A'],
    ['golden naga smuggling co ltd', 'B'],
    ['Ltd. Golden-Naga Smuggling Co', 'B'],
    ['Maria Jose dNandu', 'C'],
    ['ความลับ สมชาย', 'D'],
    ['***', 'E'],
  ])('%s is on the list', (name, entry) => {
    expect(entryOf(name)).toBe(entry);
  });

  it.each(['Viktor Oblomska', 'Viktor', 'Viktor Oblomski Junior', 'สมชย ความลับ', '', '---'])(
    '%s is not',
    (name) => {
      expect(entryOf(name)).toBeUndefined();
    },
  );

  it('says who and what matched', () => {
    expect(list.screen([{ party: 'debtor', name: 'oblomski viktor' }])).toEqual({
      party: 'debtor',
      listEntry: 'A',
      matched: 'Viktor Oblomski',
    });
  });

  it('asks for the country only when both sides give one', () => {
    expect(entryOf('José-María d’Ñandú', 'KH')).toBe('C');
    expect(entryOf('José-María d’Ñandú', 'TH')).toBeUndefined();
    expect(entryOf('José-María d’Ñandú')).toBe('C');
  });

  it('normalises to nothing only what has no letters', () => {
    expect(normaliseName(' .,-')).toBe('');
    expect(normaliseName('ស្រី ពៅ')).not.toBe('');
  });
});
