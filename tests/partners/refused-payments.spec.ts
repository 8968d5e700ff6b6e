// What partner networks are told of a payment that is refused while a corridor or a bank is stopped, slow or down. The refusal is kept as
// its end, so the code has to say that nothing was done, and never that nobody knows or that the same may be sent again; what is only
// put off (`overloaded`, not kept) has to sound so. Networks that speak ISO 20022 have RJCT for the first, and HTTP 503 for the second.
import { describe, expect, it } from '@jest/globals';
import { refused, type Reason } from '@tonle/contracts';
import { meaningOfCode } from '@tonle/network';
import { errorCodeOfRefusal, meaningOfError } from '@tonle/network-fspiop';
import { RESULTS } from '../../services/adapter-alipay/src/codes.js';
import * as japan from '../../services/adapter-japan/src/codes.js';
import * as unionpay from '../../services/adapter-unionpay/src/codes.js';

const STOPPED: readonly Reason[] = [
  'corridor_closed',
  'corridor_down',
  'corridor_throttled',
  'participant_paused',
];

/** What a code means that tells a refusal, by each network's own table. */
const MEANINGS: Readonly<Record<string, (reason: Reason) => string | undefined>> = {
  alipay: (reason) => RESULTS.ofRefusal(refused(reason)).resultStatus,
  japan: (reason) => japanMeans(japan.finalCode(japan.codeOfRefusal({ reason }))),
  rwanda: (reason) => meaningOfError(errorCodeOfRefusal({ reason }))?.means,
  unionpay: (reason) =>
    meaningOfCode(unionpay.CODES.responses, unionpay.ANSWERS.codeOfRefusal(refused(reason)))?.means,
};
const DEFINITE = new Set<string | undefined>(['F', 'refused', 'rejected']);
const PUT_OFF = new Set<string | undefined>(['U', 'later', 'ambiguous', 'open']);

const japanMeans = (code: string) => meaningOfCode(japan.CODES.errors, code)?.means;

describe.each(Object.entries(MEANINGS))('%s is told', (network, meaningOf) => {
  it.each(STOPPED)('%s as what was definitely not done', (reason) => {
    expect(DEFINITE).toContain(meaningOf(reason));
  });

  it('overloaded as what may come again', () => {
    const means =
      network === 'japan'
        ? japanMeans(japan.codeOfRefusal({ reason: 'overloaded' }))
        : meaningOf('overloaded');
    expect(PUT_OFF).toContain(means);
  });
});
