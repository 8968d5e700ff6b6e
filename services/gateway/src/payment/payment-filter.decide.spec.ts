import { describe, expect, it } from '@jest/globals';
import { amountFilter } from './payment-filter.decide.js';

const SERVED = ['KHR', 'THB'];

describe(amountFilter.name, () => {
  it.each([
    [{}, undefined],
    [{ currency: 'THB' }, { currency: 'THB' }],
    [
      { currency: 'THB', amountMin: '0' },
      { currency: 'THB', minMinor: '0' },
    ],
    [
      { currency: 'THB', amountMin: '820.00', amountMax: '820' },
      { currency: 'THB', minMinor: '82000', maxMinor: '82000' },
    ],
  ])('reads %j', (asked, amount) => {
    expect(amountFilter(asked, SERVED)).toEqual({ kind: 'ok', amount });
  });

  it.each([
    [{ amountMin: '1' }, '/amountMin', '`currency`'],
    [{ amountMax: '1' }, '/amountMax', '`currency`'],
    [{ currency: 'thb' }, '/currency', 'KHR, THB'],
    [{ currency: 'USD' }, '/currency', 'KHR, THB'],
    [{ currency: 'THB', amountMin: '-1' }, '/amountMin', '"-1" cannot be read'],
    [{ currency: 'THB', amountMax: '1.001' }, '/amountMax', '"1.001" cannot be read'],
    [{ currency: 'THB', amountMin: '2', amountMax: '1' }, '/amountMax', '`amountMin`'],
  ])('refuses %j, and says why', (asked, path, told) => {
    expect(amountFilter(asked, SERVED)).toMatchObject({
      kind: 'refused',
      reason: 'schema_invalid',
      errors: [{ path, message: expect.stringContaining(told) }],
    });
  });
});
