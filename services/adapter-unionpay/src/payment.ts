import { hash } from 'node:crypto';
import type { LegCommand } from '@tonle/contracts';
import { readQr, type QrRead } from '@tonle/emvqr';
import { amountFromJson, amountToJson, convertToSource, parseRate, type AmountJson } from '@tonle/money';
import type { LegRefusal, PreparedLeg } from '@tonle/network';
import { digitsOf, messageIdOf, type QrcFields, writeQrc, writeQrcAmount } from '@tonle/network-upi';
import type { UnionPaySettings } from './settings.js';

type Own = Pick<UnionPaySettings, 'institution' | 'token'>;

/** Schemes of the codes that are paid here. */
export const SCHEMES = ['UNIONPAY', 'UNIONPAY_URL'] as const;

/** A code on the mainland is an address, any other is EMV. */
export function operationOf({ qrText = '' }: Pick<LegCommand, 'qrText'>) {
  return qrText.startsWith('https://') ? 'MPQRC_PAYMENT_URL' : 'MPQRC_PAYMENT_EMV';
}

/** The payment as it is sent: everything in it comes from the command. */
export function preparePayment(command: LegCommand, own: Own): PreparedLeg | LegRefusal {
  const { qrText, acceptedAt, paymentId } = command;
  const code = qrText === undefined ? undefined : readQr(qrText, 0, SCHEMES);
  if (code?.kind !== 'read' || !(SCHEMES as readonly string[]).includes(code.scheme))
    return refused('CH16', 'the payment has no QR code that UnionPay can pay');
  const price = priceOf(command, code.currency);
  if (price === undefined) return refused('AM03', `nobody has said what ${code.currency} is in USD`);
  const externalRef = messageIdOf(own.institution, paymentId);
  const msgType = operationOf(command);
  const fields = msgType === 'MPQRC_PAYMENT_URL' ? urlFields(command) : emvFields(command, code);
  const head = { msgID: externalRef, msgType, insID: own.institution, at: Date.parse(acceptedAt) };
  const bytes = writeQrc(head, {
    ...payerFields(command, own),
    ...pricedFields(price),
    ...fields,
    // Comes back in the files: what finds the payment for certain.
    referNo: command.uetr.replaceAll('-', ''),
  });
  return { command, bytes, externalRef };
}

/** Who pays, without telling who: a device and a user id that follow from the account. */
export function payerFields({ debtor }: Pick<LegCommand, 'debtor'>, { token }: Own): QrcFields {
  const deviceID = hash('sha256', debtor.account, 'hex').slice(0, 32);
  return { deviceID, userID: digitsOf(debtor.account, 16), token };
}

export function pricedFields(price: AmountJson): QrcFields {
  const { amount: trxAmt, numeric: trxCurrency } = writeQrcAmount(amountFromJson(price));
  return { trxAmt, trxCurrency };
}

/**
 * What the payee asks for: its own amount as it was told, or the leg's amount at the rate that was told; the leg's, when
 * the payee is paid in that currency. Undefined when nobody has said.
 */
export function priceOf(
  { amount, partnerTerms }: Pick<LegCommand, 'amount' | 'partnerTerms'>,
  wanted: string | undefined,
): AmountJson | undefined {
  const { orderAmount, settlementRate } = partnerTerms ?? {};
  if (orderAmount !== undefined) return orderAmount;
  if (settlementRate === undefined)
    return wanted === undefined || wanted === amount.currency ? amount : undefined;
  const { unitCurrency, quotedCurrency, rate: text } = settlementRate;
  const rate = parseRate(unitCurrency, quotedCurrency, text);
  if (rate === undefined || quotedCurrency !== amount.currency) return undefined;
  return amountToJson(convertToSource(amountFromJson(amount), rate, 'floor'));
}

function emvFields({ creditor }: LegCommand, { text, account, country, ...code }: QrRead): QrcFields {
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

/** The answer about the code has to be named again. */
function urlFields({ qrText, creditor, partnerTerms }: LegCommand): QrcFields {
  return {
    origTrxMsgID: partnerTerms?.quote?.quoteId,
    mpqrcPayload: qrText,
    merchantInfo: { merchantName: creditor.name },
    riskInfo: {},
  };
}

function refused(reason: string, reasonText: string): LegRefusal {
  return { kind: 'refused', reason, reasonText };
}
