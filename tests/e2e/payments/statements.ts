// What all parts have paid and given back stands in the statements of the networks, and the books of all agree.
import { expect, it } from '@jest/globals';
import { daysSince } from '../../world/days.js';
import type { InstallationTests } from '../../world/installation-tests.js';
import { reconciledSince } from '../../world/reconciliation.js';

/** Phnom Penh, and UnionPay's. */
const OFFSETS_MINUTES = [420, 480];
/** Dollars at each network at least, of the parts before. */
const AGREED_MIN = { UPI: 35, APLUS: 7, BAKONG: 9 };

export const statementTests =
  (startedMs: number): InstallationTests =>
  (given) => {
    it('agree with all that was paid and given back', async () => {
      for (const offset of OFFSETS_MINUTES)
        for (const day of daysSince(startedMs, offset)) await given().tellDay(day);
      const partners = Object.keys(AGREED_MIN);
      const { of, breaks } = await reconciledSince(given(), startedMs, OFFSETS_MINUTES[1]!, partners);
      // What was taken and went back at once is a pair of lines that concerns nobody.
      for (const [partner, least] of Object.entries(AGREED_MIN))
        expect([partner, of(partner, 'USD').agreed >= least]).toEqual([partner, true]);
      expect(breaks).toEqual([]);
    });

    it('hold every invariant', async () => {
      const clean = await given().until('the audit to be clean', async () => {
        const found = await given().violations();
        return found.length === 0 ? 'clean' : Promise.reject(new Error(found.join('\n')));
      });
      expect(clean).toBe('clean');
    });
  };
