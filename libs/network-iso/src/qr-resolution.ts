import { amountJson, type Reason } from '@tonle/contracts';
import { amountFromJson, findCurrency, isPayable, type AmountJson } from '@tonle/money';
import type { FoundPayee, PayeeRefusal, WireReply, WireRequest } from '@tonle/network';
import { z } from 'zod';
import { WIRE } from './message.js';
import { reasonOfPartnerCode, type IsoProfile } from './profile.js';

// The network reads a code itself and tells who stands behind it: JSON, since ISO 20022 has no message for it.

const JSON_TYPE = 'application/json';

const resolution = z.discriminatedUnion('found', [
  z.object({
    found: z.literal(true),
    name: z.string().min(1).max(140),
    displayName: z.string().min(1).max(140).optional(),
    account: z.string().min(1).max(99),
    accountType: z.string().min(1).max(35),
    currency: z.string(),
    amount: amountJson.optional(),
    expiresAt: z.iso.datetime({ offset: true }).optional(),
    reference: z.string().max(140).optional(),
  }),
  z.object({ found: z.literal(false), reason: z.string() }),
]);

/** Who stands behind this code? */
export function resolutionRequest(qrText: string, { payees, timeouts }: IsoProfile): WireRequest {
  return {
    wire: WIRE,
    method: 'POST',
    path: payees.codes?.path ?? '/',
    contentType: JSON_TYPE,
    body: Buffer.from(JSON.stringify({ qrText })),
    operation: 'qr.resolve',
    timeoutMs: timeouts.lookupMs,
  };
}

/** Total: whatever is no answer is silence, and so is a reason that nobody knows. */
export function readResolution(
  reply: WireReply,
  refusals: Readonly<Record<string, Reason>>,
): FoundPayee | PayeeRefusal {
  const read = reply.kind === 'answered' ? resolution.safeParse(parseJson(reply.bytes)) : undefined;
  if (read?.success !== true) return { kind: 'refused', reason: 'partner_silent' };
  const { data } = read;
  if (!data.found) {
    const { reason } = data;
    return {
      kind: 'refused',
      reason: reasonOfPartnerCode(reason, refusals) ?? 'partner_silent',
      detail: reason,
    };
  }
  const { name, displayName, account, accountType, currency, amount, expiresAt, reference } = data;
  if (amount !== undefined && !canBePaid(amount)) return { kind: 'refused', reason: 'partner_silent' };
  return {
    kind: 'found',
    name,
    ...(displayName !== undefined && { displayName }),
    account,
    accountType,
    currency,
    ...(amount !== undefined && { amount }),
    ...(expiresAt !== undefined && { codeExpiresMs: Date.parse(expiresAt) }),
    ...(reference !== undefined && { remittance: reference }),
  };
}

/** Of a currency that we know, and no part of what is paid in it. */
function canBePaid({ currency, minor }: AmountJson): boolean {
  return findCurrency(currency) !== undefined && isPayable(amountFromJson({ currency, minor }));
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
