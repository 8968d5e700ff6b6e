import { readQr } from '@tonle/emvqr';
import type { Account, Agent, CustomerPayment, ProxyReply, ProxyRequest } from '@tonle/iso20022';
import { parseAmount } from '@tonle/money';
import { isoTime, type Messages } from './messages.js';
import type { PayeeRules } from './payees.js';
import type { IsoScheme } from './scheme.js';

const EPOCH_MS = /^\d{13}$/;

export type Resolution =
  | {
      readonly found: true;
      readonly name: string;
      readonly displayName: string;
      readonly account: string;
      readonly accountType: string;
      readonly currency: string;
      readonly amount?: { readonly currency: string; readonly minor: string };
      readonly expiresAt?: string;
      readonly reference?: string;
    }
  | { readonly found: false; readonly reason: string };

/** What stands behind the text of one of the network's codes. */
export function resolveQr(
  qrText: string | undefined,
  scheme: Pick<IsoScheme, 'codes' | 'country' | 'currency'>,
  payees: PayeeRules,
  now: number,
): Resolution {
  const { country, currency, codes } = scheme;
  // Of a code with accounts of several networks it pays its own.
  const own = codes === undefined ? undefined : [codes.sample.scheme];
  const reading = qrText === undefined ? undefined : readQr(qrText, now, own);
  if (reading?.kind !== 'read' || reading.country !== country) return { found: false, reason: 'DS14' };
  const { account, amount, payeeName } = reading;
  const expiry = expiryOf(account.fields, codes?.expiry);
  if (expiry !== undefined && expiry <= now) return { found: false, reason: 'DS24' };
  const payee = payees.find(account.account, account.accountType);
  if (payee.kind === 'missing') return { found: false, reason: payee.reason };
  const parsed = amount === undefined ? undefined : parseAmount(currency, amount);
  if (parsed?.kind === 'refused') return { found: false, reason: 'DS14' };
  return {
    found: true,
    name: payee.name,
    displayName: payeeName ?? payee.name,
    account: payee.account,
    accountType: payee.accountType,
    currency,
    ...(parsed === undefined ? {} : { amount: { currency, minor: parsed.amount.minor.toString() } }),
    ...(expiry === undefined ? {} : { expiresAt: isoTime(expiry) }),
    ...(account.fields['reference1'] === undefined ? {} : { reference: account.fields['reference1'] }),
  };
}

/** The text that a question about a code has. */
export function qrTextOf(body: Buffer): string | undefined {
  try {
    const read = (JSON.parse(body.toString('utf8')) as { qrText?: unknown } | null)?.qrText;
    return typeof read === 'string' ? read : undefined;
  } catch {
    return undefined;
  }
}

/** When a code ends, where the network has a field for it. */
function expiryOf(
  fields: Readonly<Record<string, string>>,
  rule: NonNullable<IsoScheme['codes']>['expiry'],
): number | undefined {
  const value = rule === undefined ? undefined : fields[rule.field];
  if (rule === undefined || value?.startsWith(rule.mark) !== true) return undefined;
  const text = value.slice(rule.mark.length);
  return EPOCH_MS.test(text) ? Number(text) : undefined;
}

/** The answer to an acmt.023. */
export function proxyReplyTo(
  request: ProxyRequest,
  messages: Messages,
  payees: PayeeRules,
  at: number,
): ProxyReply {
  const asked = idOf(request.account, request.agent);
  const payee = payees.find(asked?.id ?? '', asked?.type);
  const reply = {
    kind: 'proxy_reply' as const,
    messageId: messages.id(at),
    createdAt: isoTime(at),
    originalMessageId: request.messageId,
    originalVerificationId: request.verificationId,
    assigner: messages.agent,
    assignee: request.assigner,
    account: request.account,
  };
  return payee.kind === 'found'
    ? { ...reply, verified: true, party: { name: payee.name }, agent: messages.agent }
    : { ...reply, verified: false, reason: payee.reason };
}

/** The payee: the proxy when one is given, else the account. */
export function payeeOf(
  { creditorAccount, creditorAgent }: CustomerPayment,
  { members }: Pick<IsoScheme, 'members'>,
): { id: string; type?: string } {
  return idOf(creditorAccount, members?.headAccounts === false ? undefined : creditorAgent) ?? { id: '' };
}

/** What an account is known by: its proxy, else its number, behind its bank's where that is named; undefined when it has neither. */
export function idOf(account: Account | undefined, bank?: Agent): { id: string; type?: string } | undefined {
  if (account?.proxy !== undefined) return { id: account.proxy.id, type: account.proxy.type };
  return account?.id === undefined
    ? undefined
    : { id: `${bank?.memberId ?? ''}${account.id}`, type: account.scheme };
}
