import { refused, type InboundOutcome, type Refusal } from '@tonle/contracts';
import type { Answered, Taken } from '@tonle/door';
import type { Clock } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import { unmappedCodes } from './codes.js';
import type { EvidenceLog } from '@tonle/door';
import type { WireReply } from './exchange.js';
import type { Confirmation, InboundMessages } from './inbound.js';
import type { WireRequest } from './network.js';
import type { OpenWires } from './open-wires.js';
import { inboundResult } from './quoted-instruction.js';

export interface ConfirmationParts {
  /** In metrics. */
  readonly network: string;
  readonly wires: Pick<OpenWires, 'ask'>;
  readonly evidence: Pick<EvidenceLog, 'keep'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** Asks a network whether its hint is true, and has it give back what cannot be paid. */
export class InboundConfirmation {
  private readonly unmapped;

  constructor(private readonly parts: ConfirmationParts) {
    this.unmapped = unmappedCodes(parts.telemetry, parts.network);
  }

  /** Refuses `partner_silent` for what nobody knows yet: the message comes again. `subject` is what evidence is filed under. */
  async confirm<Asked>(
    { ask, read }: Confirmation<Asked>,
    asked: Asked,
    subject: string,
  ): Promise<{ readonly kind: 'confirmed' } | Refusal> {
    const answer = read(await this.ask(ask(asked), subject), asked);
    if (answer.kind === 'confirmed') return answer;
    const { network, telemetry } = this.parts;
    const { because, unmapped } = answer;
    if (unmapped !== undefined) this.unmapped.inc({ partner: network });
    const facts = { partner: network, subject, because: unmapped ?? because };
    telemetry.log.warn(facts, 'a payment that a network hinted at is not confirmed yet');
    return refused('partner_silent', 'The payment is not confirmed yet.');
  }

  /** A payer who was charged, will not be paid for, and does not have the money back: it is tried. */
  async isOwed(
    { confirmation, subjectOf }: InboundMessages,
    { reading, answer }: Answered<unknown, InboundOutcome>,
    find: (messageId: string) => Promise<Taken<InboundOutcome> | undefined>,
  ): Promise<boolean> {
    if (confirmation === undefined || reading.kind !== 'instruction') return false;
    // A refusal may be of the moment, or of other content under the key: what was taken decides.
    const taken = answer?.kind === 'refused' ? await find(reading.key.messageId) : answer;
    if (taken?.kind === 'taken' && inboundResult(taken).state !== 'refused') return false;
    return !(await this.giveBack(confirmation, reading.asked, subjectOf(reading.asked)));
  }

  /** True once the network has said that its payer has the money back. */
  private async giveBack<Asked>(
    { giveBack, isBack }: Confirmation<Asked>,
    asked: Asked,
    subject: string,
  ): Promise<boolean> {
    const { network: partner, clock, telemetry } = this.parts;
    for (const way of giveBack(asked, clock.now())) {
      let said: ReturnType<typeof isBack> = 'unknown';
      for (const request of way) {
        said = isBack(await this.ask(request, subject), asked);
        if (said === 'back') break;
      }
      if (said === 'back') {
        telemetry.log.warn({ partner, subject }, 'what could not be paid was given back');
        return true;
      }
      // What may be back already is not given back a second time in another way.
      if (said === 'unknown') break;
    }
    telemetry.log.warn({ partner, subject }, 'what could not be paid has not been given back yet');
    return false;
  }

  private async ask(request: WireRequest, subject: string): Promise<WireReply> {
    const { wires, evidence } = this.parts;
    const carried = await wires.ask(request, { subject });
    for (const each of carried.evidence) evidence.keep(each);
    return carried.reply;
  }
}
