import { expect, it } from '@jest/globals';
import type { ReconciliationRules } from '@tonle/contracts';
import { shownRules } from './rule-set-words.decide.js';

const RULES: ReconciliationRules = {
  rules: [
    {
      ...{ id: 'LP1', level: 'L-P', pass: 1, shape: '1-1', searchKey: ['strong_key'] },
      matchFields: ['amount', 'currency', 'direction', 'status', 'day'],
    },
  ],
  tolerances: [{ partner: 'PROMPTPAY', currency: 'THB', itemMinor: '1', dayMinor: '100' }],
  suggestions: [{ currency: 'USD', withoutPersonMinor: '1050' }],
};

it('shows what changes of the rules, both ways, with amounts in their currency', () => {
  const becomes: ReconciliationRules = {
    rules: [
      ...RULES.rules,
      {
        ...{ id: 'LP4', level: 'L-P', pass: 4, shape: 'n-1', searchKey: ['day'], matchFields: ['sum'] },
        ...{ withinMinutes: 30, partsMax: 4 },
      },
    ],
    tolerances: [{ partner: 'PROMPTPAY', currency: 'THB', itemMinor: '1', dayMinor: '5000' }],
    suggestions: [],
    edgeMinutes: 20,
    fees: [{ partner: 'BAKONG', currency: 'KHR', basisPoints: 25, fixedMinor: '10000' }],
    interest: [{ currency: 'USD', basisPointsPerYear: 500, daysOfYear: 360 }],
  };
  expect(shownRules(RULES, becomes)).toEqual({
    before: {
      'rounding PROMPTPAY THB': '0.01 THB each, 1.00 THB a day',
      'matched without a person USD': 'up to 10.50 USD',
      'around midnight': '15 minutes',
      ...{ 'rule LP4': 'none', 'fee BAKONG KHR': 'none', 'interest USD': 'none' },
    },
    after: {
      'rounding PROMPTPAY THB': '0.01 THB each, 50.00 THB a day',
      'matched without a person USD': 'none',
      'around midnight': '20 minutes',
      'rule LP4': 'L-P pass 4, n-1; searched by day; compared by sum; within 30 minutes; 4 parts at most',
      'fee BAKONG KHR': '25 basis points and 100 KHR',
      'interest USD': '500 basis points a year of 360 days',
    },
  });
  expect(shownRules(RULES, { ...RULES, edgeMinutes: 15 })).toEqual({ before: {}, after: {} });
});
