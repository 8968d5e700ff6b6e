import { payable, readQr } from '@tonle/emvqr';
import { readIso, type ProxyRequest } from '@tonle/iso20022';
import type { Clock } from '@tonle/platform';
import type { DirectoryCopy } from '@tonle/network';
import { amountJson, uuid, type LookupAnswer, type LookupRequest, type Reason } from '@tonle/contracts';
import { type CorridorBody } from '@tonle/directory';
import { z } from 'zod';
import { accountOf } from './credit/credit.js';
import { thaiAccount } from './proxy.js';
import type { EvidenceLog } from '@tonle/network';
import { ACMT_023, writeToThai } from './wire/messages.js';
import { JSON_TYPE, XML, type ThaiReply, type ThaiWire } from './wire/thai-wire.js';

/** Partners are asked right before a payment; a name is never kept longer (partners 5). */
export const ACCOUNT_LOOKUP_MS = 120_000;
const LOOKUP_MS_MAX = 3_000;

const resolved = z.discriminatedUnion('found', [
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

/** ISO reasons of the Thai side -> our registry. Another reason is no answer. */
const REASON_OF: Readonly<Record<string, Reason>> = {
  BE23: 'payee_unknown',
  AC01: 'account_unknown',
  AC04: 'account_closed',
  AC06: 'account_blocked',
  AG01: 'payee_not_eligible',
  DS14: 'qr_unreadable',
  DS24: 'qr_expired',
};

export interface LookupSources {
  readonly wire: ThaiWire;
  readonly directory: DirectoryCopy;
  readonly evidence: EvidenceLog;
  readonly clock: Clock;
  readonly bic: string;
}

/** Finds the payee of a Thai code (the switch reads the code itself) or of a proxy or account (acmt.023). */
export async function lookUp(request: LookupRequest, sources: LookupSources): Promise<LookupAnswer> {
  if (!uuid.safeParse(request.lookupId).success) return refused('lookup_unknown');
  sources.directory.assertLoaded();
  const corridor = sources.directory.findCorridor(request.corridor);
  if (corridor === undefined) return refused('corridor_unknown');
  return request.qrText === undefined
    ? lookUpAccount(request, corridor, sources)
    : lookUpCode(request.lookupId, request.qrText, corridor, sources);
}

async function lookUpCode(
  lookupId: string,
  qrText: string,
  corridor: CorridorBody,
  sources: LookupSources,
): Promise<LookupAnswer> {
  const now = sources.clock.now();
  const trouble = troubleOfCode(qrText, now);
  if (trouble !== undefined) return trouble;
  const body = Buffer.from(JSON.stringify({ qrText }));
  const reply = await ask(sources, {
    path: '/qr/resolve',
    contentType: JSON_TYPE,
    body,
    subject: lookupId,
    operation: 'qr.resolve',
  });
  const found =
    reply.exchange.kind === 'answered' ? resolved.safeParse(parseJson(reply.exchange.bytes)) : undefined;
  if (found?.success !== true) return refused('partner_silent');
  if (!found.data.found) return refused(REASON_OF[found.data.reason] ?? 'partner_silent', found.data.reason);
  const { name, displayName, account, accountType, currency, amount, expiresAt, reference } = found.data;
  if (!corridor.partner.currencies.includes(currency)) return refused('payee_not_eligible');
  const lasts = Math.min(
    now + corridor.timers.quoteMs,
    expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt),
  );
  return {
    kind: 'found',
    creditor: { name, account, accountType, country: corridor.partner.country },
    displayName: displayName ?? name,
    creditorAgent: corridor.partner.network,
    currency,
    amount,
    qrExpiresAt: expiresAt,
    validUntil: new Date(lasts).toISOString(),
    remittance: reference,
  };
}

/** What is wrong with a code that nobody has to be asked about. */
function troubleOfCode(qrText: string, now: number): LookupAnswer | undefined {
  const code = payable(readQr(qrText, now));
  if (code.kind === 'unpaid') return refused(code.reason, code.detail);
  return code.scheme.startsWith('THAI_') ? undefined : refused('qr_not_served', `the code is ${code.scheme}`);
}

async function lookUpAccount(
  request: LookupRequest,
  corridor: CorridorBody,
  sources: LookupSources,
): Promise<LookupAnswer> {
  const payee = thaiAccount(request.account ?? '', request.accountType);
  if (payee === undefined) return refused('account_unknown', 'not a Thai proxy or account');
  const now = sources.clock.now();
  const network = sources.directory.participant(corridor.partner.network)?.bic;
  if (network === undefined) return refused('participant_unknown');
  const createdAt = new Date(now).toISOString();
  const messageId = `LKP${request.lookupId.replaceAll('-', '')}`;
  const message: ProxyRequest = {
    kind: 'proxy_request',
    messageId,
    createdAt,
    verificationId: messageId,
    assigner: { bic: sources.bic },
    assignee: { bic: network },
    account: accountOf(payee),
  };
  const body = writeToThai(
    message,
    ACMT_023,
    { from: { bic: sources.bic }, to: { bic: network } },
    createdAt,
  );
  const reply = await ask(sources, {
    path: '/iso20022/acmt.023',
    contentType: XML,
    body,
    subject: request.lookupId,
    operation: 'acmt.023',
  });
  const reading = reply.exchange.kind === 'answered' ? readIso(reply.exchange.bytes) : undefined;
  const answer =
    reading?.kind === 'read' && reading.message.kind === 'proxy_reply' ? reading.message : undefined;
  if (answer?.originalMessageId !== messageId) return refused('partner_silent');
  const name = answer.party?.name;
  if (!answer.verified || name === undefined)
    return refused(REASON_OF[answer.reason ?? ''] ?? 'payee_unknown', answer.reason);
  return {
    kind: 'found',
    creditor: { name, ...payee, country: corridor.partner.country },
    displayName: name,
    creditorAgent: corridor.partner.network,
    currency: corridor.partner.currencies[0]!,
    validUntil: new Date(now + ACCOUNT_LOOKUP_MS).toISOString(),
  };
}

/** One retry when nothing was sent or said (domain 6.5): a lookup moves no money. */
async function ask(
  sources: LookupSources,
  request: { path: string; contentType: string; body: Uint8Array; subject: string; operation: string },
): Promise<ThaiReply> {
  const once = (): Promise<ThaiReply> =>
    sources.wire.ask({ ...request, method: 'POST', timeoutMs: LOOKUP_MS_MAX });
  let reply = await once();
  for (const each of reply.evidence) sources.evidence.keep(each);
  if (reply.exchange.kind !== 'answered' && reply.exchange.because !== 'timeout') {
    reply = await once();
    for (const each of reply.evidence) sources.evidence.keep(each);
  }
  return reply;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

function refused(reason: Reason, detail?: string): LookupAnswer {
  return { kind: 'refused', reason, ...(detail !== undefined && { detail }) };
}
