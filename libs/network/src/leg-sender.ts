import { hash } from 'node:crypto';
import type { LegCommand } from '@tonle/contracts';
import { Gatherer } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import type { Database } from '@tonle/persistence';
import { paymentFields, type Telemetry } from '@tonle/telemetry';
import type { CircuitBreaker } from './breaker.js';
import type { CallCounter } from './call-counter.js';
import type { EnquiryBudget } from './budget.js';
import type { EnquiryStore } from './enquiry.store.js';
import { insertEvidence } from '@tonle/door';
import type {
  Agreement,
  AnswerWithEvidence,
  Evidence,
  LegAnswer,
  LegCarrier,
  LegRefusal,
  OpenLeg,
  Parties,
  PreparedLeg,
} from './leg.js';
import { attemptKey, type LegStore } from './leg.store.js';
import { keepTerms, termsOf } from './leg-terms.store.js';
import type { Slots } from './slots.js';

const CLAIMS_MAX = 500;

export interface LegSenderOptions {
  readonly carrier: LegCarrier;
  readonly database: Database;
  readonly store: LegStore;
  readonly enquiries: Pick<EnquiryStore, 'countEnquiry'>;
  readonly breaker: CircuitBreaker;
  readonly calls: CallCounter;
  readonly budget: EnquiryBudget;
  readonly slots: Slots;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

const CIRCUIT_OPEN: LegAnswer = { kind: 'not_sent', because: 'circuit open' };

/** A command that could not even be written: nothing of it can have been sent. */
export interface Unwritable {
  readonly kind: 'unwritable';
  readonly because: string;
}

/** A leg whose intent is durable. */
export interface SendableLeg {
  readonly command: LegCommand;
  readonly prepared: PreparedLeg | LegRefusal | Unwritable;
  readonly parties: Parties;
  readonly traceparent?: string;
  /** Its intent is marked as not sent: the mark is taken off before the first byte. */
  readonly waits?: boolean;
}

/** Sends legs when a slot is free: once, or once more under the reference that the partner does not know. */
export class LegSender {
  private readonly seconds;
  private readonly claims: Gatherer<LegCommand, boolean>;
  /** The last leg that the partner did not answer: what it may be asked about, to see whether it is back. */
  lastUnanswered: string | undefined;

  constructor(private readonly options: LegSenderOptions) {
    const { telemetry, store, database } = options;
    this.seconds = telemetry.histogram('tonle_partner_send_seconds', 'Time of a leg at its partner', [
      'partner',
      'leg',
      'outcome',
    ]);
    this.claims = new Gatherer(
      async (commands) => {
        const claimed = await store.claimWaiting(database, commands);
        return commands.map(({ legKey, attempt }) => claimed.has(attemptKey(legKey, attempt)));
      },
      { batchMax: CLAIMS_MAX, lingerMs: 0 },
    );
  }

  /** Prepares a command. Never throws: what its writer cannot write was not sent. */
  prepare(command: LegCommand, parties: Parties): SendableLeg['prepared'] {
    try {
      return this.options.carrier.prepare(command, parties);
    } catch (error) {
      this.options.telemetry.log.error({ err: error, ...legFields({ command }) }, 'a leg cannot be written');
      return { kind: 'unwritable', because: 'the message could not be written' };
    }
  }

  /** Undefined: another process has taken it for unsent meanwhile, and told so. */
  send(leg: SendableLeg): Promise<AnswerWithEvidence | undefined> {
    return this.options.slots.run(async () => {
      const mine = leg.waits !== true || (await this.claim(leg));
      if (mine === 'unknown')
        return notTried({ kind: 'not_sent', because: 'its mark as waiting could not be taken off' });
      return mine ? this.sendNow(leg, this.mayProbe(leg.command)) : undefined;
    });
  }

  /** Takes the mark off. Unknown whether: nothing was sent, which is what another process that finds the mark says, too. */
  private async claim(leg: SendableLeg): Promise<boolean | 'unknown'> {
    try {
      return await this.claims.add(leg.command);
    } catch (error) {
      this.options.telemetry.log.error({ err: error, ...legFields(leg) }, 'a leg that waited cannot be sent');
      return 'unknown';
    }
  }

  /**
   * Sends the bytes of an open leg once more under their reference, while there is time and the partner does not
   * know them. What was learnt so far is durable before the first byte. Undefined: not now.
   */
  async sendAgain(leg: OpenLeg, evidence: readonly Evidence[]): Promise<AnswerWithEvidence | undefined> {
    const { carrier, database, slots, clock } = this.options;
    const { command, traceparent } = leg;
    const late = clock.now() >= Date.parse(command.sendBefore);
    if (carrier.notFoundIsFinal(command) || leg.partnerRef !== undefined || late || slots.full)
      return undefined;
    const parties = leg.parties ?? carrier.partiesOf(command);
    const prepared = this.prepare(command, parties);
    // Other bytes than those of its intent: one of an earlier version, and the directory has changed since.
    if ('kind' in prepared || bytesHashOf(prepared) !== leg.bytesHash) return undefined;
    await insertEvidence(database, evidence);
    const answered = await slots.run(() => this.sendNow({ command, prepared, parties, traceparent }));
    return answered.answer.kind === 'rejected' ? this.afterRefusal(leg, answered) : answered;
  }

  /**
   * A refusal of the second sending says nothing of the first, unless the partner would have known the repeat by its
   * reference and, asked again, has never heard of it.
   */
  private async afterRefusal(leg: OpenLeg, refused: AnswerWithEvidence): Promise<AnswerWithEvidence> {
    const { answer } = refused;
    const because = answer.kind === 'rejected' ? `refused when sent again: ${answer.reason}` : '';
    const { carrier, database, enquiries } = this.options;
    if (!carrier.refusesRepeats) return { ...refused, answer: { kind: 'ambiguous', because } };
    await enquiries.countEnquiry(database, leg.legKey);
    const [asked] = await carrier.enquire([leg]);
    if (asked === undefined) return { ...refused, answer: { kind: 'ambiguous', because } };
    const evidence = [...refused.evidence, ...asked.evidence];
    if (asked.answer.kind === 'not_found') return { answer, evidence };
    const definite = ['accepted', 'rejected', 'blocked', 'conflicting'].includes(asked.answer.kind);
    return { answer: definite ? asked.answer : { kind: 'ambiguous', because }, evidence };
  }

  /** A network that is away is tried with legs that have time to be sent again, should this one be lost, too. */
  private mayProbe({ acceptedAt, sendBefore }: LegCommand): boolean {
    const { breaker, clock } = this.options;
    if (breaker.healthy) return true;
    const end = Date.parse(sendBefore);
    return end - clock.now() >= (end - Date.parse(acceptedAt)) / 2;
  }

  private async sendNow(leg: SendableLeg, mayProbe = true): Promise<AnswerWithEvidence> {
    const { breaker, budget, clock, telemetry } = this.options;
    const { command, prepared } = leg;
    if ('kind' in prepared) return notTried(answerToUnsent(prepared));
    const sendBefore = Date.parse(command.sendBefore);
    if (clock.now() >= sendBefore) return notTried({ kind: 'not_sent', because: 'too late to send' });
    if (!mayProbe || !breaker.admit()) return notTried(CIRCUIT_OPEN);
    budget.sent(1);
    const { network: partner } = this.options.carrier;
    const { paymentId, leg: kind, attempt } = command;
    const fields = {
      'tonle.payment_id': paymentId,
      'tonle.leg': kind,
      'tonle.partner': partner,
      'tonle.attempt': attempt,
    };
    const span = telemetry.span('leg.send', leg.traceparent, fields);
    const stop = this.seconds.startTimer({ partner, leg: kind });
    try {
      const answered = await this.carry(leg, prepared, sendBefore);
      stop({ outcome: answered.answer.kind });
      span.set('tonle.leg_outcome', answered.answer.kind);
      return answered;
    } finally {
      span.end();
    }
  }

  private async carry(
    leg: SendableLeg,
    prepared: PreparedLeg,
    sendBefore: number,
  ): Promise<AnswerWithEvidence> {
    const { carrier, clock, telemetry } = this.options;
    const startedAt = performance.now();
    let late = false;
    let started = false;
    const mayStart = (): boolean => {
      late = clock.now() >= sendBefore;
      started ||= !late;
      return !late;
    };
    try {
      const agreement = await this.agreed(leg, prepared);
      if (agreement?.kind === 'none') {
        this.note(leg, agreement.answer, startedAt);
        return agreement;
      }
      const agreed = agreement === undefined ? prepared : { ...prepared, terms: agreement.terms };
      const { answer, evidence } = await carrier.send(agreed, leg.parties, mayStart);
      if (!late) this.note(leg, answer, startedAt);
      return { answer, evidence: [...(agreement?.evidence ?? []), ...evidence] };
    } catch (error) {
      telemetry.log.error({ err: error, ...legFields(leg) }, 'sending a leg broke');
      // It broke in our own hands: before the first byte, or nobody knows whether the partner got it.
      return notTried(
        started
          ? { kind: 'ambiguous', because: 'sending broke' }
          : { kind: 'not_sent', because: 'sending broke before the first byte' },
      );
    }
  }

  private note({ command }: SendableLeg, answer: LegAnswer, startedAt: number): void {
    const { breaker, calls } = this.options;
    if (noteHealth(breaker, answer)) calls.answered(performance.now() - startedAt);
    else {
      calls.failed();
      this.lastUnanswered = command.legKey;
    }
  }

  /** What every attempt is sent with: agreed once, and durable before the first byte of the first. */
  private async agreed(leg: SendableLeg, prepared: PreparedLeg): Promise<Agreement | undefined> {
    const { carrier, database, clock } = this.options;
    if (carrier.agree === undefined) return undefined;
    const { legKey } = leg.command;
    const terms = await termsOf(database, legKey);
    if (terms !== undefined) return { kind: 'agreed', terms, evidence: [] };
    const agreement = await carrier.agree(prepared, leg.parties);
    if (agreement.kind === 'none') return agreement;
    return { ...agreement, terms: await keepTerms(database, legKey, agreement.terms, clock.now()) };
  }
}

function answerToUnsent(prepared: LegRefusal | Unwritable): LegAnswer {
  if (prepared.kind === 'unwritable') return { kind: 'not_sent', because: prepared.because };
  return { kind: 'rejected', reason: prepared.reason, reasonText: prepared.reasonText };
}

/** SHA-256 of the bytes, hexadecimal; empty when there are none. */
export function bytesHashOf(prepared: SendableLeg['prepared']): string {
  return 'kind' in prepared ? '' : hash('sha256', prepared.bytes, 'hex');
}

/** What a log line about one leg carries. */
export function legFields({ command, traceparent }: Pick<SendableLeg, 'command' | 'traceparent'>) {
  const { legKey, paymentId, attempt } = command;
  return { ...paymentFields(paymentId, traceparent), legKey, attempt };
}

/** An answer of ours: nothing was sent, so nothing is evidence of it. */
export function notTried(answer: LegAnswer): AnswerWithEvidence {
  return { answer, evidence: [] };
}

/** Any answer that could be read shows a healthy partner, a refusal too. Says whether it was one. */
export function noteHealth(breaker: CircuitBreaker, answer: LegAnswer): boolean {
  const answered = answer.kind !== 'ambiguous' && answer.kind !== 'not_sent';
  if (answered) breaker.succeeded();
  else breaker.failed();
  return answered;
}
