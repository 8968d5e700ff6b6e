import { readQr } from '@tonle/emvqr';
import type { Account, CustomerPayment, ProxyReply, ProxyRequest } from '@tonle/iso20022';
import { parseAmount } from '@tonle/money';
import { isoTime, type Messages } from './messages.js';
import type { PayeeRules } from './payees.js';
import type { IsoScheme } from './scheme.js';

const EPOCH_MS = /^\d{13}$/;

/** What stands behind the text of one of the network's codes. */
export function resolveQr(
  body: Buffer,
  scheme: Pick<IsoScheme, 'codes' | 'country' | 'currency'>,
  payees: PayeeRules,
  now: number,
): unknown {
  const { country, currency, codes } = scheme;
  const qrText = qrTextOf(body);
  const reading = qrText === undefined ? undefined : readQr(qrText, now);
  if (reading?.kind !== 'read' || reading.country !== country) return { found: false, reason: 'DS14' };
  const { account, amount, payeeName } = reading;
  const expiry = expiryOf(account.fields['reference2'], codes?.expiryReference);
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

function qrTextOf(body: Buffer): string | undefined {
  try {
    const read = (JSON.parse(body.toString('utf8')) as { qrText?: unknown } | null)?.qrText;
    return typeof read === 'string' ? read : undefined;
  } catch {
    return undefined;
  }
}

/** Codes carry no expiry; a second reference with the network's mark gives one. */
function expiryOf(reference: string | undefined, mark: string | undefined): number | undefined {
  if (mark === undefined || reference?.startsWith(mark) !== true) return undefined;
  const text = reference.slice(mark.length);
  return EPOCH_MS.test(text) ? Number(text) : undefined;
}

/** The answer to an acmt.023. */
export function proxyReplyTo(
  request: ProxyRequest,
  messages: Messages,
  payees: PayeeRules,
  at: number,
): ProxyReply {
  const asked = idOf(request.account);
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
export function payeeOf(payment: CustomerPayment): { id: string; type?: string } {
  return idOf(payment.creditorAccount) ?? { id: '' };
}

/** What an account is known by: its proxy, else its number; undefined when it has neither. */
export function idOf(account: Account | undefined): { id: string; type?: string } | undefined {
  if (account?.proxy !== undefined) return { id: account.proxy.id, type: account.proxy.type };
  return account?.id === undefined ? undefined : { id: account.id, type: account.scheme };
}
