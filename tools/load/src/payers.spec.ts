import { readQr } from '@tonle/emvqr';
import { parseAmount } from '@tonle/money';
import { describe, expect, it } from '@jest/globals';
import { OutboundWishes } from './payers.js';

describe('wishes', () => {
  it('repeat by seed, give one bank its share, and can all be paid', () => {
    const [one, two] = [new OutboundWishes(5, 0.7), new OutboundWishes(5, 0.7)];
    const drawn = Array.from({ length: 3000 }, () => one.next());
    expect(Array.from({ length: 3000 }, () => two.next())).toEqual(drawn);
    const share = drawn.filter((wish) => wish.participant === 'KHMEKONG').length / drawn.length;
    expect(Math.abs(share - 0.7)).toBeLessThan(0.04);
    expect(new Set(drawn.map((wish) => wish.participant)).size).toBe(3);
    expect(new Set(drawn.map((wish) => wish.debtor.account)).size).toBeGreaterThan(2500);
    for (const wish of drawn) expect(parseAmount('THB', wish.amount).kind).toBe('ok');
    for (const text of one.qrTexts)
      expect(readQr(text, 0)).toMatchObject({ kind: 'read', account: { accountType: 'BIID' } });
  });
});
