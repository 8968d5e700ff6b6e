import { describe, expect, it } from '@jest/globals';
import { nextDay } from './accounting-day.js';
import { DAY_STEPS } from './close-step.table.js';
import {
  checkStep,
  closeReport,
  decideClosing,
  decideReopening,
  type PeriodsAround,
} from './close.decide.js';
import type { PeriodRow, StepFinding, StepNote } from './close.js';

const CLEAN: StepFinding = { facts: { windows: '3' }, problems: [], found: 0 };
const WRONG: StepFinding = { facts: { windows: '3' }, problems: ['window A is FAILED'], found: 1 };
const NOTHING: PeriodsAround = {
  own: undefined,
  firstDay: undefined,
  lastDay: undefined,
  lastMonth: undefined,
};
const LATER = Date.parse('2027-02-01T00:00:00Z');

const noteOn = (findingSha256: string): StepNote => ({
  step: 'windows_settled',
  findingSha256,
  note: 'the bank pays tomorrow',
  operator: 'OPERATOR-1',
  participant: 'OPERATOR',
  at: '2026-11-29T01:00:00.000Z',
});
const settled = (finding: StepFinding, notes: readonly StepNote[] = []) =>
  checkStep('windows_settled', DAY_STEPS.windows_settled, finding, notes);
const closed = (period: string): PeriodRow => ({
  period,
  state: 'closed',
  version: 1,
  sha256: 'a',
  closedAt: new Date(0),
  closedBy: 'OPERATOR-1',
});

describe('a step', () => {
  it('is done when nothing is wrong, and open when something is', () => {
    expect([settled(CLEAN).state, settled(WRONG).state]).toEqual(['done', 'open']);
  });

  it('is carried by what a person says of just what is wrong', () => {
    const seen = noteOn(settled(WRONG).findingSha256);
    expect(settled(WRONG, [seen])).toMatchObject({ state: 'carried', note: seen });
    const worse = { ...WRONG, problems: [...WRONG.problems, 'window B is FAILED'], found: 2 };
    expect(settled(worse, [seen]).state).toBe('open');
  });

  it('is not carried where it has to be mended', () => {
    const step = (notes: readonly StepNote[]) =>
      checkStep('trial_balance', DAY_STEPS.trial_balance, WRONG, notes);
    const seen = { ...noteOn(step([]).findingSha256), step: 'trial_balance' };
    expect(step([seen]).state).toBe('open');
  });

  it('that needs a person waits for one', () => {
    const entry = { ...DAY_STEPS.windows_settled, needsPerson: true };
    const step = (notes: readonly StepNote[]) => checkStep('windows_settled', entry, CLEAN, notes);
    expect(step([]).state).toBe('open');
    expect(step([noteOn(step([]).findingSha256)]).state).toBe('done');
  });
});

describe('closing', () => {
  const reasonOf = (period: string, around: Partial<PeriodsAround>, nowMs = LATER) =>
    decideClosing(period, { ...NOTHING, ...around }, [settled(CLEAN)], nowMs)?.reason;

  it('waits for the end of the period where the books are', () => {
    const midnight = Date.parse('2026-11-28T17:00:00Z');
    expect(reasonOf('2026-11-28', {}, midnight - 1)).toBe('period_not_over');
    expect(reasonOf('2026-11-28', {}, midnight)).toBeUndefined();
  });

  it('takes any first day, and then one after the other', () => {
    const around = { firstDay: '2026-11-20', lastDay: '2026-11-27' };
    expect(reasonOf('2026-11-28', around)).toBeUndefined();
    expect(decideClosing('2026-11-30', { ...NOTHING, ...around }, [], LATER)).toMatchObject({
      reason: 'period_order',
      detail: '2026-11-28 has to be closed first.',
    });
    expect(reasonOf('2026-11-28', { ...around, own: closed('2026-11-28') })).toBe('period_closed');
  });

  it('takes a month after its days, from the first that is closed at all', () => {
    expect(reasonOf('2026-11', {})).toBe('period_order');
    expect(reasonOf('2026-11', { firstDay: '2026-11-20', lastDay: '2026-11-29' })).toBe('period_order');
    expect(reasonOf('2026-11', { firstDay: '2026-11-20', lastDay: '2026-11-30' })).toBeUndefined();
    expect(reasonOf('2026-12', { firstDay: '2026-11-20', lastDay: '2026-12-31' })).toBe('period_order');
    const november = { firstDay: '2026-11-20', lastDay: '2026-12-31', lastMonth: '2026-11' };
    expect(reasonOf('2026-12', november)).toBeUndefined();
  });

  it('names what is open', () => {
    expect(decideClosing('2026-11-28', NOTHING, [settled(WRONG)], LATER)).toMatchObject({
      reason: 'close_steps_open',
      detail: 'Open: windows_settled (1 problem).',
    });
  });
});

describe('reopening', () => {
  const reasonOf = (period: string, around: Partial<PeriodsAround>) =>
    decideReopening(period, { ...NOTHING, own: closed(period), ...around })?.reason;

  it('begins with the last', () => {
    const around = { firstDay: '2026-11-20', lastDay: '2026-12-02', lastMonth: '2026-11' };
    expect(reasonOf('2026-12-02', around)).toBeUndefined();
    expect(reasonOf('2026-12-01', around)).toBe('period_order');
    expect(reasonOf('2026-11-30', { ...around, lastDay: '2026-11-30' })).toBe('period_order');
    expect(reasonOf('2026-11', around)).toBeUndefined();
    expect(reasonOf('2026-10', around)).toBe('period_order');
    expect(reasonOf('2026-12-02', { ...around, own: undefined })).toBe('period_open');
  });
});

it('the report of the same tables is the same, byte for byte', () => {
  const report = (steps: StepFinding[]) =>
    closeReport(
      '2026-11-28',
      1,
      steps.map((finding) => settled(finding)),
      '0'.repeat(64),
      { journal: 'x' },
    );
  expect(report([CLEAN])).toEqual(report([{ found: 0, problems: [], facts: { windows: '3' } }]));
  expect(report([CLEAN]).sha256).not.toBe(report([WRONG]).sha256);
  expect(nextDay('2026-02-28')).toBe('2026-03-01');
});
