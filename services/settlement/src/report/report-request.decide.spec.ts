import { describe, expect, it } from '@jest/globals';
import { planRun, type ReportRequest, type ReportSurroundings } from './report-request.decide.js';
import { statementOf } from './report-definition.js';
import { dueOccasions } from './report-schedule.decide.js';

const NOW = Date.parse('2026-11-22T03:00:00Z');
const AROUND: ReportSurroundings = {
  nowMs: NOW,
  utcOffsetMinutes: 420,
  participants: new Set(['KHMEKONG']),
  places: ['archive'],
};
const REQUEST: ReportRequest = {
  report: 'R1',
  receiver: '',
  parameters: { day: '2026-11-20' },
  basis: 'then',
  formats: ['csv'],
  language: 'en',
  deliver: [],
  isOwn: false,
};
const plan = (more: Partial<ReportRequest>, around: Partial<ReportSurroundings> = {}) =>
  planRun({ ...REQUEST, ...more }, { ...AROUND, ...around });

describe('a request for a report', () => {
  it('is of what was known when its day ended, or of now, or of another instant', () => {
    const knownAt = (more: Partial<ReportRequest>) => {
      const planned = plan(more);
      return planned.kind === 'planned' ? planned.run.knownAt.toISOString() : planned.reason;
    };
    expect(knownAt({})).toBe('2026-11-20T17:00:00.000Z');
    expect(knownAt({ parameters: { day: '2026-11-19', until: '2026-11-20' } })).toBe(
      '2026-11-20T17:00:00.000Z',
    );
    expect(knownAt({ basis: 'now' })).toBe(new Date(NOW).toISOString());
    expect(knownAt({ knownAt: '2026-11-21T00:00:00Z' })).toBe('2026-11-21T00:00:00.000Z');
    expect(knownAt({ parameters: { day: '2026-11-22' } })).toBe('report_day_open');
  });

  it.each([
    [{ report: 'R99' }, 'report_unknown', undefined],
    [{ isOwn: true }, 'report_unknown', undefined],
    [{ parameters: {} }, 'schema_invalid', '/parameters/day'],
    [{ parameters: { day: '2026-11-20', window: 'W' } }, 'schema_invalid', '/parameters/window'],
    [{ report: 'R3', parameters: { window: 'W' } }, 'schema_invalid', '/parameters/window'],
    [{ parameters: { day: '2026-11-20', currency: 'XXX' } }, 'schema_invalid', '/parameters/currency'],
    [{ parameters: { day: '2026-11-20', until: '2026-11-19' } }, 'schema_invalid', '/parameters/until'],
    [{ parameters: { day: '2026-08-01', until: '2026-11-19' } }, 'schema_invalid', '/parameters/until'],
    [{ receiver: 'KHMEKONG' }, 'schema_invalid', '/receiver'],
    [{ formats: [] }, 'schema_invalid', '/formats'],
    [{ formats: ['camt.053'] }, 'schema_invalid', '/formats'],
    [{ language: 'fr' }, 'schema_invalid', '/language'],
    [{ deliver: ['elsewhere'] }, 'schema_invalid', '/deliver'],
    [{ knownAt: '2026-11-23T00:00:00Z' }, 'schema_invalid', '/knownAt'],
  ])('with %j is refused as %s', (more, reason, path) => {
    const refusal = plan(more);
    expect(refusal).toMatchObject({ kind: 'refused', reason });
    if (path !== undefined) expect(refusal).toMatchObject({ errors: [{ path }] });
  });

  it('is refused for nobody, and as the account of nobody', () => {
    const statement = {
      report: 'R2',
      parameters: { day: '2026-11-20', currency: 'THB' },
      formats: ['camt.053'],
    };
    expect(plan({ ...statement, receiver: 'NOBODY' })).toMatchObject({ errors: [{ path: '/receiver' }] });
    expect(plan(statement)).toMatchObject({ errors: [{ path: '/formats' }] });
    expect(plan({ ...statement, receiver: 'KHMEKONG' }).kind).toBe('planned');
  });

  it('is of one slot, in whatever order it was written', () => {
    const slotOf = (parameters: ReportRequest['parameters']) => {
      const planned = plan({ parameters });
      return planned.kind === 'planned' && planned.run.slot;
    };
    expect(slotOf({ day: '2026-11-20', currency: 'THB' })).toBe(
      slotOf({ currency: 'THB', day: '2026-11-20' }),
    );
    expect(slotOf({ day: '2026-11-20', currency: 'THB' })).not.toBe(
      slotOf({ day: '2026-11-20', currency: 'KHR' }),
    );
  });
});

describe('the statement of a report', () => {
  it('has its values by number, each once, and takes no cast for a name', () => {
    expect(statementOf('SELECT :day::date, :day, :knownAt', { day: 'D', knownAt: 1 })).toEqual({
      text: 'SELECT $1::date, $1, $2',
      values: ['D', 1],
    });
    expect(() => statementOf('SELECT :other', {})).toThrow(':other is none');
  });
});

describe('what a schedule has to make', () => {
  const made = Date.parse('2026-11-18T00:00:00Z');
  const names = (every: 'day' | 'month', now: string, madeAt = made) =>
    dueOccasions({ every, at: '01:00' }, madeAt, Date.parse(now), 420).map(({ name }) => name);

  it('is each day that ended after it was made, from its hour on', () => {
    expect(names('day', '2026-11-20T17:59:59Z')).toEqual(['2026-11-18', '2026-11-19']);
    expect(names('day', '2026-11-20T18:00:00Z')).toEqual(['2026-11-18', '2026-11-19', '2026-11-20']);
  });

  it('is made up for, for a week', () => {
    expect(names('day', '2027-01-31T18:00:00Z')).toHaveLength(7);
  });

  it('is a month, with its days', () => {
    const due = dueOccasions(
      { every: 'month', at: '01:00', currency: 'THB' },
      made,
      Date.parse('2026-12-31T18:00:00Z'),
      420,
    );
    expect(due.map(({ parameters }) => parameters)).toEqual([
      { day: '2026-11-01', until: '2026-11-30', currency: 'THB' },
      { day: '2026-12-01', until: '2026-12-31', currency: 'THB' },
    ]);
    expect(dueOccasions({ every: 'window' }, made, NOW, 420)).toEqual([]);
  });
});
