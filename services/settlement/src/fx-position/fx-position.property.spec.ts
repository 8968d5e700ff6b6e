import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { positionDay, valueAt } from './fx-position.decide.js';
import { NO_POSITION, type PositionDay, type ReferenceRate } from './fx-position.js';
import { resultOf } from './fx-position.testing.js';

const NAME = { provider: 'FXNAGA', corridor: 'KH-TH', base: 'THB', counter: 'KHR' };
const minor = fc.bigInt(0n, 10n ** 14n);
const rate = fc
  .integer({ min: 1, max: 999_999_999 })
  .map((digits) => `${Math.trunc(digits / 1e6)}.${String(digits % 1e6).padStart(6, '0')}`)
  .filter((text) => !/^0+\.0+$/.test(text));
const day = fc.record({
  flows: fc.record({
    boughtMinor: minor,
    boughtForMinor: minor,
    soldMinor: minor,
    soldForMinor: minor,
    residualMinor: fc.bigInt(0n, 10_000n),
    settledMinor: fc.bigInt(-(10n ** 14n), 10n ** 14n),
  }),
  rate,
  isInverse: fc.boolean(),
  isKnown: fc.boolean(),
});
type Plan = typeof day extends fc.Arbitrary<infer T> ? T : never;

const reference = ({ rate: text, isInverse }: Plan): ReferenceRate => ({
  sourceCurrency: isInverse ? 'KHR' : 'THB',
  targetCurrency: isInverse ? 'THB' : 'KHR',
  rate: text,
  source: 'mid',
  day: '2026-11-20',
});

function run(plans: readonly Plan[]): PositionDay[] {
  let state = NO_POSITION;
  return plans.map((plan, index) => {
    const market = plan.isKnown ? reference(plan) : undefined;
    const one = positionDay(NAME, `day ${index}`, state, plan.flows, market);
    state = one.closing;
    return one;
  });
}

describe('any run of days', () => {
  it('ties: opening + spread + residual + realised + unrealised change = closing', () => {
    fc.assert(
      fc.property(fc.array(day, { maxLength: 8 }), (plans) => {
        for (const one of run(plans)) {
          const earned = one.spreadMinor + one.residualMinor + one.realisedMinor;
          expect(resultOf(one.opening) + earned + one.unrealisedChangeMinor).toBe(resultOf(one.closing));
        }
      }),
    );
  });

  it('holds what was bought less what was sold, and what was settled', () => {
    fc.assert(
      fc.property(fc.array(day, { maxLength: 8 }), (plans) => {
        const last = run(plans).at(-1)?.closing ?? NO_POSITION;
        const held = plans.reduce(
          (sum, { flows }) => sum + flows.boughtMinor - flows.soldMinor + flows.settledMinor,
          0n,
        );
        expect(last.quantityMinor).toBe(held);
        if (held === 0n) expect(last.costMinor).toBe(0n);
      }),
    );
  });

  it('has earned the money that came less what went, plus what it holds at the last rate, to the unit', () => {
    const priced = fc.array(day, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(priced, (plans) => {
        const known = plans.map((plan) => ({ ...plan, isKnown: true }));
        const cash = known.reduce((sum, plan) => {
          const settled = valueAt(plan.flows.settledMinor, 'THB', reference(plan));
          return sum + plan.flows.soldForMinor - plan.flows.boughtForMinor - settled;
        }, 0n);
        const { closing } = run(known).at(-1)!;
        const worth = valueAt(closing.quantityMinor, 'THB', reference(known.at(-1)!));
        expect(resultOf(closing)).toBe(cash + worth);
      }),
    );
  });
});
