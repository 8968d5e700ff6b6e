import { refused, type Refusal } from '@tonle/contracts';
import type { RawMessage, Reply } from '@tonle/door';
import type { Clock } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import type { CallBacks } from './call-backs.js';
import type { EvidenceLog } from '@tonle/door';
import type { InboundAnswers } from './inbound.js';
import type { LegAnswer } from './leg.js';
import type { LegService } from './leg.service.js';
import { SIGNATURE_HEADERS } from './signature.js';
import { pickHeaders } from './wire.js';

const NOTED: Reply = { status: 200, contentType: 'application/json', body: '' };
/** What may end a leg; all else is for whoever has asked: out of its question it says nothing. */
const DEFINITE: ReadonlySet<LegAnswer['kind']> = new Set(['accepted', 'rejected', 'blocked', 'conflicting']);

export interface InboundAnswersOptions {
  /** Undefined: nobody ever waits. */
  readonly callBacks: Pick<CallBacks, 'deliver' | 'pass'> | undefined;
  /** Undefined: the network moves no money for us. */
  readonly legs: Pick<LegService, 'byReference' | 'learn'> | undefined;
  readonly evidence: Pick<EvidenceLog, 'keep'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/**
 * Takes in what a network answers to us by call-back. Whoever waits here reads it; without one it is learnt of its leg before
 * its receipt, and passed on to those who wait elsewhere.
 */
export class AnswerIntake {
  constructor(private readonly options: InboundAnswersOptions) {}

  /** Refuses what its route cannot read. */
  async take(route: InboundAnswers, message: RawMessage): Promise<Reply | Refusal> {
    const key = route.keyOf(message);
    if (key === undefined) return refused('schema_invalid');
    const { callBacks } = this.options;
    const headers = pickHeaders(message.headers, SIGNATURE_HEADERS);
    const callBack = { bytes: message.bytes, headers };
    if (callBacks?.deliver(key, callBack) === true) return NOTED;
    await this.learn(route, message, headers);
    await callBacks?.pass(key, callBack);
    return NOTED;
  }

  private async learn(
    route: InboundAnswers,
    message: RawMessage,
    headers: Readonly<Record<string, string>>,
  ): Promise<void> {
    const { legs, evidence, clock, telemetry } = this.options;
    const externalRef = route.leg?.externalRefOf(message);
    if (route.leg === undefined || externalRef === undefined) return;
    const leg = await legs?.byReference(externalRef);
    const { operation } = route;
    const came = { direction: 'in', at: clock.now(), operation, headers, bytes: message.bytes } as const;
    if (legs === undefined || leg === undefined) {
      // Of a payment of the network's own it is about what we told: it may say that it came too late.
      telemetry.log.warn({ operation, externalRef }, 'a network answers to what was not sent as a leg');
      evidence.keep({ subject: externalRef, ...came });
      return;
    }
    const answer = route.leg.read(message, { ...leg, parties: leg.parties ?? {} });
    if (!DEFINITE.has(answer.kind)) return;
    await legs.learn(leg.legKey, { answer, evidence: [{ subject: leg.legKey, ...came }] });
  }
}
