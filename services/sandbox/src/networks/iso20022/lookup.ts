import { readQr } from '@tonle/emvqr';
import type { Payment, ProxyReply, ProxyRequest } from '@tonle/iso20022';
import { parseAmount } from '@tonle/money';
import { findThaiPayee } from './payees.js';
import { isoTime, THAI_AGENT } from './messages.js';

/** A second reference that gives a code an expiry: the sandbox's own rule, Thai codes have none. */
const EXPIRY_REFERENCE = /^EXP(\d{13})$/;

/** What stands behind the text of a Thai code. */
export function resolveQr(body: Buffer, now: number): unknown {
  let qrText: unknown;
  try {
    qrText = (JSON.parse(body.toString('utf8')) as { qrText?: unknown } | null)?.qrText;
  } catch {
    qrText = undefined;
  }
  const reading = typeof qrText === 'string' ? readQr(qrText, now) : undefined;
  if (reading?.kind !== 'read' || reading.country !== 'TH') return { found: false, reason: 'DS14' };
  const { account, amount, payeeName } = reading;
  const expiry = EXPIRY_REFERENCE.exec(account.fields['reference2'] ?? '')?.[1];
  if (expiry !== undefined && Number(expiry) <= now) return { found: false, reason: 'DS24' };
  const finding = findThaiPayee(account.account, account.accountType);
  if (finding.kind === 'missing') return { found: false, reason: finding.reason };
  const parsed = amount === undefined ? undefined : parseAmount('THB', amount);
  if (parsed?.kind === 'refused') return { found: false, reason: 'DS14' };
  return {
    found: true,
    name: finding.name,
    displayName: payeeName ?? finding.name,
    account: finding.account,
    accountType: finding.accountType,
    currency: 'THB',
    ...(parsed === undefined ? {} : { amount: { currency: 'THB', minor: parsed.amount.minor.toString() } }),
    ...(expiry === undefined ? {} : { expiresAt: isoTime(Number(expiry)) }),
    ...(account.fields['reference1'] === undefined ? {} : { reference: account.fields['reference1'] }),
  };
}

/** The answer to an acmt.023. */
export function proxyReplyTo(request: ProxyRequest, messageId: string, at: number): ProxyReply {
  const asked = proxyOf(request);
  const finding = findThaiPayee(asked?.id ?? '', asked?.type);
  const reply = {
    kind: 'proxy_reply' as const,
    messageId,
    createdAt: isoTime(at),
    originalMessageId: request.messageId,
    originalVerificationId: request.verificationId,
    assigner: THAI_AGENT,
    assignee: request.assigner,
    account: request.account,
  };
  return finding.kind === 'found'
    ? { ...reply, verified: true, party: { name: finding.name }, agent: THAI_AGENT }
    : { ...reply, verified: false, reason: finding.reason };
}

/** The payee: the proxy when one is given, else the account. */
export function payeeOf(payment: Payment): { id: string; type?: string } {
  const account = payment.creditorAccount;
  if (account?.proxy !== undefined) return { id: account.proxy.id, type: account.proxy.type };
  return { id: account?.id ?? '', type: account?.scheme };
}

export function proxyOf(request: ProxyRequest): { id: string; type?: string } | undefined {
  const { account } = request;
  if (account?.proxy !== undefined) return { id: account.proxy.id, type: account.proxy.type };
  return account?.id === undefined ? undefined : { id: account.id, type: account.scheme };
}
