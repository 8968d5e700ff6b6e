import { describe, expect, it } from '@jest/globals';
import { gateProblems, snapshotOf, type CallersCount } from './gate.js';

type Totals = Record<string, Record<string, string>>;
type Sums = Record<string, { count: number; minor: string }>;

const BEFORE: Totals = {
  routing: {
    payments: '10',
    'payments.completed': '10',
    'payments.open': '0',
    'transfers.obligations': '20',
    'transfers.discharge': '10',
  },
};
// Three outbound, two of which completed and one was unwound; two inbound, both completed.
const AFTER: Totals = {
  routing: {
    payments: '15',
    'payments.completed': '14',
    'payments.rejected': '1',
    'payments.open': '0',
    'payments.open_secured_gross': '0',
    'transfers.obligations': '28',
    'transfers.discharge': '15',
    'transfers.reversal': '1',
  },
  gateway: { requests: '3' },
  'adapter-bakong': {
    'legs.debit.KHR.accepted.count': '3',
    'legs.debit.KHR.accepted.minor': '300',
    'legs.reversal.KHR.accepted.count': '1',
    'legs.reversal.KHR.accepted.minor': '100',
    'legs.credit.KHR.accepted.count': '2',
    'legs.credit.KHR.accepted.minor': '150',
    hash: 'ff',
  },
  'adapter-thailand': { 'legs.credit.THB.accepted.count': '2', 'legs.credit.THB.accepted.minor': '20' },
};
const BAKONG: Sums = {
  'debit:KHR': { count: 3, minor: '300' },
  'reversal:KHR': { count: 1, minor: '100' },
  'credit:KHR': { count: 2, minor: '150' },
};
const THAI: Sums = {
  'credit:ACCC:THB': { count: 2, minor: '20' },
  'credit:RJCT:THB': { count: 1, minor: '10' },
  'debit:ACCC:THB': { count: 2, minor: '15' },
};
const CALLERS: CallersCount = {
  outboundAccepted: 3,
  outboundCompleted: 2,
  inboundCompleted: [{ network: 'thailand', currency: 'THB', count: 2 }],
  unanswered: 0,
};

const audit = (
  totals: Totals,
  findings: { invariant: string; ok: boolean; violations: string[] }[] = [],
) => ({
  services: Object.entries(totals).map(([service, each]) => ({ service, findings, totals: each })),
});
const books = (bakong: Sums, thailand: Sums, ok = true) => ({
  bakong: { sums: bakong, check: { ok } },
  thailand,
  // A settlement bank has other figures.
  THSETTLE: { lines: { count: 2 } },
});
const before = snapshotOf(audit(BEFORE), books({}, {}));

function problems(
  over: { totals?: Totals; bakong?: Sums; thailand?: Sums; callers?: Partial<CallersCount> } = {},
): string[] {
  const totals = Object.fromEntries(
    Object.entries(AFTER).map(([service, each]) => [service, { ...each, ...over.totals?.[service] }]),
  );
  const after = snapshotOf(
    audit(totals),
    books({ ...BAKONG, ...over.bakong }, { ...THAI, ...over.thailand }),
  );
  return gateProblems(before, after, { ...CALLERS, ...over.callers });
}

describe('gate', () => {
  it('finds nothing wrong with what is right, whatever was there before', () =>
    expect(problems()).toEqual([]));

  it.each([
    ['a payment vanished', { totals: { routing: { 'payments.rejected': '0' } } }, 'accepted ='],
    [
      'a transfer too many',
      { totals: { routing: { 'transfers.obligations': '29' } } },
      'obligation transfers',
    ],
    ['a discharge too few', { totals: { routing: { 'transfers.discharge': '14' } } }, 'discharges'],
    [
      'the network debited twice',
      { bakong: { 'debit:KHR': { count: 4, minor: '400' } } },
      'legs bakong debit KHR',
    ],
    [
      'the network debited another amount',
      { bakong: { 'debit:KHR': { count: 3, minor: '301' } } },
      'sum of legs bakong debit KHR',
    ],
    [
      'a leg that only the network knows',
      { bakong: { 'credit:USD': { count: 1, minor: '5' } } },
      'legs bakong credit USD',
    ],
    [
      'a leg that only we know',
      { totals: { 'adapter-bakong': { 'legs.debit.USD.accepted.count': '1' } } },
      'legs bakong debit USD',
    ],
    [
      'a payee who was not paid',
      { thailand: { 'credit:ACCC:THB': { count: 1, minor: '10' } } },
      'legs thailand credit THB',
    ],
    ['a caller who was told otherwise', { callers: { outboundCompleted: 3 } }, 'told'],
    [
      'a Thai payer debited for nothing',
      { thailand: { 'debit:ACCC:THB': { count: 3, minor: '20' } } },
      'payers of thailand',
    ],
    ['a lost request', { callers: { outboundAccepted: 4 } }, 'lost'],
  ])('finds: %s', (_, over, words) => {
    expect(problems(over as never).join('\n')).toContain(words);
  });

  it('lets sums differ by what is open, and no more', () => {
    const open = {
      routing: {
        payments: '16',
        'payments.open': '1',
        'payments.open_secured_gross': '1',
        'transfers.discharge': '16',
      },
    };
    expect(problems({ totals: open, bakong: { 'debit:KHR': { count: 4, minor: '400' } } })).toEqual([]);
    expect(problems({ totals: open, bakong: { 'debit:KHR': { count: 5, minor: '500' } } })).toEqual([
      'legs bakong debit KHR: 3 is not 5',
    ]);
  });

  it('lets callers who gave up not know the end', () => {
    expect(problems({ callers: { outboundCompleted: 1, unanswered: 1 } })).toEqual([]);
    expect(problems({ callers: { outboundCompleted: 0, unanswered: 1 } })).toHaveLength(1);
  });

  it('tells of broken invariants and books', () => {
    const broken = snapshotOf(
      audit(AFTER, [{ invariant: 'I1', ok: false, violations: ['transfer 5', 'transfer 6'] }]),
      books(BAKONG, THAI, false),
    );
    expect(broken.broken).toContain('routing: I1: transfer 5; transfer 6');
    expect(broken.broken.at(-1)).toContain('Bakong simulator');
    expect(snapshotOf({}, books({}, {})).broken).toEqual(['the audit names no service']);
  });
});
