import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { APPROVAL_POLICIES } from './approval-policies.table.js';
import { policiesOf, readApprovalPolicies } from './approval-policies.settings.js';

const CAP = {
  version: 2,
  tiers: [{ approvals: 1, upTo: { USD: '5000.00', JPY: '700000' } }, { approvals: 2 }],
  expires: { hours: 2 },
};
const read = (policy: object) => policiesOf(JSON.stringify({ policies: { 'participant.cap': policy } }));
const faultsOf = (more: object) => read({ ...CAP, ...more }).faults.join('; ');

describe('a file of policies', () => {
  it('takes the place of what Tonle comes with, kind by kind, with amounts of each currency', () => {
    const { policies, faults } = read({ ...CAP, makers: ['A'], checkers: ['B', 'C'] });
    expect(faults).toEqual([]);
    expect(policies['participant.cap']).toEqual({
      version: 2,
      tiers: [{ approvals: 1, upTo: { USD: 500_000n, JPY: 700_000n } }, { approvals: 2 }],
      expires: { hours: 2 },
      makers: ['A'],
      checkers: ['B', 'C'],
    });
    expect({ ...policies, 'participant.cap': undefined }).toEqual({
      ...APPROVAL_POLICIES,
      'participant.cap': undefined,
    });
  });

  it('does not ask for fewer than two where nobody knows who proposes', () => {
    const of = (approvals: number) =>
      policiesOf(JSON.stringify({ policies: { 'directory.change': { ...CAP, tiers: [{ approvals }] } } }));
    expect(of(1).faults).toEqual(['directory.change: tiers.0.approvals: must be 2 at least for this kind']);
    expect(of(3).policies['directory.change']).toMatchObject({
      approvalsLeast: 2,
      tiers: [{ approvals: 3 }],
    });
  });

  it.each([
    ['nobody to approve', { tiers: [{ approvals: 0 }] }, 'tiers.0.approvals'],
    ['the version that Tonle comes with', { version: 1 }, 'must be above 1'],
    [
      'a number for an amount',
      { tiers: [{ approvals: 1, upTo: { USD: 5000 } }, { approvals: 2 }] },
      'upTo.USD',
    ],
    [
      'an amount that the currency does not have',
      { tiers: [{ approvals: 1, upTo: { JPY: '1.5' } }, { approvals: 2 }] },
      'tiers.0.upTo.JPY: 1.5 is no amount',
    ],
    [
      'no currency',
      { tiers: [{ approvals: 1, upTo: { XXZ: '1' } }, { approvals: 2 }] },
      'tiers.0.upTo.XXZ: 1 is no amount',
    ],
    ['no tier for all else', { tiers: [{ approvals: 1, upTo: { USD: '1.00' } }] }, 'the last one'],
    [
      'fewer for more',
      { tiers: [{ approvals: 2, upTo: { USD: '1.00' } }, { approvals: 1 }] },
      'tiers.1.approvals: must be above 2',
    ],
    [
      'a larger tier with a smaller amount',
      {
        tiers: [
          { approvals: 1, upTo: { USD: '2.00' } },
          { approvals: 2, upTo: { USD: '2.00' } },
          { approvals: 3 },
        ],
      },
      'tiers.1.upTo.USD: must be above',
    ],
    [
      'two checkers, one of them the maker',
      { checkers: ['A', 'B'], makers: ['A'] },
      'of what A proposes 2 others',
    ],
    ['two checkers where anybody proposes', { checkers: ['A', 'B'] }, 'of what A proposes 2 others'],
    ['nobody who may propose', { makers: [] }, 'makers'],
    ['no end', { expires: { hours: 0 } }, 'expires'],
    ['a word that is not known', { approvers: ['A'] }, 'approvers'],
  ])('is refused with %s', (_what, more, said) => {
    expect(faultsOf(more)).toContain(said);
    expect(read({ ...CAP, ...more }).policies).toBe(APPROVAL_POLICIES);
  });

  it('names a kind that there is not, and all that is wrong at once', () => {
    expect(policiesOf('{"policies":{"participant.cup":{}}}').faults.join()).toContain('participant.cup');
    const tiers = [{ approvals: 1, upTo: { JPY: '1.5', USD: 'x' } }, { approvals: 2 }];
    expect(read({ ...CAP, tiers, checkers: ['A'] }).faults).toHaveLength(3);
    expect(policiesOf('{').faults[0]).toContain('it is no JSON');
  });
});

it('a service that is given a wrong file does not start, and says what is wrong', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tonle-policies-'));
  const path = join(folder, 'policies.json');
  const settings = { TONLE_APPROVAL_POLICIES_FILE: path };
  try {
    expect(readApprovalPolicies({})).toBe(APPROVAL_POLICIES);
    expect(() => readApprovalPolicies(settings)).toThrow('TONLE_APPROVAL_POLICIES_FILE: ENOENT');
    writeFileSync(path, JSON.stringify({ policies: { 'bank.file': { ...CAP, tiers: [] } } }));
    expect(() => readApprovalPolicies(settings)).toThrow(/policies\.json: policies\.bank\.file\.tiers/);
    writeFileSync(path, JSON.stringify({ policies: { 'bank.file': CAP } }));
    expect(readApprovalPolicies(settings)['bank.file'].version).toBe(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
