import { refused, type Refusal } from '@tonle/contracts';
import type { RawMessage, RefundMessage } from '@tonle/network';
import { fromBeijingTime, legKeyOfMessageId } from './message-id.js';
import { amountIn, partOf, textOf, type QrcMessage } from './qrc-message.js';
import { termsOf } from './terms.js';

// CANCELLATION and REFUND as a merchant abroad has them sent to us: what Tonle paid is given back.

/** What an end-to-end id says when its sender gave none. */
export const NOT_PROVIDED = 'NOTPROVIDED';

/**
 * The refund in a message; undefined when it is none. A cancellation gives back all that is left; of what was drawn on a code of
 * our payer, which has an id of theirs until we have sent ours, it says that it shall not come either.
 */
export function readRefund(
  { msgInfo, trxInfo }: QrcMessage,
  message: RawMessage,
  { institution, ...own }: Pick<RefundMessage, 'dialect' | 'acceptanceMs'> & { readonly institution: string },
): RefundMessage | undefined {
  const { msgType, msgID, timeStamp } = msgInfo;
  if (msgType !== 'REFUND' && msgType !== 'CANCELLATION') return undefined;
  const isRefund = msgType === 'REFUND';
  const externalRef = textOf(trxInfo, 'origMsgID') ?? '';
  const callsOff =
    !isRefund && externalRef !== '' && legKeyOfMessageId(institution, externalRef) === undefined;
  return {
    ...own,
    messageId: msgID,
    endToEndId: textOf(trxInfo, 'retrivlRefNum') ?? NOT_PROVIDED,
    transactionId: textOf(partOf(trxInfo, 'settlementKey'), 'systemTraceAuditNumber'),
    refund: {
      externalRef,
      partnerRef: textOf(trxInfo, 'qrcVoucherNo'),
      amount: isRefund ? amountIn(trxInfo, 'sett') : undefined,
      ...(callsOff && { callsOff }),
    },
    partnerTerms: termsOf(trxInfo),
    sentMs: fromBeijingTime(timeStamp),
    message,
  };
}

/** Why a refund is not understood: no time, or a part of which nobody says what is settled for it. */
export function unclearRefund(
  { trxInfo, msgInfo }: QrcMessage,
  { sentMs, refund }: RefundMessage,
): Refusal | undefined {
  if (Number.isNaN(sentMs)) return refused('element_missing', 'msgInfo.timeStamp cannot be read.');
  const says = textOf(trxInfo, 'settAmt') ?? textOf(trxInfo, 'trxAmt');
  return msgInfo.msgType === 'REFUND' && says !== undefined && refund.amount === undefined
    ? refused('element_missing', 'trxInfo.settAmt is no amount of settCurrency.')
    : undefined;
}
