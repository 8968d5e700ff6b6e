import { REASON_TEXT_MAX, shortenedText, type LegCommand, type RefundedPayment } from '@tonle/contracts';
import type { AmountJson } from '@tonle/money';
import type { AskedLeg, LegAnswer, LegRefusal, PreparedLeg, Rail, WireReply } from '@tonle/network';
import { amountOfWire, amountTrouble, call, idOfWire, wireAmount, wireTime } from '@tonle/network-aplus';
import { RESULTS } from './codes.js';
import type { AlipaySettings } from './settings.js';

/** The same bytes again: both calls are known by their id, so a repeat asks how the first was taken. */
const AGAIN = '.again';
const AMOUNT = 'AM12';

/** As the wallet we tell that the payer has paid, for Alipay+ to credit its merchant; as the acquirer we refund. */
export function alipayRail(settings: AlipaySettings): Rail {
  const { sendMs } = settings;
  return {
    legs: ['credit'],
    notFoundIsFinal: false,
    refusesRepeats: false,
    refunds: true,
    sendMs,
    prepare: (command) => prepared(command, settings),
    send: ({ command, bytes }) => call(operationOf(command), bytes),
    enquire: ({ command }) => {
      const leg = prepared(command, settings);
      if ('kind' in leg) return { kind: 'ambiguous', because: leg.reasonText };
      const operation = operationOf(command);
      return call(operation, leg.bytes, `${operation}${AGAIN}`);
    },
    read: readTold,
  };
}

const operationOf = ({ refundOf }: LegCommand) => (refundOf === undefined ? 'notifyPayment' : 'refund');

/** All of it comes from the command, so every telling has the same bytes (I11). */
function prepared(
  command: LegCommand,
  { mppId, acquirerId }: Pick<AlipaySettings, 'mppId' | 'acquirerId'>,
): PreparedLeg | LegRefusal {
  const { refundOf, amount, otherAmount } = command;
  const written = refundOf === undefined ? [amount] : [amount, otherAmount];
  const trouble = written.map(amountTrouble).find((each) => each !== undefined);
  if (trouble !== undefined)
    return {
      kind: 'refused',
      reason: AMOUNT,
      reasonText: `the amount cannot be told to Alipay+: ${trouble}`,
    };
  const id = command.legKey.replaceAll(/[^0-9A-Za-z]/g, '').slice(0, 64);
  const [externalRef, body] =
    refundOf === undefined
      ? [command.creditor.account, paidBody(command, id, mppId)]
      : [id, refundBody(command, refundOf, id, acquirerId)];
  return { command, externalRef, bytes: Buffer.from(JSON.stringify(body)) };
}

function paidBody({ creditor, amount, acceptedAt }: LegCommand, mppPaymentId: string, mppId: string): object {
  return {
    mppId,
    paymentRequestId: creditor.account,
    mppPaymentId,
    paymentAmount: wireAmount(amount),
    paymentTime: wireTime(Date.parse(acceptedAt)),
    paymentResult: RESULTS.done,
  };
}

/**
 * The merchant gives back what it was paid, in the currency of the push: that is the refund's own source. What we settle for it
 * is told beside it, as for the push.
 */
function refundBody(
  { amount, otherAmount, remittance }: LegCommand,
  { messageId }: RefundedPayment,
  refundRequestId: string,
  acquirerId: string,
): object {
  return {
    acquirerId,
    paymentId: messageId,
    refundRequestId,
    refundAmount: wireAmount(otherAmount),
    settlementAmount: wireAmount(amount),
    refundReason: remittance,
  };
}

/**
 * What the answer means for the leg. A refusal is final: after F the id is burnt. One that is about the call alone (its
 * signature, its form) says nothing about an earlier telling.
 */
function readTold(reply: WireReply, { externalRef }: AskedLeg, asked: string): LegAnswer {
  const read = RESULTS.read(reply);
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
      return asked.endsWith(AGAIN) ? { kind: 'ambiguous', because: code } : refused;
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
