import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { refusal } from './calls-contract.js';
import { isoStatus, reasonCode, timeField, REASON_CODES } from './codes.js';
import { isReason } from './reasons.js';

describe('codes on the wire', () => {
  it('keeps every reason of the registry', () => {
    expect(REASON_CODES.map((code) => reasonCode.parse(code))).toEqual(REASON_CODES);
    expect(REASON_CODES.every(isReason)).toBe(true);
  });

  it('reads what a newer version says as the one fallback', () => {
    expect(refusal.parse({ kind: 'refused', reason: 'moon_in_the_way', detail: 'wait' })).toEqual({
      kind: 'refused',
      reason: 'reason_unknown',
      detail: 'wait',
    });
    expect(isoStatus.parse('ACWP')).toBe('PDNG');
  });

  it('leaves an absent reason absent', () => {
    expect(z.object({ reason: reasonCode.optional(), of: timeField.optional() }).parse({})).toEqual({});
    expect(timeField.parse('deadline')).toBe('deadline');
    expect(timeField.parse('moonrise')).toBe('other');
  });

  it.each([[undefined], [null], [7], [{}]])('does not take %p for a code', (value) => {
    expect(reasonCode.safeParse(value).success).toBe(false);
  });
});
