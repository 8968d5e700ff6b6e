import { describe, expect, it } from '@jest/globals';
import { reportsOfDay, type CataloguedReport } from './reports.js';

const DAY = '2026-11-30';
const windowOf = (windowId: string, currency: string, payments: number) => ({
  ...{ windowId, currency, payments, partner: 'THSWITCH' },
  nets: [{ participant: `OF-${windowId}`, net: { currency, amount: '1.00' } }],
});
const WINDOWS = [
  windowOf('W1', 'THB', 4),
  windowOf('W2', 'LAK', 2),
  windowOf('W3', 'USD', 0),
  windowOf('W4', 'LAK', 1),
];
const catalogued = (needed: readonly string[], more: Partial<CataloguedReport> = {}): CataloguedReport => ({
  ...{ report: 'R1', audience: 'operators', formats: ['csv'] },
  parameters: [
    ...needed.map((name) => ({ name, isNeeded: true })),
    { name: 'somethingElse', isNeeded: false },
  ],
  ...more,
});

describe('the reports of a day', () => {
  it('are one of the day where nothing else is needed, whatever was paid', () => {
    expect(reportsOfDay([catalogued(['day'])], DAY, [])).toEqual([
      { report: 'R1', parameters: { day: DAY }, formats: ['csv'] },
    ]);
  });

  it('are one for each currency that was paid in, of a window or of the currency', () => {
    expect(reportsOfDay([catalogued(['window'])], DAY, WINDOWS).map(({ parameters }) => parameters)).toEqual([
      { window: 'W1' },
      { window: 'W4' },
    ]);
    expect(
      reportsOfDay([catalogued(['day', 'currency'])], DAY, WINDOWS).map(({ parameters }) => parameters),
    ).toEqual([
      { day: DAY, currency: 'THB' },
      { day: DAY, currency: 'LAK' },
    ]);
  });

  it('are asked for by an account where they are of one', () => {
    const statement = catalogued(['day', 'currency'], {
      audience: 'participants',
      formats: ['csv', 'camt.053', 'pdf'],
    });
    expect(reportsOfDay([statement], DAY, WINDOWS.slice(0, 1))).toEqual([
      { report: 'R1', parameters: { day: DAY, currency: 'THB' }, formats: ['csv', 'pdf'] },
      {
        report: 'R1',
        parameters: { day: DAY, currency: 'THB' },
        formats: ['camt.053'],
        receiver: 'OF-W1',
      },
    ]);
  });

  it('are of a credit by whose it is, and of none where nothing was credited', () => {
    const notification = catalogued(['day', 'currency', 'entry'], {
      audience: 'participants',
      formats: ['camt.054'],
    });
    const credits = new Map([['THB', { participant: 'BANK', entry: 'WINDOW:W0:7' }]]);
    expect(
      reportsOfDay([notification], DAY, WINDOWS, credits).map(({ parameters, receiver }) => [
        parameters.entry,
        receiver,
      ]),
    ).toEqual([
      ['WINDOW:W0:7', 'BANK'],
      ['none', 'OF-W4'],
    ]);
  });

  it('cannot be told when one needs what a day does not have', () => {
    expect(() => reportsOfDay([catalogued(['moon'])], DAY, WINDOWS)).toThrow('R1 needs moon');
  });
});
