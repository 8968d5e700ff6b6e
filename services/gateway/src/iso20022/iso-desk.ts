import { readIso, type Agent, type ProxyRequest, type StatusRequest } from '@tonle/iso20022';
import type { Clock, Random } from '@tonle/platform';
import { uuidV7, type Reason } from '@tonle/contracts';
import type { Caller } from '../access/access.js';
import type { Directory } from '../directory/directory.js';
import { refused, type Refusal } from '../http/refusal.js';
import type { LookupDesk } from '../lookup/lookup-desk.js';
import { hasEnded, newestOf, type PaymentDesk, type Taken } from '../payment/payment-desk.js';
import type { QuoteDesk } from '../quote/quote-desk.js';
import {
  answerVersion,
  proxyReply,
  rejectedStatus,
  statusOf,
  unknownStatus,
  unreadable,
  writeAnswer,
  type Envelope,
  type Received,
} from './iso-answer.js';
import { accountIdOf, isoContentHash, isoOrder, isoPaymentRefusal } from './iso-order.decide.js';

/** An answer in XML. 200: final or an answer; 202: under way; 400: the message could not be taken as one. */
export interface IsoAnswer {
  readonly status: 200 | 202 | 400;
  readonly xml: string;
}

export interface IsoDeskParts {
  readonly directory: Directory;
  readonly lookups: LookupDesk;
  readonly quotes: QuoteDesk;
  readonly payments: PaymentDesk;
  readonly clock: Clock;
  readonly random: Random;
  /** Who we are in business headers and assignments. */
  readonly self: Agent;
}

/** ISO 20022 at the front door: pacs.008, pacs.028 and acmt.023, answered in the family they came in. */
export class IsoDesk {
  constructor(private readonly parts: IsoDeskParts) {}

  /** pacs.008: `observe` wraps the taking of the payment, which may hold the caller. */
  async pay(
    caller: Caller,
    raw: Buffer,
    waitMs: number,
    observe: (
      work: (traceparent: string | undefined) => Promise<Taken | Refusal>,
    ) => Promise<Taken | Refusal>,
  ): Promise<IsoAnswer> {
    const received = this.#read(raw, 'pacs.008');
    if ('status' in received) return received;
    const { message, version } = received;
    if (message.kind !== 'payment') throw new Error('a pacs.008 was read as something else');
    const taken = await observe((traceparent) =>
      this.#take(caller, message, version, raw, waitMs, traceparent),
    );
    const envelope = this.#envelope();
    const status =
      taken.kind === 'refused'
        ? rejectedStatus(message, version, taken, envelope)
        : statusOf(taken.request, newestOf(taken), envelope);
    const xml = writeAnswer(received, status, answerVersion(version)!, envelope);
    return { status: taken.kind === 'refused' || hasEnded(taken) ? 200 : 202, xml };
  }

  /** pacs.028: how does a payment of mine stand? Found by UETR, else message id, else end-to-end id. */
  async status(caller: Caller, raw: Buffer): Promise<IsoAnswer> {
    const received = this.#read(raw, 'pacs.028');
    if ('status' in received) return received;
    const { message, version } = received;
    if (message.kind !== 'status_request') throw new Error('a pacs.028 was read as something else');
    const taken = await this.#find(caller.participant.participantId, message);
    const envelope = this.#envelope();
    const status =
      taken === undefined
        ? unknownStatus(message, envelope)
        : statusOf(taken.request, newestOf(taken), envelope);
    return { status: 200, xml: writeAnswer(received, status, answerVersion(version)!, envelope) };
  }

  /** acmt.023: who stands behind this account or proxy? Refused only when it could not be asked. */
  async verify(caller: Caller, raw: Buffer): Promise<({ kind: 'answered' } & IsoAnswer) | Refusal> {
    const received = this.#read(raw, 'acmt.023');
    if ('status' in received) return { kind: 'answered', ...received };
    const { message, version } = received;
    if (message.kind !== 'proxy_request') throw new Error('an acmt.023 was read as something else');
    const result = await this.#lookUp(caller, message);
    if ('kind' in result && LATER.has(result.reason)) return result;
    const envelope = this.#envelope();
    const xml = writeAnswer(
      received,
      proxyReply(message, result, envelope),
      answerVersion(version)!,
      envelope,
    );
    return { kind: 'answered', status: 200, xml };
  }

  async #take(
    caller: Caller,
    message: Extract<Received['message'], { kind: 'payment' }>,
    version: string,
    raw: Buffer,
    waitMs: number,
    traceparent: string | undefined,
  ): Promise<Taken | Refusal> {
    const { participant } = caller;
    const { directory, payments, quotes } = this.parts;
    const wrong = isoPaymentRefusal(message, participant, (agent) => this.#participantOf(agent));
    if (wrong !== undefined) return wrong;
    const quote = await quotes.byId(message.quoteId!);
    const corridor = quote === undefined ? undefined : directory.corridor(quote.corridor);
    const made = isoOrder(
      participant,
      message,
      version,
      raw,
      { quote, corridor },
      payments.stamp(traceparent),
    );
    if (made.kind === 'ok') return payments.take(made.order, waitMs);
    const hash = isoContentHash(message);
    return payments.repeatOr(made, participant.participantId, message.messageId, hash, waitMs);
  }

  async #find(participant: string, question: StatusRequest): Promise<Taken | undefined> {
    const { originalUetr, originalMessageId, originalEndToEndId } = question;
    const by =
      originalUetr !== undefined
        ? { uetr: originalUetr }
        : originalMessageId !== undefined
          ? { messageId: originalMessageId }
          : { endToEndId: originalEndToEndId };
    if (Object.values(by).every((value) => value === undefined)) return undefined;
    const { items } = await this.parts.payments.list(participant, { ...by, limit: 1 });
    return items[0];
  }

  async #lookUp(caller: Caller, question: ProxyRequest): Promise<{ displayName: string } | Refusal> {
    const account = accountIdOf(question.account);
    if (account === undefined) return refused('element_missing', 'an account or proxy is needed');
    const proxied = question.account?.proxy;
    const accountType =
      proxied === undefined ? (question.account?.scheme ?? 'bank_account') : (proxied.type ?? 'MBNO');
    const country = this.#countryOf(question);
    const body = { account, accountType, ...(country === undefined ? {} : { country }) };
    const found = await this.parts.lookups.find(caller.participant.participantId, body);
    return found.kind === 'refused' ? found : { displayName: found.finding.found.displayName };
  }

  /** From the BIC of the account's agent or of the one who is asked; else the only corridor there is. */
  #countryOf({ agent, assignee }: ProxyRequest): string | undefined {
    const { directory } = this.parts;
    const countries = [agent?.bic, assignee.bic].flatMap((bic) => bic?.slice(4, 6) ?? []);
    const served = countries.find((country) => directory.corridorTo(country) !== undefined);
    const corridors = directory.corridors();
    return served ?? (corridors.length === 1 ? corridors[0]!.partner.country : countries[0]);
  }

  #participantOf(agent: Agent) {
    const { directory } = this.parts;
    if (agent.bic !== undefined) return directory.participantByBic(agent.bic);
    return agent.memberId === undefined ? undefined : directory.participant(agent.memberId);
  }

  #read(raw: Buffer, family: string): Received | IsoAnswer {
    const reading = readIso(raw);
    const spoken = reading.version !== undefined && reading.version.startsWith(`${family}.`);
    if (reading.kind === 'read' && spoken && answerVersion(reading.version) !== undefined) return reading;
    const errors = reading.kind === 'refused' ? reading.errors : [];
    const reason = reasonOf(reading.kind === 'read' || (reading.version !== undefined && !spoken), errors);
    const said =
      reason === 'unknown_message' && errors.length === 0
        ? [
            {
              code: reason,
              path: '/Document',
              line: 1,
              offset: 0,
              detail: `${reading.version} is not spoken here`,
            },
          ]
        : errors;
    return { status: 400, xml: unreadable(reason, said, referenceIn(raw), this.#envelope().at) };
  }

  #envelope(): Envelope {
    const { clock, random, self } = this.parts;
    const now = clock.now();
    const messageId = uuidV7(now, (size) => random.bytes(size)).replaceAll('-', '');
    return { messageId, at: new Date(now).toISOString(), self };
  }
}

/** Nobody could be asked: no answer about the payee. */
const LATER: ReadonlySet<Reason> = new Set(['partner_silent', 'unavailable', 'overloaded']);

/** Errors below the schema: the bytes are no XML that is read here. */
const NO_XML =
  /well_formed|doctype|encoding|entity|comment|cdata|instruction|^too_(large|deep|many_elements|many_attributes)$/;

function reasonOf(otherMessage: boolean, errors: readonly { readonly code: string }[]): Reason {
  const codes = errors.map(({ code }) => code);
  if (otherMessage || codes.some((code) => /unknown_message|no_document|unsupported/.test(code)))
    return 'unknown_message';
  return codes.some((code) => NO_XML.test(code)) ? 'malformed_xml' : 'schema_invalid';
}

/** The message id of something that could not be read, when it can be made out: it helps its sender. */
function referenceIn(raw: Buffer): string {
  const head = raw.subarray(0, 8_192).toString('latin1');
  return (
    /<(?:\w+:)?(?:MsgId|BizMsgIdr)>\s*([A-Za-z0-9/?:().,'+ -]{1,35}?)\s*</.exec(head)?.[1] ?? 'NOTPROVIDED'
  );
}
