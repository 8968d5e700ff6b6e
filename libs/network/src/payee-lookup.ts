import { payable, readQr, type QrRead } from '@tonle/emvqr';
import type { Clock } from '@tonle/platform';
import {
  carriedTerms,
  isText,
  plainText,
  refused,
  type LookupAnswer,
  type LookupRequest,
} from '@tonle/contracts';
import { sideOf, type Directory, type Side } from '@tonle/directory';
import type { EvidenceLog } from '@tonle/door';
import type { WireReply } from './exchange.js';
import type { FoundPayee, Payees, PayeeQuestion, PayeeRefusal, WantedPayee, WireRequest } from './network.js';
import type { LookupHealth } from './lookup-health.js';
import type { OpenWires } from './open-wires.js';
import { ANSWER_MS } from './wire.js';

/** What was found for an account may be paid on for so long: networks are asked right before a payment. */
export const ACCOUNT_LOOKUP_MS = 120_000;

/** Questions and retries together: whoever asks us waits 5 s for all answers of a batch. */
const ASK_MS_MAX = 4_000;
const QUESTIONS_MAX = 3;
const YEAR_10000_MS = Date.UTC(10_000, 0);
const NOT_ASKED = 'The network has not answered lookups lately: it is asked again within 5 seconds.';
const TEXT_MAX = 140;
const ACCOUNT_MAX = 99;
const ACCOUNT_TYPE_MAX = 35;

export interface PayeeLookupOptions {
  readonly payees: Payees;
  readonly wires: Pick<OpenWires, 'ask'>;
  readonly directory: Directory;
  readonly evidence: Pick<EvidenceLog, 'keep'>;
  readonly health: Pick<LookupHealth, 'ask'>;
  readonly clock: Clock;
  /** The adapter's name in the directory. */
  readonly service: string;
}

/** Finds payees: what is the same for every network, around the question that only this one knows. */
export class PayeeLookup {
  constructor(private readonly options: PayeeLookupOptions) {}

  /**
   * Refuses, in this order: unknown corridors, codes that are not to be paid, codes of other schemes, what the network's
   * rules say of code or account, unknown agents, what the network answers, a currency that the corridor does not pay
   * in. Silence is the refusal `partner_silent`, at once while the network is known not to answer. Throws TryLater without
   * a directory.
   */
  async lookUp(request: LookupRequest): Promise<LookupAnswer> {
    const { directory, service, clock, payees } = this.options;
    directory.assertLoaded();
    const corridor = directory.corridor(request.corridor);
    const side = corridor === undefined ? undefined : sideOf(corridor, service);
    if (corridor === undefined || side === undefined) return refused('corridor_unknown');
    const at = clock.now();
    const code = request.qrText === undefined ? undefined : readCode(request.qrText, side, at);
    if (code?.kind === 'refused') return code;
    const wanted = this.wantedOf(request, code, side, at);
    const first = payees.ask(wanted);
    if (first.kind === 'refused') return first;
    const agent = this.agentOf(first, side);
    if (agent === undefined) return refused('participant_unknown', 'No participant has this account domain.');
    const about = `${request.participant} ${code?.account.account ?? request.account ?? ''}`;
    const found = carried(
      first.kind === 'found' ? first : await this.askNetwork(first.request, wanted, about),
    );
    if (found.kind === 'refused') return found;
    if (!side.currencies.includes(found.currency)) return refused('payee_not_eligible');
    const lasts = code === undefined ? ACCOUNT_LOOKUP_MS : corridor.timers.quoteMs;
    return answerOf(found, { agent, country: countryOf(side, code), validUntil: at + lasts });
  }

  private wantedOf(
    { lookupId, account, accountType }: LookupRequest,
    code: QrRead | undefined,
    { currencies, participant }: Side,
    at: number,
  ): WantedPayee {
    const { directory } = this.options;
    return {
      lookupId,
      code,
      account,
      accountType,
      currencies,
      network: directory.participant(participant),
      at,
    };
  }

  /** The bank that has the account's domain, else the network itself. */
  private agentOf(first: PayeeQuestion | FoundPayee, side: Side): string | undefined {
    if (first.kind === 'found' || first.railDomain === undefined) return side.participant;
    return this.options.directory.participantOfRailDomain(first.railDomain)?.participantId;
  }

  private async askNetwork(
    first: WireRequest,
    wanted: WantedPayee,
    about: string,
  ): Promise<FoundPayee | PayeeRefusal> {
    const { health, payees, clock } = this.options;
    const until = clock.now() + ASK_MS_MAX;
    const answers: WireReply[] = [];
    let request = first;
    for (let asked = 0; asked < QUESTIONS_MAX; asked += 1) {
      const said = await health.ask(
        about,
        () => this.ask(request, wanted, until),
        (reply) => {
          const earlier = [...answers];
          answers.push(reply);
          return payees.read(reply, wanted, earlier);
        },
      );
      if (said?.kind !== 'ask') return said ?? refused('partner_silent', NOT_ASKED);
      request = said.request;
    }
    return refused('partner_silent', 'The network did not come to an answer.');
  }

  /** One retry when nothing was sent or said (domain 6.5): a lookup moves no money. */
  private async ask(request: WireRequest, { lookupId }: WantedPayee, until: number): Promise<WireReply> {
    const { clock } = this.options;
    const { timeoutMs = ANSWER_MS } = request;
    const left = () => Math.min(timeoutMs, until - clock.now());
    const reply = await this.askOnce(request, lookupId, Math.max(left(), 1));
    if (reply.kind === 'answered' || reply.because === 'timeout') return reply;
    return left() <= 0 ? reply : this.askOnce(request, lookupId, left());
  }

  private async askOnce(request: WireRequest, subject: string, timeoutMs: number): Promise<WireReply> {
    const { reply, evidence } = await this.options.wires.ask(request, { subject, timeoutMs });
    for (const each of evidence) this.options.evidence.keep(each);
    return reply;
  }
}

/**
 * What the network said, as every stage can carry it: one text that none can would have the answers of a whole batch
 * refused. A name is shown as far as it goes; an account that cannot be carried is no answer.
 */
function carried(said: FoundPayee | PayeeRefusal): FoundPayee | PayeeRefusal {
  if (said.kind === 'refused') {
    const { reason, detail } = said;
    return refused(reason, detail === undefined ? undefined : plainText(detail, TEXT_MAX));
  }
  const { account, accountType, remittance } = said;
  const fits = (text: string, max: number) => text !== '' && [...text].length <= max && isText(text);
  if (!fits(account, ACCOUNT_MAX) || !fits(accountType, ACCOUNT_TYPE_MAX))
    return refused('partner_silent', 'The network answered with an unusable account.');
  const shown = (name: string) => plainText(name, TEXT_MAX).trim() || account;
  const { name, displayName = name } = said;
  return {
    ...said,
    name: shown(name),
    displayName: shown(displayName),
    ...(remittance === undefined ? {} : { remittance: plainText(remittance, TEXT_MAX) }),
  };
}

/** A code that may be paid, by its account of a scheme that the network has in the directory. */
function readCode(text: string, { schemes }: Side, at: number): QrRead | PayeeRefusal {
  const code = payable(readQr(text, at, schemes));
  if (code.kind === 'unpaid') return refused(code.reason, code.detail);
  return schemes.includes(code.scheme)
    ? code
    : refused('qr_not_served', `A QR code of ${code.scheme} cannot be paid here.`);
}

/** Where a network's accounts are, but for a code that says: cards and wallets are taken in more countries than one. */
function countryOf({ countries }: Side, code: QrRead | undefined): string {
  return /^[A-Z]{2}$/.test(code?.country ?? '') ? code!.country! : countries[0]!;
}

function answerOf(
  found: FoundPayee,
  { agent, country, validUntil }: { agent: string; country: string; validUntil: number },
): LookupAnswer {
  const {
    name,
    displayName = name,
    account,
    accountType,
    currency,
    amount,
    remittance,
    partnerTerms,
  } = found;
  const { codeExpiresMs } = found;
  return {
    kind: 'found',
    creditor: { name, account, accountType, country },
    displayName,
    creditorAgent: agent,
    currency,
    amount,
    qrExpiresAt: instantOf(codeExpiresMs),
    // Never longer than the code itself (domain 6.5).
    validUntil: new Date(Math.min(validUntil, codeExpiresMs ?? Number.POSITIVE_INFINITY)).toISOString(),
    remittance,
    partnerTerms: carriedTerms(partnerTerms),
  };
}

/** Past the year 9999, which no message carries, is as good as never. */
function instantOf(epochMs: number | undefined): string | undefined {
  return epochMs === undefined || !(epochMs < YEAR_10000_MS) ? undefined : new Date(epochMs).toISOString();
}
