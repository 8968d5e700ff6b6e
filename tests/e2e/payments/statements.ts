// What all parts have paid and given back stands in the statements of the networks, and the books of all agree.
import { expect, it } from '@jest/globals';
import type { InstallationTests } from '../../world/installation-tests.js';
import { reconciledSince } from '../../world/reconciliation.js';

/** Dollars at each network at least, of the parts before. */
const AGREED_MIN = { unionpay: 35, alipay: 7, bakong: 9 };

export const statementTests =
  (startedMs: number): InstallationTests =>
  (given) => {
    it('agree with all that was paid and given back', async () => {
      const { of, breaks } = await reconciledSince(given(), startedMs, Object.keys(AGREED_MIN));
      // What was taken and went back at once is a pair of lines that concerns nobody.
      for (const [network, least] of Object.entries(AGREED_MIN))
        expect([network, of(network, 'USD').agreed >= least]).toEqual([network, true]);
      expect(breaks).toEqual([]);
    });

    it('hold every invariant', () => given().sound());
  };
