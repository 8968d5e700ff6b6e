import type { LegCommand } from '@tonle/contracts';
import { readQr } from '@tonle/emvqr';
import { amountFromJson, amountToJson, convertToSource, parseRate, type AmountJson } from '@tonle/money';
import type { LegRefusal, PreparedLeg } from '@tonle/network';
import {
  amountFields,
  emvFields,
  isDrawn,
  isWholeOfToday,
  messageIdOf,
  payerFields,
  type QrcFields,
  type QrcOperation,
  refundFields,
  resultFields,
  urlFields,
  writeQrc,
} from '@tonle/network-upi';
import type { UnionPaySettings } from './settings.js';

/** Schemes of the codes that are paid here. */
const SCHEMES = ['UNIONPAY', 'UNIONPAY_URL'] as const;

/**
 * A code on the mainland is an address, any other is EMV; of what was drawn on a payer's code the result is told. All of a payment
 * of today is cancelled, else it is refunded.
 */
export function operationOf(command: LegCommand): QrcOperation {
  const { refundOf, qrText = '' } = command;
  if (refundOf !== undefined) return isWholeOfToday(command, refundOf) ? 'CANCELLATION' : 'REFUND';
  if (isDrawn(command)) return 'ADDITIONAL_PROCESSING_RESULT';
  return qrText.startsWith('https://') ? 'MPQRC_PAYMENT_URL' : 'MPQRC_PAYMENT_EMV';
}

/** The payment or the refund as it is sent: everything in it comes from the command. */
export function prepareLeg(
  command: LegCommand,
  own: Pick<UnionPaySettings, 'institution' | 'token'>,
): PreparedLeg | LegRefusal {
  const { qrText, refundOf } = command;
  if (refundOf !== undefined) return prepared(command, own.institution, refundFields(command, refundOf));
  if (isDrawn(command))
    return prepared(command, own.institution, {
      ...payerFields(command, own.token),
      ...resultFields(command),
    });
  const code = qrText === undefined ? undefined : readQr(qrText, 0, SCHEMES);
  if (code?.kind !== 'read' || !(SCHEMES as readonly string[]).includes(code.scheme))
    return refused('CH16', 'the payment has no QR code that UnionPay can pay');
  const price = priceOf(command);
  if (price === undefined) return refused('AM03', `nobody has said what ${code.currency} is in USD`);
  return prepared(command, own.institution, {
    ...payerFields(command, own.token),
    ...amountFields('trx', price),
    ...(operationOf(command) === 'MPQRC_PAYMENT_URL' ? urlFields(command) : emvFields(command, code)),
  });
}

/**
 * What is paid in the payee's own currency: as it was told, or the leg's amount at the rate that was told; the leg's, when
 * the payee is paid in that currency. Undefined when nobody has said. Of a refund, what its merchant gives back.
 */
export function priceOf(command: LegCommand): AmountJson | undefined {
  const { amount, otherAmount, partnerTerms = {}, refundOf } = command;
  if (refundOf !== undefined) return otherAmount;
  const { orderAmount, settlementRate } = partnerTerms;
  if (orderAmount !== undefined) return orderAmount;
  if (settlementRate === undefined) {
    const wanted = currencyOf(command);
    return wanted === undefined || wanted === amount.currency ? amount : undefined;
  }
  const { unitCurrency, quotedCurrency, rate: text } = settlementRate;
  const rate = parseRate(unitCurrency, quotedCurrency, text);
  if (rate === undefined || quotedCurrency !== amount.currency) return undefined;
  return amountToJson(convertToSource(amountFromJson(amount), rate, 'floor'));
}

function currencyOf({ qrText }: LegCommand): string | undefined {
  const code = qrText === undefined ? undefined : readQr(qrText, 0, SCHEMES);
  return code?.kind === 'read' ? code.currency : undefined;
}

function prepared(command: LegCommand, insID: string, fields: QrcFields): PreparedLeg {
  const externalRef = messageIdOf(insID, command.paymentId);
  const head = { msgID: externalRef, msgType: operationOf(command), insID };
  // Comes back in the files: what finds the payment for certain.
  const referNo = command.uetr.replaceAll('-', '');
  const at = Date.parse(command.acceptedAt);
  return { command, bytes: writeQrc({ ...head, at }, { ...fields, referNo }), externalRef };
}

function refused(reason: string, reasonText: string): LegRefusal {
  return { kind: 'refused', reason, reasonText };
}
