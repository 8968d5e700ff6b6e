import { recallCalls, refused, type InboundOutcome, type RecallView, type Refusal } from '@tonle/contracts';
import type { Door, RawMessage, Reply } from '@tonle/door';
import { ServiceUnavailable } from '@tonle/messaging';
import type { Platform } from '@tonle/platform';
import { unmappedCodes } from '../codes.js';
import type { InboundEvidence } from '../inbound-evidence.js';
import type { InboundRecallAnswers, InboundRecalls } from './recalls.js';

const NOTED: Reply = { status: 202, contentType: 'application/xml', body: '' };

interface AskedParts {
  readonly platform: Pick<Platform, 'calls' | 'clock' | 'random' | 'telemetry' | 'service'>;
  readonly door: Pick<Door<InboundOutcome>, 'find' | 'answerStamp'>;
  readonly evidence: InboundEvidence;
}

/** Recalls and their answers at a network's door: routing holds them, so that a message that was answered is kept there. */
export class AskedRecalls {
  private readonly unmapped;

  constructor(private readonly parts: AskedParts) {
    const { telemetry, service } = parts.platform;
    this.unmapped = unmappedCodes(telemetry, service);
  }

  /** A network asks for what it sent us. Refuses `unavailable` while routing is away. */
  async ask(route: InboundRecalls, message: RawMessage, asker: string): Promise<Reply | Refusal> {
    const stamp = this.parts.door.answerStamp();
    const read = route.read(message, stamp);
    if (read.kind === 'unreadable') return read.instead;
    const { evidence } = this.parts;
    const { answer, paymentId } = await this.taken(read, asker);
    if ('kind' in answer && answer.reason === 'unavailable') return answer;
    // What is refused is told of in the story of its payment, when there is one.
    const subject = 'kind' in answer ? (paymentId ?? read.request.messageId) : answer.recallId;
    const reply = route.write(answer, message, stamp);
    evidence.keepAsked(subject, route.operation, message);
    evidence.keepAnswer(subject, route.answeredBy, reply);
    return reply;
  }

  /**
   * A network answers what we asked of it. Refuses `recall_unknown` for what we did not, or did of another payment, and
   * `unavailable` while routing is away; what comes after the end, or twice, is taken note of.
   */
  async hear(route: InboundRecallAnswers, message: RawMessage, answerer: string): Promise<Reply | Refusal> {
    const read = route.read(message, this.parts.door.answerStamp());
    if (read.kind === 'unreadable') return read.instead;
    const { recallId, uetr, answer, said } = read;
    const { evidence } = this.parts;
    evidence.keepAsked(recallId ?? route.operation, route.operation, message);
    if (recallId === undefined) return refused('recall_unknown');
    return this.whenRoutingIsThere(async () => {
      const { calls, telemetry, service } = this.parts.platform;
      const search = { recallIds: [recallId], answerer, limit: 1 };
      const [recall] = (await calls.call(recallCalls.list, search)).recalls;
      if (recall === undefined || (uetr !== undefined && uetr !== recall.uetr))
        return refused('recall_unknown');
      if (answer === undefined) {
        this.unmapped.inc({ partner: service });
        telemetry.log.warn({ recall: recallId, status: said }, 'an answer to a recall has an unknown status');
        return NOTED;
      }
      const taken = await calls.call(recallCalls.answer, { recallId, by: answerer, answer });
      return taken.kind === 'refused' && taken.reason !== 'recall_ended' ? taken : NOTED;
    });
  }

  private async taken(
    { about, request }: Extract<ReturnType<InboundRecalls['read']>, { kind: 'ok' }>,
    asker: string,
  ): Promise<{ readonly answer: RecallView | Refusal; readonly paymentId?: string }> {
    const { door, platform } = this.parts;
    const original = await door.find(asker, about);
    if (original === undefined) return { answer: refused('original_unknown') };
    const { paymentId } = original.request;
    const answer = await this.whenRoutingIsThere<RecallView | Refusal>(async () => {
      const { calls, random, clock } = platform;
      const recallId = random.id(clock.now());
      const taken = await calls.call(recallCalls.create, { ...request, recallId, paymentId, asker });
      return taken.kind === 'refused' ? refused(taken.reason, taken.detail) : taken.recall;
    });
    return { answer, paymentId };
  }

  private async whenRoutingIsThere<T>(work: () => Promise<T>): Promise<T | Refusal> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      return refused('unavailable');
    }
  }
}
