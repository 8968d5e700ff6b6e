import { describe, expect, it } from '@jest/globals';
import type { AuditReport } from '@tonle/contracts';
import { crossCheck, moved } from './cross-check.decide.js';

const report = (service: string, totals: Record<string, string>): AuditReport => ({
  service,
  at: '',
  findings: [],
  totals,
});

describe('crossCheck', () => {
  const routing = report('routing', {
    'payments.completed': '4',
    'payments.blocked': '1',
    'minor.obligation_source.KHR': '900',
    'minor.obligation_target.THB': '70',
  });

  it('holds when both sides counted the same, in every currency', () => {
    const fx = report('fx', { 'quotes.used': '5', 'used.source.KHR': '900', 'used.target.THB': '70' });
    const settlement = report('settlement', { 'payments.COMPLETED': '4', 'payments.BLOCKED': '1' });
    const findings = crossCheck([routing, fx, settlement], []);
    expect(findings).toHaveLength(4);
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
  });

  it('tells who differs by how much', () => {
    const fx = report('fx', { 'quotes.used': '5', 'used.source.KHR': '901', 'used.target.THB': '70' });
    const broken = crossCheck([routing, fx], []).filter(({ ok }) => !ok);
    expect(broken.map(({ violations }) => violations)).toEqual([['fx has 901, routing has 900']]);
  });

  it('sums what all rails moved, and waits until each of them has reported', () => {
    const moved = report('routing', { 'transfers.discharge': '5', 'transfers.reversal': '1' });
    const home = report('rail', {
      'legs.debit.KHR.accepted.count': '2',
      'legs.credit.USD.accepted.count': '1',
      'legs.credit.USD.rejected.count': '9',
      'legs.reversal.KHR.accepted.count': '1',
    });
    const other = report('other', { 'legs.credit.CNY.accepted.count': '2' });
    const found = crossCheck([moved, home, other], ['rail', 'other']);
    expect(found.filter(({ invariant }) => invariant.startsWith('I4')).map(({ ok }) => ok)).toEqual([
      true,
      true,
    ]);
    expect(crossCheck([moved, home], ['rail'])[0]?.violations).toEqual(['rail has 3, routing has 5']);
    expect(crossCheck([moved, home], ['rail', 'other'])).toEqual([]);
  });

  it('leaves out who did not report', () => expect(crossCheck([routing], ['rail'])).toEqual([]));
});

describe('moved', () => {
  it('sees a total that changed, and nothing else', () => {
    const [a, b] = [report('x', { n: '1', m: '2' }), report('y', {})];
    expect(moved([a, b], [b, { ...a, at: 'later', totals: { m: '2', n: '1' } }])).toBe(false);
    expect(moved([a], [report('x', { n: '2', m: '2' })])).toBe(true);
  });
});
