import { refused } from '@tonle/contracts';
import { readIso, type ProxyRequest } from '@tonle/iso20022';
import type { FoundPayee, PayeeQuestion, PayeeRefusal, Payees, WantedPayee, WireReply } from '@tonle/network';
import { onWire, readAccount } from './account.js';
import { agentOf, ownAgent, WIRE, writeMessage, XML, type Speaker } from './message.js';
import { reasonOfPartnerCode } from './profile.js';
import { readResolution, resolutionRequest } from './qr-resolution.js';

/** Payees of a network: of codes, which it reads itself, and of accounts and proxies, by acmt.023. */
export function isoPayees(speaker: Speaker): Payees {
  const { payees } = speaker.profile;
  return {
    ask: (wanted) => {
      if (wanted.code === undefined) return askAccount(wanted, speaker);
      if (payees.codes === undefined)
        return refused('qr_not_served', `${speaker.profile.id} does not support QR codes.`);
      return { kind: 'ask', request: resolutionRequest(wanted.code.text, speaker.profile) };
    },
    read: (reply, wanted) =>
      wanted.code === undefined
        ? readVerification(reply, wanted, speaker)
        : readResolution(reply, payees.refusals),
  };
}

function askAccount(wanted: WantedPayee, speaker: Speaker): PayeeQuestion | PayeeRefusal {
  const { payees, versions, paths, timeouts } = speaker.profile;
  const payee = readAccount(wanted.account ?? '', wanted.accountType, payees);
  if (payee === undefined)
    return refused('account_unknown', 'This is not a proxy or account of this network.');
  const network = agentOf(wanted.network, speaker);
  if (network === undefined || versions.proxyRequest === undefined) return refused('participant_unknown');
  const own = ownAgent(speaker);
  const { account, bank } = onWire(payee, speaker.profile);
  const messageId = messageIdOf(wanted);
  const createdAt = new Date(wanted.at).toISOString();
  const message: ProxyRequest = {
    kind: 'proxy_request',
    messageId,
    createdAt,
    verificationId: messageId,
    assigner: own,
    assignee: network,
    account,
    ...(bank !== undefined && { agent: bank }),
  };
  const body = writeMessage(
    message,
    versions.proxyRequest,
    { from: own, to: network },
    createdAt,
    speaker.profile,
  );
  const path = paths.proxyRequest;
  const timeoutMs = timeouts.lookupMs;
  const request = { wire: WIRE, method: 'POST', path, contentType: XML, body, timeoutMs } as const;
  return { kind: 'ask', request: { ...request, operation: 'acmt.023' } };
}

/** The answer to an acmt.023. Total: what does not answer it is silence. */
function readVerification(
  reply: WireReply,
  wanted: WantedPayee,
  { profile }: Speaker,
): FoundPayee | PayeeRefusal {
  const reading = reply.kind === 'answered' ? readIso(reply.bytes) : undefined;
  const answer =
    reading?.kind === 'read' && reading.message.kind === 'proxy_reply' ? reading.message : undefined;
  const payee = readAccount(wanted.account ?? '', wanted.accountType, profile.payees);
  const [currency] = wanted.currencies;
  if (answer?.originalMessageId !== messageIdOf(wanted) || payee === undefined || currency === undefined)
    return refused('partner_silent');
  const name = answer.party?.name;
  if (!answer.verified || name === undefined)
    return refused(
      reasonOfPartnerCode(answer.reason, profile.payees.refusals) ?? 'payee_unknown',
      answer.reason,
    );
  return { kind: 'found', name, ...payee, currency };
}

/** One lookup has one message id, however often it is sent. */
function messageIdOf({ lookupId }: WantedPayee): string {
  return `LKP${lookupId.replaceAll('-', '')}`;
}
