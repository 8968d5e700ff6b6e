import { describe, expect, it } from '@jest/globals';
import { APPROVAL_KINDS } from '@tonle/contracts';
import type { CalendarBody } from '@tonle/directory';
import { amount, findCurrency } from '@tonle/money';
import { APPROVAL_POLICIES } from './approval-policies.table.js';
import { policiesOf } from './approval-policies.settings.js';
import { approvalsRequired, expiryOf, writtenPolicyOf } from './approval-policy.js';

const FRIDAY = Date.parse('2026-11-27T03:00:00Z');
const HOME = { utcOffsetMinutes: 420, holidays: ['2026-12-01'] } as unknown as CalendarBody;

describe.each(Object.entries(APPROVAL_POLICIES))('the policy of %s', (_kind, policy) => {
  it('asks for more the larger the amount, and for the most where it names no currency', () => {
    const counts = policy.tiers.map(({ approvals }) => approvals);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(policy.tiers.findIndex(({ upTo }) => upTo === undefined)).toBe(counts.length - 1);
    expect(approvalsRequired(policy, undefined)).toBe(counts.at(-1));
    for (const { upTo = {}, approvals } of policy.tiers)
      for (const [code, most] of Object.entries(upTo)) {
        expect(findCurrency(code)).toBeDefined();
        expect(approvalsRequired(policy, amount(code, most))).toBe(approvals);
        expect(approvalsRequired(policy, amount(code, most + 1n))).toBeGreaterThan(approvals);
      }
  });
});

it.each(APPROVAL_KINDS)(
  'what is kept of the policy of %s is what a file would say to get the same',
  (kind) => {
    const named = { version: 2, makers: ['A', 'B'], checkers: ['A', 'B', 'C', 'D'] };
    for (const policy of [
      { ...APPROVAL_POLICIES[kind], version: 2 },
      { ...APPROVAL_POLICIES[kind], ...named },
    ]) {
      const { policies, faults } = policiesOf(
        JSON.stringify({ policies: { [kind]: { version: 2, ...writtenPolicyOf(policy) } } }),
      );
      expect(faults).toEqual([]);
      expect(policies[kind]).toEqual(policy);
    }
  },
);

describe('a request expires', () => {
  it('by hours, or at the end of a banking day of the home calendar', () => {
    const policy = { version: 1, tiers: [{ approvals: 1 }] };
    expect(expiryOf({ ...policy, expires: { hours: 4 } }, FRIDAY, HOME) - FRIDAY).toBe(4 * 3_600_000);
    const finance = { ...policy, expires: { bankingDays: 3 } };
    // Monday, Wednesday (Tuesday is a holiday), Thursday.
    expect(new Date(expiryOf(finance, FRIDAY, HOME)).toISOString()).toBe('2026-12-03T17:00:00.000Z');
    expect(expiryOf(finance, FRIDAY, undefined) - FRIDAY).toBe(72 * 3_600_000);
  });
});
