import type { QrRead } from '@tonle/emvqr';
import { amountToJson, parseAmount } from '@tonle/money';
import {
  meaningOfText,
  type FoundPayee,
  type PayeeRefusal,
  type Payees,
  type WantedPayee,
  type WireReply,
} from '@tonle/network';
import { plainText, refused } from '@tonle/contracts';
import { CODES } from './codes.js';
import { apiRequest, readApi } from './open-api.js';
import { bakongAccountId } from './parties.js';

const NAME_MAX = 140;
const CURRENCY = 'KHR';

/** Payees of KHQR codes and Bakong accounts. The network says whether an account is there, but gives no name. */
export const bakongPayees: Payees = {
  ask: (wanted) => {
    const payee = payeeOf(wanted);
    if (payee.kind === 'refused') return payee;
    const { account } = payee;
    const request = apiRequest('check_bakong_account', { accountId: account });
    return { kind: 'ask', request, railDomain: account.slice(account.indexOf('@') + 1) };
  },
  read: (reply, wanted) => accountTrouble(reply) ?? payeeOf(wanted),
};

/** The payee as code or account names it: the name is the code's tag 59, else the account id itself. */
function payeeOf({ code, account: text, currencies }: WantedPayee): FoundPayee | PayeeRefusal {
  if (code !== undefined) return payeeOfCode(code, currencies);
  const account = bakongAccountId(text ?? '');
  if (account === undefined) return refused('account_unknown', 'This is not a Bakong account id.');
  return {
    kind: 'found',
    account,
    accountType: 'bakong',
    name: account,
    currency: currencies[0] ?? CURRENCY,
  };
}

/** A merchant is paid in the currency of its code, when the corridor serves it. */
function payeeOfCode(code: QrRead, currencies: readonly string[]): FoundPayee | PayeeRefusal {
  const { currency } = code;
  if (currency === undefined || !currencies.includes(currency))
    return refused(
      'payee_not_eligible',
      `The QR code asks for ${currency ?? 'no currency'}, but payment is in ${currencies.join(' or ')}.`,
    );
  const account = bakongAccountId(code.account.account);
  if (account === undefined) return refused('qr_unreadable', 'The account in the QR code is malformed.');
  const amount = code.amount === undefined ? undefined : parseAmount(currency, code.amount);
  if (amount?.kind === 'refused') return refused(amount.reason);
  return {
    kind: 'found',
    account,
    accountType: 'bakong',
    name: plainText(code.payeeName ?? account, NAME_MAX),
    currency,
    amount: amount === undefined ? undefined : amountToJson(amount.amount),
    codeExpiresMs: code.expiresAtMs,
    remittance: labelsOf(code),
  };
}

/** What the merchant needs to know its payment by: its own id behind a shared account, bill, store and terminal. */
function labelsOf(code: QrRead): string | undefined {
  const { merchantId, accountInformation } = code.account.fields;
  const { billNumber, storeLabel, terminalLabel } = code.additional;
  const labels = [merchantId, accountInformation, billNumber, storeLabel, terminalLabel].filter(
    (each) => each !== undefined && each !== '',
  );
  return labels.length === 0 ? undefined : plainText(labels.join(' '), 100);
}

function accountTrouble(reply: WireReply): PayeeRefusal | undefined {
  const answer = readApi(reply);
  if (answer.kind === 'data') return undefined;
  if (answer.kind === 'account') return refused(answer.refusal ?? 'partner_silent');
  const said = 'responseMessage' in answer ? answer.responseMessage : '';
  return refused(meaningOfText(CODES.accountWords, said)?.refusal ?? 'partner_silent');
}
