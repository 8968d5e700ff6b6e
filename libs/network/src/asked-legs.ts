import type { RawMessage, Reply } from '@tonle/door';
import type { Refusal } from '@tonle/contracts';
import type { InboundEvidence } from './inbound-evidence.js';
import type { AskedRefund, InboundLegs, StandingLeg } from './inbound.js';
import type { LegService } from './leg.service.js';
import type { DrawnPayments } from './payment-codes/drawn-payments.js';

type LegNames = Pick<AskedRefund, 'externalRef' | 'partnerRef'>;

/** What a network asks, or says, about what we sent to it and what was drawn on our payers' codes. */
export class AskedLegs {
  constructor(
    /** Undefined: nothing is sent to this network. */
    private readonly legs: Pick<LegService, 'learn' | 'standing'> | undefined,
    private readonly drawn: Pick<DrawnPayments, 'standing'>,
    private readonly evidence: InboundEvidence,
  ) {}

  async answer(route: InboundLegs, message: RawMessage): Promise<Reply | Refusal> {
    const read = route.read(message);
    if (read.kind === 'refused') return route.refuse?.(read, message) ?? read;
    const { reply, subject } = await this.standing(route, read, message);
    this.evidence.keepAsked(subject, route.operation, message);
    this.evidence.keepAnswer(subject, route.operation, reply);
    return reply;
  }

  private async standing(
    route: InboundLegs,
    names: LegNames,
    message: RawMessage,
  ): Promise<{ readonly reply: Reply; readonly subject: string }> {
    const { write, writeDrawn } = route;
    const { externalRef, partnerRef } = names;
    const drawing = writeDrawn === undefined ? undefined : await this.drawn.standing(externalRef);
    const leg = drawing?.kind === 'taken' ? undefined : await this.legs?.standing(externalRef, partnerRef);
    if (leg !== undefined) {
      const learnt = await this.learnt(route, leg, names, message);
      return { reply: write(learnt, externalRef, message), subject: leg.command.legKey };
    }
    const reply =
      writeDrawn === undefined || drawing === undefined
        ? write(undefined, externalRef, message)
        : writeDrawn(drawing, externalRef, message);
    return { reply, subject: externalRef };
  }

  /** The leg as it stands after what the message says of it is durable. */
  private async learnt(
    { says, operation }: InboundLegs,
    leg: StandingLeg,
    { externalRef, partnerRef }: LegNames,
    message: RawMessage,
  ): Promise<StandingLeg | undefined> {
    const answer = says?.(leg, message);
    if (answer === undefined || this.legs === undefined) return leg;
    const { legKey } = leg.command;
    await this.legs.learn(legKey, { answer, evidence: [this.evidence.of(legKey, operation, message)] });
    return this.legs.standing(externalRef, partnerRef);
  }
}
