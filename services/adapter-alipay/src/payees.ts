import { plainText, refused } from '@tonle/contracts';
import type { FoundPayee, PayeeRefusal, Payees, WantedPayee, WireReply } from '@tonle/network';
import { call, orderAnswer } from '@tonle/network-aplus';
import { RESULTS } from './codes.js';
import type { AlipaySettings } from './settings.js';

const DECODE = 'userInitiatedPay';
const LOOKUP_MS = 4_000;
/** Longest text beside a payment. */
const REMITTANCE_MAX = 140;

/** Payees of order codes: Alipay+ decodes them, and names the order that is paid. */
export function alipayPayees({ mppId }: AlipaySettings): Payees {
  return {
    ask: ({ code }) =>
      code === undefined
        ? refused('account_unknown', 'Alipay+ is paid by QR code alone.')
        : {
            kind: 'ask',
            request: { ...call(DECODE, { mppId, codeValue: code.text }), timeoutMs: LOOKUP_MS },
          },
    read: readOrder,
  };
}

/** Total: what does not answer the question is silence. */
function readOrder(reply: WireReply, { currencies }: WantedPayee): FoundPayee | PayeeRefusal {
  const read = RESULTS.read(reply);
  if (read.kind !== 'result') return refused('partner_silent');
  if (read.means !== 'done') return refused(read.refusal ?? 'partner_silent', read.code);
  const found = orderAnswer.safeParse(read.body);
  if (!found.success) return refused('partner_silent');
  const { paymentRequestId, paymentAmount, payToAmount, paymentQuote, paymentExpiryTime } = found.data;
  const { orderDescription, merchant } = found.data.order;
  // Of an entry code the payer names the amount.
  const currency = paymentAmount?.currency ?? currencies[0]!;
  if (currency !== currencies[0]) return refused('payee_not_eligible');
  const partnerTerms = {
    ...(payToAmount !== undefined && { orderAmount: payToAmount }),
    ...(paymentQuote !== undefined && { quote: paymentQuote }),
  };
  return {
    kind: 'found',
    name: merchant.merchantName,
    account: paymentRequestId,
    accountType: 'ORDER',
    currency,
    ...(paymentAmount !== undefined && { amount: paymentAmount }),
    ...(paymentExpiryTime !== undefined && { codeExpiresMs: Date.parse(paymentExpiryTime) }),
    ...(orderDescription !== undefined && { remittance: plainText(orderDescription, REMITTANCE_MAX) }),
    partnerTerms,
  };
}
