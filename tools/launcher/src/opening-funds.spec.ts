import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { keepOpeningFunds } from './opening-funds.js';

const OLD = [{ account: 'PREFUND', participant: 'FXNAGA', currency: 'THB', amountMinor: '5' }];
const NEW = [...OLD, { account: 'PREFUND', participant: 'FXNAGA', currency: 'JPY', amountMinor: '7' }];

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tonle-funds-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const fundsOf = (openingFunds: unknown[]) => {
  const directory = { entries: [], openingFunds };
  keepOpeningFunds(directory, home);
  return directory.openingFunds;
};

it('are those of the version that starts for the first time', () => {
  expect(fundsOf(NEW)).toEqual(NEW);
});

it('are those of the file while nothing was posted', () => {
  writeFileSync(join(home, 'directory.json'), JSON.stringify({ entries: [], openingFunds: OLD }));
  expect(fundsOf(NEW)).toEqual(NEW);
});

it('stay as they were at the first start', () => {
  mkdirSync(join(home, 'postgres'));
  writeFileSync(join(home, 'directory.json'), JSON.stringify({ entries: [], openingFunds: OLD }));
  expect(fundsOf(NEW)).toEqual(OLD);
});
