import { plainText, refused, type PartnerTerms } from '@tonle/contracts';
import {
  amount,
  amountFromJson,
  amountToJson,
  currency as currencyOf,
  formatRate,
  parseAmount,
  rateBetween,
  type Amount,
  type AmountJson,
} from '@tonle/money';
import {
  meaningOfCode,
  type FoundPayee,
  type PayeeQuestion,
  type PayeeRefusal,
  type Payees,
  type WantedPayee,
  type WireReply,
} from '@tonle/network';
import {
  digitsOf,
  messageIdOf,
  qrcQuestion,
  questionIdOf,
  readQrcAmount,
  readQrcAnswer,
  SETTLEMENT,
  textOf,
  writeQrcAmount,
} from '@tonle/network-upi';
import { CODES } from './codes.js';
import type { UnionPaySettings } from './settings.js';

const NAME_MAX = 140;
/** Of a code without an amount the rate is asked for so many units. */
const UNITS = 100_000n;
const RATE_DIGITS = 8;

/** A payee, and what it asks for in its own currency. */
interface Priced extends Pick<FoundPayee, 'name' | 'account' | 'accountType' | 'codeExpiresMs'> {
  /** Undefined: the payer enters it. */
  readonly order?: AmountJson;
  readonly orderCurrency: string;
}

/** Payees of UnionPay codes: EMV codes say all themselves, addresses of the mainland are asked about; then the rate. */
export function unionPayPayees({ institution }: Pick<UnionPaySettings, 'institution'>): Payees {
  return {
    ask: (wanted) => {
      if (wanted.code === undefined)
        return refused('account_unknown', 'UnionPay is paid by QR code, not by account.');
      if (wanted.code.scheme === 'UNIONPAY_URL') return askCode(wanted, institution);
      const priced = pricedOfCode(wanted);
      return priced.kind === 'refused' ? priced : priceIn(priced.payee, wanted, institution);
    },
    read: (reply, wanted, earlier = []) => {
      const url = wanted.code!.scheme === 'UNIONPAY_URL';
      const priced = url ? pricedOfAnswer(earlier[0] ?? reply, wanted) : pricedOfCode(wanted);
      if (priced.kind === 'refused') return priced;
      if (url && earlier.length === 0) return priceIn(priced.payee, wanted, institution);
      return readRate(reply, priced.payee, wanted, institution);
    },
  };
}

function askCode({ code, lookupId, at }: WantedPayee, institution: string): PayeeQuestion {
  const fields = {
    deviceID: digitsOf(lookupId, 32),
    userID: digitsOf(lookupId, 16),
    mpqrcPayload: code!.text,
  };
  const msgID = messageIdOf(institution, lookupId);
  return { kind: 'ask', request: qrcQuestion('QRC_INFO_INQUIRY', { msgID, insID: institution, at }, fields) };
}

type PricedOrNot = { readonly kind: 'priced'; readonly payee: Priced } | PayeeRefusal;

function pricedOfCode({ code }: WantedPayee): PricedOrNot {
  const { account, payeeName, currency, amount: text, expiresAtMs: codeExpiresMs } = code!;
  if (currency === undefined) return refused('qr_unreadable', 'The QR code names no currency.');
  const parsed = text === undefined ? undefined : parseAmount(currency, text);
  if (parsed?.kind === 'refused') return refused(parsed.reason);
  const order = parsed === undefined ? undefined : amountToJson(parsed.amount);
  const { account: number, accountType } = account;
  const name = plainText(payeeName ?? number, NAME_MAX);
  return {
    kind: 'priced',
    payee: { name, account: number, accountType, codeExpiresMs, order, orderCurrency: currency },
  };
}

function pricedOfAnswer(reply: WireReply, { code }: WantedPayee): PricedOrNot {
  const answer = readQrcAnswer(reply);
  const trouble = troubleOf(answer);
  if (trouble !== undefined || 'kind' in answer) return trouble ?? refused('partner_silent');
  const { trxInfo } = answer;
  const [numeric, text] = [textOf(trxInfo, 'trxCurrency'), textOf(trxInfo, 'trxAmt')];
  const order = readQrcAmount(text, numeric);
  const unit = readQrcAmount('1', numeric);
  if (unit === undefined || (text !== undefined && order === undefined))
    return refused('partner_silent', 'UnionPay answered with an unusable amount.');
  // Cash is not paid out (merchant category 6011).
  if (textOf(trxInfo, 'mcc') === '6011') return refused('payee_not_eligible', 'The QR code is for cash.');
  const { account, accountType } = code!.account;
  const name = plainText(textOf(trxInfo, 'merchantName') ?? account, NAME_MAX);
  return { kind: 'priced', payee: { name, account, accountType, order, orderCurrency: unit.currency } };
}

/** Found at once when the payee is paid in what we settle in; else what its amount is in that is asked. */
function priceIn(payee: Priced, wanted: WantedPayee, institution: string): FoundPayee | PayeeQuestion {
  const { order, orderCurrency } = payee;
  if (orderCurrency === SETTLEMENT) return found(payee, order, quoteOf(wanted, institution, SETTLEMENT, '1'));
  const asked = order === undefined ? unitsOf(orderCurrency) : amountFromJson(order);
  const { amount: origAmt, numeric: origCurrency } = writeQrcAmount(asked);
  const { numeric: exchangeCurrency } = writeQrcAmount(amount(SETTLEMENT, 100n));
  const { lookupId, at } = wanted;
  const head = { msgID: questionIdOf(institution, lookupId, at), insID: institution, at };
  const fields = { origCurrency, origAmt, exchangeCurrency };
  return { kind: 'ask', request: qrcQuestion('EXCHANGE_RATE_INQUIRY', head, fields) };
}

/** What the payee's amount is in the currency that we settle in, as UnionPay converts it now. */
function readRate(
  reply: WireReply,
  payee: Priced,
  wanted: WantedPayee,
  institution: string,
): FoundPayee | PayeeRefusal {
  const answer = readQrcAnswer(reply);
  const trouble = troubleOf(answer);
  if (trouble !== undefined || 'kind' in answer) return trouble ?? refused('partner_silent');
  const text = textOf(answer.trxInfo, 'exchangeAmt');
  const exchanged = text === undefined ? undefined : parseAmount(SETTLEMENT, text);
  if (exchanged?.kind !== 'ok') return refused('partner_silent', 'UnionPay gave no rate for this currency.');
  const { order, orderCurrency } = payee;
  const from = order === undefined ? unitsOf(orderCurrency) : amountFromJson(order);
  const rate = formatRate(rateBetween(from, exchanged.amount, RATE_DIGITS));
  const settlementRate = { unitCurrency: orderCurrency, quotedCurrency: SETTLEMENT, rate };
  const terms = { ...quoteOf(wanted, institution, orderCurrency, rate), settlementRate };
  return order === undefined
    ? found(payee, undefined, terms)
    : found(payee, amountToJson(exchanged.amount), { ...terms, orderAmount: order });
}

/** An address is paid under the message that asked about it: so the partner knows its price. */
function quoteOf(
  { code, lookupId }: WantedPayee,
  institution: string,
  unitCurrency: string,
  rate: string,
): PartnerTerms {
  if (code!.scheme !== 'UNIONPAY_URL') return {};
  const quoteId = messageIdOf(institution, lookupId);
  return { quote: { quoteId, unitCurrency, quotedCurrency: SETTLEMENT, rate } };
}

function unitsOf(code: string): Amount {
  return amount(code, UNITS * 10n ** BigInt(currencyOf(code).scale));
}

function troubleOf(answer: ReturnType<typeof readQrcAnswer>): PayeeRefusal | undefined {
  if ('kind' in answer) return refused('partner_silent');
  const meaning = meaningOfCode(CODES.responses, answer.msgResponse.responseCode);
  if (meaning?.means === 'approved') return undefined;
  return refused(meaning?.refusal ?? 'partner_silent', answer.msgResponse.responseMsg);
}

function found(payee: Priced, fixed: AmountJson | undefined, terms: PartnerTerms): FoundPayee {
  const { order: _order, orderCurrency: _currency, ...known } = payee;
  const partnerTerms = Object.keys(terms).length === 0 ? undefined : terms;
  return { kind: 'found', ...known, currency: SETTLEMENT, amount: fixed, partnerTerms };
}
