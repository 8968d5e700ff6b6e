import { REASON_TEXT_MAX, shortenedText } from '@tonle/contracts';
import type { AmountJson } from '@tonle/money';
import { type AskedLeg, type LegAnswer, type WireReply, idOfWire } from '@tonle/network';
import { amountOfWire } from './amounts.js';
import type { Results } from './results.js';

/**
 * What the answer to a telling means for its leg. A refusal is final: after F the id is burnt. One that is about the call alone
 * (its signature, its form) says nothing about an earlier telling. Total.
 */
export function readLegAnswer(
  results: Results,
  reply: WireReply,
  { externalRef }: Pick<AskedLeg, 'externalRef'>,
  isRepeat: boolean,
): LegAnswer {
  const read = results.read(reply);
  if (read.kind === 'open') return { kind: 'ambiguous', because: read.because, unmapped: read.unmapped };
  if (read.kind !== 'result') return read;
  const { code, iso = 'MS03', words } = read;
  const partnerRef = idOfWire.safeParse(read.body['refundId']).data ?? externalRef;
  const refused: LegAnswer = {
    kind: 'rejected',
    reason: iso,
    reasonText: shortenedText(`${code}: ${words}`, REASON_TEXT_MAX),
    partnerRef,
  };
  switch (read.means) {
    case 'done':
      return { kind: 'accepted', partnerRef, ...settled(read.body) };
    case 'in_progress':
      return { kind: 'in_progress', partnerRef };
    case 'later':
      return { kind: 'ambiguous', because: code };
    case 'other_content':
      return { kind: 'conflicting', reasonText: `${code}: ${words}`, partnerRef };
    case 'refused_call':
      return isRepeat ? { kind: 'ambiguous', because: code } : refused;
    case 'not_found':
    case 'refused':
      return refused;
  }
}

/** What they settle, where the answer says so. */
function settled(body: Readonly<Record<string, unknown>>): { readonly amount?: AmountJson } {
  const told = amountOfWire.safeParse(body['settlementAmount']);
  return told.success ? { amount: told.data } : {};
}
