import { carriedTerms, REASONS, refused, type InboundOutcome, type Refusal } from '@tonle/contracts';
import type { Corridor, Directory } from '@tonle/directory';
import {
  answerMessage,
  outcomeOf,
  type Door,
  type InboundQuoteService,
  type RawMessage,
  type MessageContext,
  type Reply,
  type Taken,
} from '@tonle/door';
import type { Platform } from '@tonle/platform';
import { AskedLegs } from './asked-legs.js';
import type { EvidenceLog } from '@tonle/door';
import type { Hints } from './hints.js';
import type { InboundConfirmation } from './inbound-confirmation.js';
import { InboundEvidence } from './inbound-evidence.js';
import type {
  InboundCodes,
  InboundDrawings,
  InboundFound,
  InboundMessages,
  InboundRoute,
  InboundStatements,
} from './inbound.js';
import type { InboundRefunds } from './inbound-refunds.js';
import type { LegService } from './leg.service.js';
import { isUndecided, type DrawnPayments } from './payment-codes/drawn-payments.js';
import { AskedRecalls } from './recalls/asked-recalls.js';
import type { InboundRecallAnswers, InboundRecalls } from './recalls/recalls.js';
import { takeSentPart } from './sent-statement.js';

type Headers = RawMessage['headers'];
type TakenInbound = Taken<InboundOutcome> | Refusal;

export interface InboundEndpointOptions {
  readonly platform: Platform;
  readonly routes: Readonly<Record<string, InboundRoute>>;
  readonly door: Door<InboundOutcome>;
  readonly quotes: InboundQuoteService;
  readonly refunds: Pick<InboundRefunds, 'priced' | 'settled'>;
  /** Where call-backs go. */
  readonly legs: Pick<LegService, 'find' | 'learn' | 'standing'> | undefined;
  readonly drawn: DrawnPayments;
  readonly evidence: EvidenceLog;
  /** Asks about what routes with a confirmation are told. */
  readonly confirmation: Pick<InboundConfirmation, 'confirm' | 'isOwed'>;
  readonly hints: Pick<Hints, 'answered'>;
  readonly directory: Pick<Directory, 'participant' | 'corridorsOfAdapterIncludingEnded'>;
  /** How long a caller waits for a final status, ms. */
  readonly waitMs: number;
}

/** What a network says at our endpoint, answered: payments, questions about them, call-backs, codes. */
export class InboundEndpoint {
  private readonly evidence: InboundEvidence;
  private readonly askedLegs: AskedLegs;
  private readonly askedRecalls: AskedRecalls;

  constructor(private readonly options: InboundEndpointOptions) {
    const { evidence, platform, legs, drawn, door } = options;
    this.evidence = new InboundEvidence(evidence, platform.clock);
    this.askedLegs = new AskedLegs(legs, drawn, this.evidence);
    this.askedRecalls = new AskedRecalls({ platform, door, evidence: this.evidence });
  }

  /** Refuses what the network's dialect has no answer for: `overloaded`, `not_found`, `unavailable`, wrong JSON. */
  async answer(path: string, message: RawMessage): Promise<Reply | Refusal> {
    const route = this.options.routes[path];
    if (route === undefined || route.kind === 'answers') return refused('not_found');
    if (route.kind === 'messages' && message.bytes.length === 0 && !path.startsWith('GET '))
      return refused('malformed_xml', 'The body is empty.');
    switch (route.kind) {
      case 'codes':
        return this.code(route, message);
      case 'legs':
        return this.askedLegs.answer(route, message);
      case 'drawings':
        return this.drawing(route, message);
      case 'statements':
        return this.statement(route, message);
      case 'recalls':
      case 'recall_answers':
        return this.recall(route, message);
      case 'messages': {
        const answer = () => this.message(route, message);
        return route.confirmation === undefined
          ? answer()
          : this.options.hints.answered(path, route, message, answer);
      }
    }
  }

  private async message(route: InboundMessages, message: RawMessage): Promise<Reply | Refusal> {
    const { directory, platform } = this.options;
    // Of an ended corridor questions are answered; a payment in it routing refuses.
    const corridor = directory.corridorsOfAdapterIncludingEnded(platform.service)[0];
    if (corridor === undefined) return refused('unavailable', 'The directory has not been loaded yet.');
    const { door } = this.options;
    const answered = await answerMessage(
      door,
      route.dialect,
      message,
      this.contextOf(route, message, corridor),
    );
    if (answered.kind === 'refused') return answered;
    if (answered.answer?.kind === 'unknown' && route.elsewhere !== undefined)
      return this.askedLegs.answer(route.elsewhere, message);
    this.keepBoth(route, message, answered);
    const ofSender = (messageId: string) => door.find(corridor.partner.participant, { messageId });
    if (await this.options.confirmation.isOwed(route, answered, ofSender))
      return refused('unavailable', 'The payer does not have the money back yet.');
    return answered.reply;
  }

  private contextOf(
    route: InboundMessages,
    message: RawMessage,
    corridor: Corridor,
  ): MessageContext<unknown, InboundFound, InboundOutcome> {
    const { directory, waitMs } = this.options;
    const { participant } = corridor.partner;
    return {
      sender: participant,
      waitMs,
      participant: directory.participant(participant),
      find: (asked) => this.find(route, asked, corridor, message),
      observe: (work) => this.observed(message.headers, work),
      settle: (reading) => this.options.refunds.settled(route, reading),
      isDear: (asked) => route.refundOf?.(asked) !== undefined,
      callBack: (asked) => this.callBack(route, asked, message),
      // A network that is turned away, or calls back about what we never sent, has no message to be told so in.
      // What was to be priced as it came, and could not be now, is no end: the same message may come again.
      isProblem: ({ reason }, { kind, asked }) =>
        kind === 'call_back' ||
        reason === 'overloaded' ||
        (isPricedAsItComes(route, asked) && REASONS[reason].retry === 'later'),
    };
  }

  private async find(
    route: InboundMessages,
    asked: unknown,
    corridor: Corridor,
    message: RawMessage,
  ): Promise<{ readonly kind: 'ok'; readonly found: InboundFound } | Refusal> {
    const { confirmation, subjectOf } = route;
    if (confirmation !== undefined) {
      const subject = subjectOf(asked);
      const said = await this.options.confirmation.confirm(confirmation, asked, subject);
      if (said.kind === 'refused') {
        this.evidence.keepAsked(subject, route.operation, message);
        return said;
      }
    }
    return {
      kind: 'ok',
      found: { corridor, ...(await this.priceOf(route, asked, corridor.partner.participant)) },
    };
  }

  private async priceOf(
    route: InboundMessages,
    asked: unknown,
    sender: string,
  ): Promise<Omit<InboundFound, 'corridor'>> {
    const { quotes, refunds } = this.options;
    const refund = route.refundOf?.(asked);
    if (refund !== undefined) return { quote: undefined, ...(await refunds.priced(refund, sender)) };
    const quoteId = route.quoteIdOf?.(asked);
    const scanned = quoteId === undefined ? route.scannedOf?.(asked) : undefined;
    if (scanned === undefined)
      return { quote: quoteId === undefined ? undefined : await quotes.find(quoteId) };
    const { qrText, amount, partnerTerms } = scanned;
    const made = await quotes.made({ lookupId: this.lookupId(), qrText }, amount, partnerTerms);
    return made.kind === 'refused' ? { quote: undefined, refusal: made } : { quote: made.quote };
  }

  private lookupId(): string {
    const { clock, random } = this.options.platform;
    return random.id(clock.now());
  }

  /** Where the trace of an inbound payment begins, unless its sender began one. */
  private async observed(
    { traceparent }: Headers,
    work: (traceparent?: string) => Promise<TakenInbound>,
  ): Promise<TakenInbound> {
    const { telemetry } = this.options.platform;
    const span = telemetry.span(
      'door.payment',
      typeof traceparent === 'string' ? traceparent : undefined,
      {},
    );
    try {
      const taken = await work(span.traceparent);
      span.set('tonle.outcome', outcomeOf(taken));
      if (taken.kind === 'taken') span.set('tonle.payment_id', taken.request.paymentId);
      else span.set('tonle.reason', taken.reason);
      return taken;
    } catch (error) {
      span.fail(error);
      throw error;
    } finally {
      span.end();
    }
  }

  /** Evidence about a leg that we sent (domain 6.12). Refuses `not_found` for what we did not. */
  private async callBack(
    route: InboundMessages,
    asked: unknown,
    message: RawMessage,
  ): Promise<{ readonly kind: 'noted' } | Refusal> {
    const { legs } = this.options;
    const legKey = route.legKeyOf?.(asked);
    const leg = legKey === undefined ? undefined : await legs?.find(legKey);
    const answer = leg === undefined ? undefined : route.readLeg?.(asked, leg.command);
    if (legs === undefined || leg === undefined || answer === undefined)
      return refused('not_found', 'No such payment was sent from here.');
    const evidence = this.evidence.of(leg.legKey, route.operation, message);
    await legs.learn(leg.legKey, { answer, evidence: [evidence] });
    return { kind: 'noted' };
  }

  /** A taken payment has its bytes in its row; all else that says something about a payment is kept here. */
  private keepBoth(
    route: InboundMessages,
    message: RawMessage,
    { reading, answer, reply }: Exclude<Awaited<ReturnType<typeof answerMessage>>, Refusal>,
  ): void {
    if (reading.kind === 'unreadable' || reading.kind === 'call_back') return;
    const subject = route.subjectOf(reading.asked);
    if (reading.kind !== 'instruction' || answer?.kind === 'refused')
      this.evidence.keepAsked(subject, route.operation, message);
    this.evidence.keepAnswer(subject, route.answeredBy ?? route.operation, reply);
  }

  private async code(route: InboundCodes, message: RawMessage): Promise<Reply | Refusal> {
    const read = route.read(message);
    if (read.kind === 'refused') return route.refuse?.(read, message) ?? read;
    const { quotes } = this.options;
    const lookupId = this.lookupId();
    this.evidence.keepAsked(lookupId, route.operation, message);
    const { qrText, account, amount, partnerTerms } = read;
    const code = { lookupId, qrText, account };
    const found =
      route.unpriced === true
        ? await quotes.payeeOf(code)
        : await quotes.resolve(code, amount, carriedTerms(partnerTerms));
    return found.kind === 'refused' ? (route.refuse?.(found, message) ?? found) : route.write(found, message);
  }

  /** A merchant abroad draws on a payer's code: a taken one has its bytes in its row, a refused one here. */
  private async drawing(route: InboundDrawings, message: RawMessage): Promise<Reply | Refusal> {
    const read = route.read(message);
    if (read.kind === 'refused') return route.refuse?.(read, message) ?? read;
    const { drawing } = read;
    const { drawn, waitMs } = this.options;
    const answer = await this.observed(message.headers, (traceparent) =>
      drawn.draw(drawing, message, route.endsLater === true ? 0 : waitMs, traceparent),
    );
    if (answer.kind === 'refused' && isUndecided(answer)) return answer;
    const reply = route.write(answer, drawing, message);
    const { drawingId } = drawing;
    if (answer.kind === 'refused') this.evidence.keepAsked(drawingId, route.operation, message);
    this.evidence.keepAnswer(drawingId, route.operation, reply);
    return reply;
  }

  private async recall(
    route: InboundRecalls | InboundRecallAnswers,
    message: RawMessage,
  ): Promise<Reply | Refusal> {
    const { directory, platform } = this.options;
    const corridor = directory.corridorsOfAdapterIncludingEnded(platform.service)[0];
    if (corridor === undefined) return refused('unavailable', 'The directory has not been loaded yet.');
    const { participant } = corridor.partner;
    return route.kind === 'recalls'
      ? this.askedRecalls.ask(route, message, participant)
      : this.askedRecalls.hear(route, message, participant);
  }

  private statement(route: InboundStatements, message: RawMessage): Promise<Reply | Refusal> {
    this.evidence.keepAsked(route.operation, route.operation, message);
    return takeSentPart(route, message, this.options.platform);
  }
}

function isPricedAsItComes(route: InboundMessages, asked: unknown): boolean {
  return route.scannedOf !== undefined || route.refundOf?.(asked) !== undefined;
}
