import { REASON_TEXT_MAX, shortenedText, type LegCommand } from '@tonle/contracts';
import type { AmountJson } from '@tonle/money';
import type { AskedLeg, LegAnswer, LegRefusal, PreparedLeg, Rail, WireReply } from '@tonle/network';
import { amountOfWire, amountTrouble, call, wireAmount, wireTime } from '@tonle/network-aplus';
import { RESULTS } from './codes.js';
import type { AlipaySettings } from './settings.js';

const NOTIFY = 'notifyPayment';
/** The same again: it is known by its payment, so a second telling asks how the first was taken. */
const AGAIN = 'notifyPayment.again';
const AMOUNT = 'AM12';

/** As the wallet we tell that the payer has paid: that is what Alipay+ credits its merchant for. */
export function alipayRail({ sendMs, mppId }: AlipaySettings): Rail {
  return {
    legs: ['credit'],
    notFoundIsFinal: false,
    refusesRepeats: false,
    sendMs,
    prepare: (command) => prepared(command, mppId),
    send: ({ bytes }) => call(NOTIFY, bytes),
    enquire: ({ command }) => {
      const leg = prepared(command, mppId);
      return 'kind' in leg ? { kind: 'ambiguous', because: leg.reasonText } : call(NOTIFY, leg.bytes, AGAIN);
    },
    read: readNotified,
  };
}

/** All of it comes from the command, so every telling has the same bytes (I11). */
function prepared(command: LegCommand, mppId: string): PreparedLeg | LegRefusal {
  const { amount, creditor, legKey, acceptedAt } = command;
  const trouble = amountTrouble(amount);
  if (trouble !== undefined)
    return {
      kind: 'refused',
      reason: AMOUNT,
      reasonText: `the amount cannot be told to Alipay+: ${trouble}`,
    };
  const body = {
    mppId,
    paymentRequestId: creditor.account,
    mppPaymentId: legKey.replaceAll(/[^0-9A-Za-z]/g, '').slice(0, 64),
    paymentAmount: wireAmount(amount),
    paymentTime: wireTime(Date.parse(acceptedAt)),
    paymentResult: RESULTS.done,
  };
  return { command, externalRef: creditor.account, bytes: Buffer.from(JSON.stringify(body)) };
}

/**
 * What the answer means for the leg. A refusal is final: after F the id is burnt. One that is about the call alone (its
 * signature, its form) says nothing about an earlier telling.
 */
function readNotified(reply: WireReply, { command }: AskedLeg, asked: string): LegAnswer {
  const read = RESULTS.read(reply);
  if (read.kind === 'open') return { kind: 'ambiguous', because: read.because, unmapped: read.unmapped };
  if (read.kind !== 'result') return read;
  const { code, iso = 'MS03', words } = read;
  const partnerRef = command.creditor.account;
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
      return asked === AGAIN ? { kind: 'ambiguous', because: code } : refused;
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
