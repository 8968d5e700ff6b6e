import { hash } from 'node:crypto';
import type { LegCommand, RefundedPayment } from '@tonle/contracts';
import type { QrRead } from '@tonle/emvqr';
import type { AmountJson } from '@tonle/money';
import { beijingTime, digitsOf } from './message-id.js';
import { amountFields, type QrcFields } from './qrc-message.js';
import { NOT_PROVIDED } from './refund-message.js';

// What a payment says of its payer and of its code, and a refund of its payment, in the words of QRC.

const DAY_DIGITS = 8;
const VOUCHER_DIGITS = 20;

type Refund = Pick<LegCommand, 'amount' | 'otherAmount' | 'acceptedAt'>;

/** Who pays, without telling who: a device and a user id that follow from the account; and the token that is charged. */
export function payerFields({ debtor }: Pick<LegCommand, 'debtor'>, token: string): QrcFields {
  const deviceID = hash('sha256', debtor.account, 'hex').slice(0, 32);
  return { deviceID, userID: digitsOf(debtor.account, 16), token };
}

/** What an EMV code says of its merchant. */
export function emvFields(
  { creditor }: Pick<LegCommand, 'creditor'>,
  { text, account, country, ...code }: QrRead,
): QrcFields {
  const { acquirerIin, forwardingIin, merchantId } = account.fields;
  const { billNumber, referenceLabel, terminalLabel } = code.additional;
  return {
    mpqrcPayload: text,
    merchantInfo: {
      acquirerIIN: acquirerIin,
      fwdIIN: forwardingIin,
      mid: merchantId?.padEnd(15, ' '),
      merchantName: code.payeeName ?? creditor.name,
      mcc: code.merchantCategory,
      merchantCountry: country,
      termId: terminalLabel,
    },
    additionalData: { billNo: billNumber, referenceLabel, terminalLabel },
    riskInfo: {},
  };
}

/** Of an address of the mainland the answer about it has to be named again. */
export function urlFields({
  qrText,
  creditor,
  partnerTerms,
}: Pick<LegCommand, 'qrText' | 'creditor' | 'partnerTerms'>): QrcFields {
  return {
    origTrxMsgID: partnerTerms?.quote?.quoteId,
    mpqrcPayload: qrText,
    merchantInfo: { merchantName: creditor.name },
    riskInfo: {},
  };
}

/** A refund: the payment by all of its references, in the amounts of both; UnionPay settles the dollars. */
export function refundFields({ amount, otherAmount }: Refund, original: RefundedPayment): QrcFields {
  const { messageId, endToEndId, partnerRef, uetr, target } = original;
  return {
    origMsgID: messageId,
    retrivlRefNum: endToEndId === NOT_PROVIDED ? undefined : endToEndId,
    qrcVoucherNo: partnerRef === undefined ? undefined : voucherNo(partnerRef),
    origReferNo: uetr.replaceAll('-', ''),
    ...amountFields('origTrx', target),
    ...amountFields('trx', otherAmount),
    ...amountFields('sett', amount),
  };
}

/** Does it give back, on the same day in Beijing, all that was paid and settled? */
export function isWholeOfToday(
  { amount, otherAmount, acceptedAt }: Refund,
  original: RefundedPayment,
): boolean {
  const [paidOn, refundedOn] = [original.acceptedAt, acceptedAt].map((at) =>
    beijingTime(Date.parse(at), DAY_DIGITS),
  );
  return paidOn === refundedOn && isSame(amount, original.source) && isSame(otherAmount, original.target);
}

/** Our reference as the voucher of a card holder's payment: what of it the field takes. */
export function voucherNo(partnerRef: string): string {
  return partnerRef.slice(0, VOUCHER_DIGITS);
}

function isSame(one: AmountJson, other: AmountJson): boolean {
  return one.currency === other.currency && BigInt(one.minor) === BigInt(other.minor);
}
