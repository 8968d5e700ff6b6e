import type { LegCommand, RefundedPayment } from '@tonle/contracts';
import { type LegRefusal, type PreparedLeg, type Rail, wireTime } from '@tonle/network';
import { amountTrouble, call, readLegAnswer, wireAmount, wireIdOf } from '@tonle/network-aplus';
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
    callsOff: true,
    sendMs,
    prepare: (command) => prepared(command, settings),
    send: ({ command, bytes }) => call(operationOf(command), bytes),
    enquire: ({ command }) => {
      const leg = prepared(command, settings);
      if ('kind' in leg) return { kind: 'ambiguous', because: leg.reasonText };
      const operation = operationOf(command);
      return call(operation, leg.bytes, `${operation}${AGAIN}`);
    },
    read: (reply, leg, asked) => readLegAnswer(RESULTS, reply, leg, asked.endsWith(AGAIN)),
  };
}

const operationOf = ({ refundOf }: LegCommand) => (refundOf === undefined ? 'notifyPayment' : 'refund');

/** All of it comes from the command, so every telling has the same bytes (I11). */
function prepared(
  command: LegCommand,
  { mppId, acquirerId }: Pick<AlipaySettings, 'mppId' | 'acquirerId'>,
): PreparedLeg | LegRefusal {
  const { refundOf, amount, otherAmount, partnerTerms } = command;
  const merchants = refundOf === undefined ? partnerTerms?.orderAmount : otherAmount;
  const written = merchants === undefined ? [amount] : [amount, merchants];
  const trouble = written.map(amountTrouble).find((each) => each !== undefined);
  if (trouble !== undefined)
    return {
      kind: 'refused',
      reason: AMOUNT,
      reasonText: `the amount cannot be told to Alipay+: ${trouble}`,
    };
  const id = wireIdOf(command.legKey);
  const [externalRef, body] =
    refundOf === undefined
      ? [command.creditor.account, paidBody(command, id, mppId)]
      : [id, refundBody(command, refundOf, id, acquirerId)];
  return { command, externalRef, bytes: Buffer.from(JSON.stringify(body)) };
}

/** What the merchant gets is told too: of an entry code nobody but the payer knows it. */
function paidBody(
  { creditor, amount, acceptedAt, partnerTerms: { orderAmount } = {} }: LegCommand,
  mppPaymentId: string,
  mppId: string,
): object {
  return {
    mppId,
    paymentRequestId: creditor.account,
    mppPaymentId,
    paymentAmount: wireAmount(amount),
    payToAmount: orderAmount && wireAmount(orderAmount),
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
