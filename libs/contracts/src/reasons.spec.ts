import { describe, expect, it } from '@jest/globals';
import { RETRIES, type Retry } from './reason-entry.js';
import { REASONS } from './reasons.js';

/** What a remedy says when its `retry` says the same. */
const SAYS: Readonly<Record<Retry, RegExp>> = {
  never: /^(?!retry\b)(?!.*\b(?:try again|again later|again tomorrow|new payment\.|new quote\.)\b)/i,
  later: /\b(?:again|later|anew|retry|wait|Retry-After)\b/i,
  new_lookup: /\blook up\b/i,
  new_quote: /\brequest a (?:new )?quote\b/i,
  new_payment: /\bcreate a new payment\b/i,
  lower_amount: /\bsmaller amount\b/i,
  ask_status: /\bquery the status before retrying\b/i,
  confirm: /\bconfirm its id\b/i,
};

const ALL = Object.entries(REASONS);

describe('every reason', () => {
  it.each(ALL)('%s: its remedy says what its retry says', (_code, { retry, remedy }) => {
    expect(remedy).toMatch(SAYS[retry]);
  });

  it.each(ALL)('%s: says each in a sentence', (_code, { title, remedy }) => {
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(remedy).toMatch(/^[A-Z].*\.$/);
  });

  it('uses each value of retry', () => {
    expect(new Set(ALL.map(([, { retry }]) => retry))).toEqual(new Set(RETRIES));
  });
});
