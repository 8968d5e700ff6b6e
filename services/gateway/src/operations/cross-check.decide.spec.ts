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
    payments: '9',
    'payments.completed': '4',
    'payments.blocked': '1',
    'payments.expired': '2',
    'minor.obligation_source.KHR': '900',
    'minor.obligation_target.THB': '70',
  });

  const atDoors = {
    requests: '9',
    'payments.COMPLETED': '4',
    'payments.BLOCKED': '1',
    'payments.EXPIRED': '2',
    'minor.source.KHR': '900',
    'minor.target.THB': '70',
  };
  const broken = (reports: AuditReport[], networks: string[] = []) =>
    Object.fromEntries(
      crossCheck(reports, networks)
        .filter(({ ok }) => !ok)
        .map(({ invariant, violations }) => [invariant, violations]),
    );

  it('holds when both sides counted the same, in every currency', () => {
    const fx = report('fx', { 'quotes.used': '5', 'used.source.KHR': '900', 'used.target.THB': '70' });
    const settlement = report('settlement', { 'payments.COMPLETED': '4', 'payments.BLOCKED': '1' });
    const alike = { 'x.minor.obligation_source.KHR': '1', 'minor.obligation_source.KHRX': '1' };
    const more = { ...routing, totals: { ...routing.totals, ...alike } };
    const findings = crossCheck([more, fx, settlement, report('gateway', atDoors)], []);
    expect(findings).toHaveLength(12);
    expect(findings.every(({ ok, checked }) => ok && checked === 1)).toBe(true);
    expect(findings.flatMap(({ violations }) => violations)).toEqual([]);
  });

  it('tells who differs by how much', () => {
    const fx = report('fx', { 'quotes.used': '5', 'used.source.KHR': '901', 'used.target.THB': '70' });
    expect(Object.values(broken([routing, fx]))).toEqual([['fx has 901, routing has 900']]);
  });

  it.each(['', 'x1', '1x', '0'])('counts a blocked payment of settlement that reads "%s" as none', (text) => {
    const settlement = report('settlement', { 'payments.COMPLETED': '4', 'payments.BLOCKED': text });
    expect(broken([routing, settlement, report('fx', { 'quotes.used': '4' })])).toMatchObject({
      'I15 settlement has every payment that routing completed': ['settlement has 4, routing has 5'],
      'I8 fx has a used quote for every payment that routing completed': ['fx has 4, routing has 5'],
    });
  });

  it('compares requests, their ends and their amounts at all doors', () => {
    const gateway = report('gateway', { ...atDoors, 'payments.COMPLETED': '3', 'minor.source.KHR': '800' });
    const other = report('other', { requests: '1' });
    expect(broken([routing, gateway, other], ['other'])).toEqual({
      'I3 the doors have a request for every payment, and routing a payment for every request': [
        'gateway and other has 10, routing has 9',
      ],
      'I19 doors and routing know of the same payments that are COMPLETED': [
        'gateway and other has 3, routing has 4',
      ],
      'I19 doors were told the same source amount in KHR as posted obligations have': [
        'gateway and other has 800, routing has 900',
      ],
    });
  });

  it('compares what all networks say that they moved, and waits until each of them has reported', () => {
    const held = report('routing', { 'legs.credit.THB.count': '3', 'legs.credit.THB.minor': '300' });
    const rail = report('rail', {
      'legs.credit.THB.accepted.count': '2',
      'legs.credit.THB.accepted.minor': '200',
      'legs.credit.THB.rejected.count': '9',
      'x.legs.credit.EUR.count': '1',
      'legs.credit.EUR.counted': '1',
    });
    const thai = (minor: string) =>
      report('thai', {
        'legs.credit.THB.accepted.count': '1',
        'legs.credit.THB.accepted.minor': minor,
        'legs.credit.USD.accepted.count': '1',
      });
    const networks = ['rail', 'thai'];
    // 30 of 50: the payee's network told another amount than ours, and no break says so.
    expect(broken([held, rail, thai('80')], networks)).toEqual({
      'I4 the networks moved what routing holds, or a break tells the difference: credit.THB, minor': [
        'rail and thai has 280, routing has 300',
      ],
      'I4 the networks moved what routing holds, or a break tells the difference: credit.USD, count': [
        'rail and thai has 1, routing has 0',
      ],
    });
    const compared = crossCheck([held, rail, thai('80')], networks).filter(({ invariant }) =>
      invariant.startsWith('I4'),
    );
    expect(compared).toHaveLength(4);
    expect(crossCheck([held, rail], networks)).toEqual([]);
  });

  it('leaves out who did not report', () => {
    expect(crossCheck([routing], ['rail'])).toEqual([]);
    expect(crossCheck([report('gateway', atDoors)], [])).toEqual([]);
  });
});

describe('moved', () => {
  it('sees a total that changed, and nothing else', () => {
    const [a, b] = [report('x', { n: '1', m: '2' }), report('y', {})];
    expect(moved([a, b], [b, { ...a, at: 'later', totals: { m: '2', n: '1' } }])).toBe(false);
    expect(moved([a], [report('x', { n: '2', m: '2' })])).toBe(true);
    expect(moved([a, b], [report('x', {}), report('y', a.totals)])).toBe(true);
  });
});
