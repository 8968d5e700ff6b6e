import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { batchKey, groupsOf, judgeBatches, sharesOf, strayPayments } from './partner-batch.decide.js';
import type { BatchSides, BatchPayment, PartnerBatch } from './partner-batch.js';

// Batches of a network against money at the bank: random ones, and what each difference is called.

const DAY = '2026-11-20';
const batch = (batchId: string, netMinor: bigint, more: Partial<PartnerBatch> = {}): PartnerBatch => ({
  ...{
    day: DAY,
    account: 'A',
    batchId,
    agreement: '',
    reference: batchId,
    valueDate: '2026-11-23',
    netMinor,
  },
  cycles: [{ account: 'A', cycleId: batchId, day: DAY, count: 1, netMinor }],
  ...more,
});
const payment = (source: string, minor: bigint, more: Partial<BatchPayment> = {}): BatchPayment => ({
  ...{ source, minor, valueDate: '2026-11-23', windowDays: [], references: [] },
  ...more,
});
const facts = (batches: readonly PartnerBatch[], payments: readonly BatchPayment[]): BatchSides => ({
  ...{ batches, payments, instructed: new Map(), coveredUpTo: '2026-11-23' },
  toldCycles: batches.flatMap(({ cycles }) => cycles.map((cycle) => ({ ...cycle, day: cycle.day ?? DAY }))),
  takenDays: new Set([DAY]),
});
const judged = (of: BatchSides) =>
  judgeBatches(of, 'USD').map(({ batch: { batchId }, kind, paidMinor, isExact, findings }) => ({
    ...{ batchId, kind, paidMinor, isExact },
    types: findings.map(({ type }) => type),
  }));

const minor = fc.bigInt({ min: -10_000n, max: 10_000n });
const anyFacts = fc
  .record({
    nets: fc.array(minor, { minLength: 1, maxLength: 6 }),
    paid: fc.array(fc.record({ minor, names: fc.array(fc.nat({ max: 6 }), { maxLength: 3 }) }), {
      maxLength: 8,
    }),
  })
  .map(({ nets, paid }) =>
    facts(
      nets.map((net, index) => batch(`B${index}`, net)),
      paid.map((each, index) =>
        payment(`P${index}`, each.minor, { references: each.names.map((name) => `B${name}`) }),
      ),
    ),
  );

describe('shares of a payment', () => {
  it('sum to it, whatever it is, and are the nets when it is their sum', () => {
    fc.assert(
      fc.property(fc.array(minor, { minLength: 1, maxLength: 8 }), minor, (nets, paid) => {
        const sum = (all: readonly bigint[]) => all.reduce((total, each) => total + each, 0n);
        expect(sum(sharesOf(nets, paid))).toBe(paid);
        expect(sharesOf(nets, sum(nets))).toEqual(nets);
      }),
    );
  });

  it.each<[string, bigint[], bigint, bigint[]]>([
    ['the oldest first', [100n, 200n], 150n, [100n, 50n]],
    ['none for what comes after it is used up', [100n, 200n, 50n], 60n, [60n, 0n, 0n]],
    ['what is too much to the last', [100n, 200n], 350n, [100n, 250n]],
    ['what goes the other way is settled in it', [100n, -40n], 55n, [95n, -40n]],
    ['the other way as a whole', [-300n, 100n], -150n, [-250n, 100n]],
  ])('%s', (_, nets, paid, shares) => {
    expect(sharesOf(nets, paid)).toEqual(shares);
  });
});

describe('groups', () => {
  it('have each batch once and each payment for one once, whatever order they come in', () => {
    fc.assert(
      fc.property(anyFacts, fc.infiniteStream(fc.nat()), (of, random) => {
        const shuffled = <T>(all: readonly T[]): T[] =>
          all
            .map((each) => ({ each, at: random.next().value! }))
            .sort((a, b) => a.at - b.at)
            .map(({ each }) => each);
        const groups = groupsOf(of.batches, of);
        const ids = groups.flatMap(({ batches }) => batches.map(({ batchId }) => batchId));
        expect(ids.sort()).toEqual(of.batches.map(({ batchId }) => batchId).sort());
        const named = of.payments.filter(({ references }) => references.some((name) => ids.includes(name)));
        const sources = groups.flatMap(({ payments }) => payments.map(({ source }) => source));
        expect(sources.sort()).toEqual(named.map(({ source }) => source).sort());
        const other = { ...of, batches: shuffled(of.batches), payments: shuffled(of.payments) };
        expect(judgeBatches(other, 'USD')).toEqual(judgeBatches(of, 'USD'));
      }),
    );
  });
});

describe('a verdict', () => {
  it('tells all the money that is for batches, and differs only where a share does', () => {
    fc.assert(
      fc.property(anyFacts, (of) => {
        const verdicts = judgeBatches(of, 'USD');
        const named = of.payments.filter(({ references }) =>
          of.batches.some(({ reference }) => references.includes(reference!)),
        );
        const sum = (all: readonly bigint[]) => all.reduce((total, each) => total + each, 0n);
        expect(sum(verdicts.map(({ paidMinor }) => paidMinor))).toBe(sum(named.map((each) => each.minor)));
        for (const each of verdicts)
          expect(each.kind).toBe(each.paidMinor === each.batch.netMinor ? 'matched' : 'differs');
      }),
    );
  });

  it.each<[string, Partial<BatchSides>, readonly BatchPayment[], object]>([
    [
      'one line for one batch',
      {},
      [payment('l', 500n, { references: ['S'] })],
      { kind: 'matched', isExact: true },
    ],
    [
      'several lines for one batch',
      {},
      [payment('k', 200n, { references: ['S'] }), payment('l', 300n, { windowDays: [DAY] })],
      { kind: 'matched', isExact: false },
    ],
    [
      'too little',
      {},
      [payment('l', 499n, { references: ['S'] })],
      { kind: 'differs', types: ['BATCH_SHORT'] },
    ],
    [
      'too much',
      { coveredUpTo: '2026-11-20' },
      [payment('l', 501n, { windowDays: [DAY] })],
      { types: ['BATCH_SHORT'] },
    ],
    [
      'too little, and late',
      {},
      [payment('l', 499n, { references: ['S'], valueDate: '2026-11-24' })],
      { types: ['BATCH_SHORT', 'BATCH_LATE'] },
    ],
    ['nothing, and it is due', {}, [], { types: ['BATCH_LATE'], paidMinor: 0n }],
    ['nothing, and it is not due', { coveredUpTo: '2026-11-22' }, [], { kind: 'waits', types: [] }],
    ['nothing, and no statement of the bank is here', { coveredUpTo: undefined }, [], { kind: 'waits' }],
    [
      'what people placed',
      {},
      [payment('l', 500n, { windowDays: [DAY], valueDate: null })],
      { kind: 'matched' },
    ],
  ])('on %s', (_, more, payments, told) => {
    expect(judged({ ...facts([batch('S', 500n)], payments), ...more })).toMatchObject([told]);
  });

  it('has the value date of our instruction where the network tells none', () => {
    const silent = batch('S', 500n, { valueDate: null });
    const paid = [payment('l', 500n, { windowDays: [DAY] })];
    expect(judged(facts([silent], paid))).toMatchObject([{ kind: 'matched' }]);
    const instructed = new Map([[DAY, '2026-11-22']]);
    expect(judged({ ...facts([silent], paid), instructed })).toMatchObject([{ types: ['BATCH_LATE'] }]);
  });

  it('is of several batches in one line, each with its share', () => {
    const two = [batch('S', 500n), batch('T', -200n, { account: 'B', cycles: [], reference: null })];
    const own = two.map((each) => ({
      ...each,
      cycles: [{ ...batch('x', each.netMinor).cycles[0]!, cycleId: each.batchId }],
    }));
    const whole = [payment('l', 300n, { windowDays: [DAY] })];
    expect(judged(facts(own, whole))).toMatchObject([
      { batchId: 'S', kind: 'matched', isExact: false, paidMinor: 500n },
      { batchId: 'T', kind: 'matched', isExact: false, paidMinor: -200n },
    ]);
    expect(judged(facts(own, [payment('l', 290n, { windowDays: [DAY] })]))).toMatchObject([
      { batchId: 'S', types: ['BATCH_SHORT'], paidMinor: 490n },
      { batchId: 'T', kind: 'matched' },
    ]);
  });

  it('refuses sums: its own, of a cycle, and of one that its day does not have', () => {
    const paid = [payment('l', 500n, { references: ['S'] })];
    const off = facts([batch('S', 500n, { cycles: batch('S', 499n).cycles })], paid);
    expect(judged(off)).toMatchObject([{ types: ['FILE_TOTAL'] }]);
    const whole = facts([batch('S', 500n)], paid);
    const told = (count: number, netMinor: bigint) => ({
      ...whole,
      toldCycles: [{ account: 'A', cycleId: 'S', day: DAY, count, netMinor }],
    });
    expect(judged(told(1, 500n))).toMatchObject([{ types: [] }]);
    expect(judged(told(2, 500n))).toMatchObject([{ types: ['FILE_TOTAL'] }]);
    expect(judged(told(1, 400n))).toMatchObject([{ types: ['FILE_TOTAL'] }]);
    expect(judged({ ...whole, toldCycles: [] })).toMatchObject([{ types: ['FILE_TOTAL'] }]);
    expect(judged({ ...whole, toldCycles: [], takenDays: new Set() })).toMatchObject([{ types: [] }]);
  });

  it('counts a batch that comes again with a later statement once', () => {
    const again = batch('S', 500n, { day: '2026-11-21', valueDate: '2026-11-20' });
    const of = facts([again, batch('S', 500n)], [payment('l', 500n, { references: ['S'] })]);
    const verdicts = judgeBatches({ ...of, toldCycles: of.toldCycles.slice(1) }, 'USD');
    expect(verdicts.map(({ batch: { day }, kind }) => [day, kind])).toEqual([
      ['2026-11-21', 'differs'],
      [DAY, 'matched'],
    ]);
    expect(verdicts[0]).toMatchObject({ findings: [{ type: 'DUPLICATE' }] });
    expect(new Set(verdicts.map(({ key }) => key)).size).toBe(2);
    expect(batchKey(again)).toBe('batch 2026-11-21 A S');
  });
});

it('tells what a bank paid for a day that the network has passed over, and waits while it may come', () => {
  const paid = payment('l', 700n, { windowDays: ['2026-11-19'] });
  const takenDays = new Set(['2026-11-19', DAY]);
  const passed = { ...facts([batch('S', 500n)], [paid]), takenDays };
  expect(strayPayments(passed)).toEqual([{ payment: paid, day: '2026-11-19' }]);
  expect(strayPayments({ ...passed, takenDays: new Set([DAY]) })).toEqual([]);
  expect(strayPayments({ ...passed, batches: [] })).toEqual([]);
  const both = batch('S', 500n, {
    cycles: [{ account: 'A', cycleId: 'C', day: '2026-11-19', count: 1, netMinor: 500n }],
  });
  expect(strayPayments({ ...passed, batches: [both] })).toEqual([]);
});
