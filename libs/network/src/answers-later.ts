import { refused, type Refusal } from '@tonle/contracts';
import type { RawMessage, Reply } from '@tonle/door';
import type { Telemetry } from '@tonle/telemetry';
import type { EvidenceLog } from '@tonle/door';
import type { InboundCallBacks } from './inbound.js';
import type { OpenWires } from './open-wires.js';
import type { ToldAnswers } from './told-answers.js';

const IN_HAND_MAX = 2_000;
const RECEIPT: Reply = { status: 202, contentType: 'application/json', body: '' };

export interface AnswersLaterOptions {
  readonly callsBack: InboundCallBacks;
  /** How the network is told what no route has an answer for. */
  refusal(refusal: Refusal): Reply;
  readonly wires: Pick<OpenWires, 'ask'>;
  readonly evidence: Pick<EvidenceLog, 'keep'>;
  readonly told: Pick<ToldAnswers, 'once'>;
  readonly telemetry: Telemetry;
}

/** Questions of a network get a receipt, and their answer by a request of ours, until the network has taken that. */
export class AnswersLater {
  private readonly inHand = new Set<Promise<void>>();
  private closing: () => void = () => undefined;
  private readonly closed = new Promise<'closed'>((done) => (this.closing = () => done('closed')));
  private readonly untaken;

  constructor(private readonly options: AnswersLaterOptions) {
    this.untaken = options.telemetry.counter(
      'tonle_answers_given_up_total',
      'Answers that a network did not take by any call-back; it may ask again',
      [],
      [],
    );
  }

  /**
   * Answers with a receipt. `isMoney`: what the work does is durable before it, and what it cannot do now is refused at once.
   * Refuses `overloaded` when too many wait.
   */
  async take(
    route: string,
    message: RawMessage,
    isMoney: boolean,
    work: () => Promise<Reply | Refusal>,
  ): Promise<Reply | Refusal> {
    const { callsBack } = this.options;
    const unanswerable = callsBack.refusal(route, message);
    if (unanswerable !== undefined) return unanswerable;
    if (this.inHand.size >= IN_HAND_MAX) return refused('overloaded');
    const kept = this.options.callsBack.keptAs?.(route, message);
    const answered = kept === undefined ? work() : this.options.told.once(kept, work);
    if (isMoney) {
      const answer = await answered;
      if ('kind' in answer || callsBack.isAboutAnother?.(answer) === true) return answer;
    }
    const telling: Promise<void> = answered
      .then((answer) => this.tell(route, message, 'kind' in answer ? this.options.refusal(answer) : answer))
      .catch((error: unknown) =>
        this.options.telemetry.log.error(
          { err: error, route },
          'a question of a network could not be answered',
        ),
      )
      .finally(() => this.inHand.delete(telling));
    this.inHand.add(telling);
    return RECEIPT;
  }

  /** Lets go of what waits to be told again: whoever misses its answer asks again. */
  async close(): Promise<void> {
    this.closing();
    await Promise.allSettled(this.inHand);
  }

  private async tell(route: string, message: RawMessage, reply: Reply): Promise<void> {
    const { callsBack, wires, evidence } = this.options;
    const request = callsBack.write(reply, route, message);
    if (request === undefined) return;
    const subject = callsBack.subjectOf(route, message);
    for (const wait of callsBack.waitsMs) {
      if (wait > 0 && (await Promise.race([this.closed, pause(wait)])) === 'closed') return;
      const told = await wires.ask(request, { subject });
      for (const each of told.evidence) evidence.keep(each);
      if (callsBack.isTaken(told.reply)) return;
    }
    this.untaken.inc({});
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms).unref());
}
