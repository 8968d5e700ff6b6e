// What partner networks are told of a payment that is refused while a corridor or a bank is stopped, slow or down. The refusal is kept as
// its end, so the code has to say that nothing was done, and never that nobody knows or that the same may be sent again; what is only
// put off (`overloaded`, not kept) has to sound so. Networks that speak ISO 20022 have RJCT for the first, and HTTP 503 for the second.
import { describe, expect, it } from '@jest/globals';
import { REASONS, refused, type Reason } from '@tonle/contracts';
import { meaningOfCode } from '@tonle/network';
import type { IsoProfile } from '@tonle/network-iso';
import { errorCodeOfRefusal, meaningOfError } from '@tonle/network-fspiop';
import { RESULTS } from '../../services/adapter-alipay/src/codes.js';
import { rejectedStatus } from '../../libs/door/src/iso/iso-answers.js';
import { readAnswer, readStatus } from '../../libs/network-iso/src/status-answer.js';
import * as japan from '../../services/adapter-japan/src/codes.js';
import * as laos from '../../services/adapter-laos/src/network.js';
import * as thailand from '../../services/adapter-thailand/src/network.js';
import * as unionpay from '../../services/adapter-unionpay/src/codes.js';
import * as vietnam from '../../services/adapter-vietnam/src/network.js';

const STOPPED: readonly Reason[] = [
  'corridor_closed',
  'corridor_down',
  'corridor_throttled',
  'participant_paused',
];

/** What a status means that tells a refusal to a network of this profile, by what it means by the same status. */
function isoMeans({ answers }: IsoProfile, reason: Reason): string {
  const leg = { legKey: 'K', uetr: 'U', endToEndId: 'E' };
  if (reason === 'overloaded') {
    const { http: status } = REASONS[reason];
    return readAnswer({ kind: 'answered', status, headers: {}, bytes: Buffer.of() }, leg, 'payment', answers)
      .kind;
  }
  const usage = { texts: (_code: Reason | undefined, words: readonly string[]) => words };
  const told = rejectedStatus({ originalUetr: 'U' }, refused(reason), usage, { messageId: 'M', at: '' }, []);
  return readStatus(told, leg, 'payment', answers).kind;
}

/** What a code means that tells a refusal, by each network's own table. */
const MEANINGS: Readonly<Record<string, (reason: Reason) => string | undefined>> = {
  alipay: (reason) => RESULTS.ofRefusal(refused(reason)).resultStatus,
  japan: (reason) => japanMeans(japan.finalCode(japan.codeOfRefusal({ reason }))),
  laos: (reason) => isoMeans(laos.PROFILE, reason),
  rwanda: (reason) => meaningOfError(errorCodeOfRefusal({ reason }))?.means,
  thailand: (reason) => isoMeans(thailand.PROFILE, reason),
  unionpay: (reason) =>
    meaningOfCode(unionpay.CODES.responses, unionpay.ANSWERS.codeOfRefusal(refused(reason)))?.means,
  vietnam: (reason) => isoMeans(vietnam.PROFILE, reason),
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
