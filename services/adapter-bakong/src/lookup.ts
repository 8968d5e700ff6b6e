import { payable, readQr, type QrRead } from '@tonle/emvqr';
import { amountToJson, parseAmount, type AmountJson } from '@tonle/money';
import type { Clock } from '@tonle/platform';
import { plainText, type DirectoryCopy } from '@tonle/network';
import type { CorridorBody } from '@tonle/directory';
import type { LookupAnswer, LookupRequest, Reason } from '@tonle/contracts';
import { bakongAccountId } from './core/parties.js';
import type { OpenApiClient } from './open-api/open-api.client.js';

/** What was found for an account may be paid on for so long (partners are asked right before a payment). */
export const ACCOUNT_LOOKUP_MS = 120_000;
const NAME_MAX = 140;

export interface LookupSources {
  readonly api: OpenApiClient;
  readonly directory: DirectoryCopy;
  readonly clock: Clock;
}

interface Payee {
  readonly account: string;
  /** The network gives no name: it is the code's tag 59, else the account id itself. */
  readonly name: string;
  readonly currency: string;
  readonly amount?: AmountJson;
  readonly qrExpiresAtMs?: number;
  readonly remittance?: string;
}

/**
 * Finds the payee of a KHQR code or a Bakong account. Refuses, in this order: what cannot be read or was changed,
 * other schemes, expired codes, codes in a currency that the corridor does not pay in, unknown agents, and what
 * the network says about the account.
 */
export async function lookUp(request: LookupRequest, sources: LookupSources): Promise<LookupAnswer> {
  const { directory, clock } = sources;
  directory.assertLoaded();
  const corridor = directory.findCorridor(request.corridor);
  if (corridor === undefined) return refused('corridor_unknown');
  const payee = payeeOf(request, corridor, clock.now());
  if ('kind' in payee) return payee;
  const agent = directory.participantOfRailDomain(payee.account.slice(payee.account.indexOf('@') + 1));
  if (agent === undefined) return refused('participant_unknown', 'no participant has this account domain');
  const wrong = await accountTrouble(sources.api, payee.account, request.lookupId);
  if (wrong !== undefined) return wrong;
  const validUntil = validityOf(request, payee, corridor, clock.now());
  return {
    kind: 'found',
    creditor: { name: payee.name, account: payee.account, accountType: 'bakong', country: 'KH' },
    displayName: payee.name,
    creditorAgent: agent.participantId,
    currency: payee.currency,
    amount: payee.amount,
    qrExpiresAt: payee.qrExpiresAtMs === undefined ? undefined : new Date(payee.qrExpiresAtMs).toISOString(),
    validUntil: new Date(validUntil).toISOString(),
    remittance: payee.remittance,
  };
}

function payeeOf(
  request: LookupRequest,
  corridor: CorridorBody,
  now: number,
): Payee | (LookupAnswer & { kind: 'refused' }) {
  const paidIn = corridor.home.currencies[0] ?? 'KHR';
  if (request.qrText !== undefined) return payeeOfCode(request.qrText, paidIn, now);
  const account = bakongAccountId(request.account ?? '');
  if (account === undefined) return refused('account_unknown', 'not a Bakong account id');
  return { account, name: account, currency: paidIn };
}

function payeeOfCode(
  text: string,
  paidIn: string,
  now: number,
): Payee | (LookupAnswer & { kind: 'refused' }) {
  const code = payable(readQr(text, now));
  if (code.kind === 'unpaid') return refused(code.reason, code.detail);
  if (code.scheme !== 'KHQR') return refused('qr_not_served', `the code is ${code.scheme}`);
  if (code.currency !== paidIn)
    return refused(
      'payee_not_eligible',
      `the code asks for ${code.currency ?? 'no currency'}, ${paidIn} is paid`,
    );
  const account = bakongAccountId(code.account.account);
  if (account === undefined) return refused('qr_unreadable', 'the account in the code is malformed');
  const amount = code.amount === undefined ? undefined : parseAmount(paidIn, code.amount);
  if (amount?.kind === 'refused') return refused(amount.reason);
  return {
    account,
    name: plainText(code.payeeName ?? account, NAME_MAX),
    currency: paidIn,
    amount: amount === undefined ? undefined : amountToJson(amount.amount),
    qrExpiresAtMs: code.expiresAtMs,
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

/** A code holds for as long as a quote on it, never longer than itself (domain 6.5). */
function validityOf(request: LookupRequest, payee: Payee, corridor: CorridorBody, now: number): number {
  const lasts = request.qrText === undefined ? ACCOUNT_LOOKUP_MS : corridor.timers.quoteMs;
  return Math.min(now + lasts, payee.qrExpiresAtMs ?? Number.POSITIVE_INFINITY);
}

async function accountTrouble(
  api: OpenApiClient,
  accountId: string,
  lookupId: string,
): Promise<LookupAnswer | undefined> {
  const { answer } = await api.ask('check_bakong_account', { accountId }, lookupId);
  if (answer.kind === 'data') return undefined;
  if (answer.kind === 'account') return refused(answer.reason);
  // The interface names a state in words only.
  const said = 'responseMessage' in answer ? answer.responseMessage.toLowerCase() : '';
  if (said.includes('closed')) return refused('account_closed');
  if (said.includes('blocked')) return refused('account_blocked');
  return refused('partner_silent');
}

function refused(reason: Reason, detail?: string): LookupAnswer & { kind: 'refused' } {
  return { kind: 'refused', reason, ...(detail !== undefined && { detail }) };
}
