import { refused } from '@tonle/contracts';
import { amountToJson, parseAmount } from '@tonle/money';
import type { FoundPayee, PayeeRefusal, Payees, WantedPayee, WireReply } from '@tonle/network';
import { z } from 'zod';
import { onWire, readAccount, type PayeeAccount } from './account.js';
import { apiRequest, readApi, type JsonQuestions } from './json-api.js';
import type { IsoProfile } from './profile.js';

const answered = z.object({
  AccountNumber: z.string(),
  BenId: z.string().optional(),
  AccountName: z.string().min(1).max(140),
  Currency: z.string().optional(),
  /** Whole or decimal, in the currency's own unit. */
  Amount: z
    .string()
    .regex(/^\d{1,15}(\.\d{1,2})?$/)
    .optional(),
  Remark: z.string().max(140).optional(),
});
type Answered = z.infer<typeof answered>;

/** Payees that are asked for in JSON: what code or account says is read here, the network tells the name. */
export function jsonPayees(profile: IsoProfile, api: JsonQuestions): Payees {
  const { timeouts, payees } = profile;
  return {
    ask: (wanted) => {
      const { lookupId, code } = wanted;
      if (code !== undefined && payees.codes === undefined)
        return refused('qr_not_served', `${profile.id} does not support QR codes.`);
      const payee = payeeOf(wanted, profile);
      if (payee === undefined) return refused('account_unknown', 'This is not an account of this network.');
      const request =
        code === undefined
          ? apiRequest('account.lookup', api.paths.account, lookupId, namesOf(payee, profile))
          : apiRequest('qr.resolve', api.paths.code, lookupId, { QrData: code.text });
      return { kind: 'ask', request: { ...request, timeoutMs: timeouts.lookupMs } };
    },
    read: (reply, wanted) => readPayee(reply, wanted, profile, api),
  };
}

/** What the payer wrote, or what the code says. */
function payeeOf(
  { code, account, accountType }: WantedPayee,
  { payees }: IsoProfile,
): PayeeAccount | undefined {
  return code === undefined
    ? readAccount(account ?? '', accountType, payees)
    : readAccount(code.account.account, code.account.accountType, payees);
}

/** Bank and account as the network calls them. */
function namesOf(payee: PayeeAccount, profile: IsoProfile): Record<string, string | undefined> {
  const { account, bank } = onWire(payee, profile);
  return { BenId: bank?.memberId, AccountNumber: account.id, AccountType: payee.accountType };
}

/** Total. An answer about another account, or another amount than the code's, is none. */
function readPayee(
  reply: WireReply,
  wanted: WantedPayee,
  profile: IsoProfile,
  api: JsonQuestions,
): FoundPayee | PayeeRefusal {
  const answer = readApi(reply, wanted.lookupId, api.errors);
  if (answer.kind === 'unreadable') {
    const { unmapped } = answer;
    return { kind: 'refused', reason: 'partner_silent', ...(unmapped !== undefined && { unmapped }) };
  }
  if (answer.kind === 'error') return refused(answer.refusal ?? 'payee_unknown', answer.code);
  const payee = payeeOf(wanted, profile);
  const read = answered.safeParse(answer.data);
  const currency = wanted.code?.currency ?? wanted.currencies[0];
  if (!read.success || payee === undefined || currency === undefined) return refused('partner_silent');
  const { BenId, AccountNumber } = namesOf(payee, profile);
  const { data } = read;
  if (
    data.BenId !== BenId ||
    data.AccountNumber !== AccountNumber ||
    (data.Currency ?? currency) !== currency
  )
    return refused('partner_silent', 'The network answered about another account.');
  return found(payee, currency, data, wanted);
}

function found(
  payee: PayeeAccount,
  currency: string,
  { AccountName, Amount, Remark }: Answered,
  { code }: WantedPayee,
): FoundPayee | PayeeRefusal {
  const [said, written] = [Amount, code?.amount].map((text) =>
    text === undefined ? undefined : parseAmount(currency, text),
  );
  if (written?.kind === 'refused') return refused(written.reason);
  if (said?.kind === 'refused')
    return refused('partner_silent', 'The network answered with an amount that nobody can pay.');
  if (said !== undefined && written !== undefined && said.amount.minor !== written.amount.minor)
    return refused('partner_silent', 'The network answered with another amount than the code has.');
  const amount = (written ?? said)?.amount;
  const remittance = Remark ?? code?.additional['purposeOfTransaction'] ?? code?.additional['billNumber'];
  return {
    kind: 'found',
    name: AccountName,
    ...payee,
    currency,
    ...(amount !== undefined && { amount: amountToJson(amount) }),
    ...(code?.expiresAtMs !== undefined && { codeExpiresMs: code.expiresAtMs }),
    ...(remittance !== undefined && { remittance }),
  };
}
