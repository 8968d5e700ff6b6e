import { hash } from 'node:crypto';
import type { InboundRecord } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { decode, type LegCommand } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import { paymentFields, type Telemetry } from '@tonle/telemetry';
import type { CircuitBreaker } from './breaker.js';
import type { EnquiryBudget } from './budget.js';
import { insertEvidence } from './evidence.store.js';
import { decideCommand } from './leg-command.decide.js';
import type {
  AnswerWithEvidence,
  Evidence,
  KnownLeg,
  LegRefusal,
  LegReport,
  OpenLeg,
  LegAnswer,
  LegCarrier,
  PreparedLeg,
} from './leg.js';
import type { LegReporter } from './leg-reporter.js';
import { attemptKey, type LegStore } from './leg.store.js';
import type { Slots } from './slots.js';

/** More than this waiting for a slot, and further legs are not sent: routing tries them again while there is time. */
const LEGS_WAITING_MAX = 5_000;

/** More than this that never came again is let go: the sweep finds it. */
const UNSTARTED_MAX = 20_000;

export interface LegHandlerOptions {
  readonly carrier: LegCarrier;
  readonly database: Database;
  readonly store: LegStore;
  readonly reporter: LegReporter;
  readonly breaker: CircuitBreaker;
  readonly budget: EnquiryBudget;
  readonly slots: Slots;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

interface Ready {
  readonly command: LegCommand;
  readonly prepared: PreparedLeg | LegRefusal;
  readonly bytesHash: string;
  readonly intentMs: number;
  readonly traceparent?: string;
}

/**
 * Takes batches of `leg.command`: one insert of intents, then each new leg is sent (domain 6.1, decisions 12).
 * A command that is known is answered from its row and never sent a second time.
 */
export class LegHandler {
  private readonly seconds;
  /** Attempts whose intent may be stored but whose sending this process has not begun: attempt key -> intent's time. */
  private readonly unstarted = new Map<string, number>();
  /** Attempts from their start to the report of their answer. */
  private readonly inHand = new Set<string>();

  constructor(private readonly options: LegHandlerOptions) {
    this.seconds = options.telemetry.histogram('tonle_partner_send_seconds', 'Time of a leg at its partner', [
      'partner',
      'leg',
      'outcome',
    ]);
  }

  /** Resolves when the intents are durable and what was known is answered; the sending goes on behind it. */
  async handle(records: readonly InboundRecord[]): Promise<void> {
    const ready = this.prepare(records);
    try {
      await this.take(ready);
    } catch (error) {
      // The batch comes again, here or elsewhere. What has its intent then and was not begun is still ours to send.
      if (this.unstarted.size > UNSTARTED_MAX) this.unstarted.clear();
      for (const leg of ready) if (!this.inHand.has(keyOf(leg))) this.unstarted.set(keyOf(leg), leg.intentMs);
      throw error;
    }
    for (const leg of ready) this.unstarted.delete(keyOf(leg));
  }

  /** Is this attempt being sent or reported by this process? */
  holds(leg: { readonly legKey: string; readonly attempt: number }): boolean {
    return this.inHand.has(attemptKey(leg.legKey, leg.attempt));
  }

  private async take(ready: readonly Ready[]): Promise<void> {
    const { database, store, carrier, telemetry } = this.options;
    const inserted = await store.insertIntents(
      database,
      ready.map(({ command, prepared, bytesHash, intentMs, traceparent }) => ({
        command,
        bytesHash,
        intentMs,
        traceparent,
        externalRef: 'kind' in prepared ? '' : prepared.externalRef,
      })),
    );
    const firsts = ready.filter((leg) => inserted.has(keyOf(leg)) && leg.command.attempt === 1);
    // At once: whatever becomes of the others, these have an intent.
    for (const leg of firsts) this.start(leg);
    const others = ready.filter((leg) => !firsts.includes(leg));
    if (others.length > 0) for (const leg of await this.decideKnown(others, inserted)) this.start(leg);
    telemetry.log.debug({ partner: carrier.network, legs: ready.length, new: firsts.length }, 'leg commands');
  }

  private prepare(records: readonly InboundRecord[]): Ready[] {
    const intentMs = this.options.clock.now();
    const ready = new Map<string, Ready>();
    for (const record of records) {
      const message = decode(record);
      if (message?.type !== 'leg.command') continue;
      const command = message.body;
      const key = attemptKey(command.legKey, command.attempt);
      if (ready.has(key)) continue;
      const prepared = this.options.carrier.prepare(command);
      const bytesHash = 'kind' in prepared ? '' : hash('sha256', prepared.bytes, 'hex');
      ready.set(key, {
        command,
        prepared,
        bytesHash,
        intentMs: this.unstarted.get(key) ?? intentMs,
        traceparent: record.traceparent,
      });
    }
    return [...ready.values()];
  }

  /** What of the known legs may be sent; the others are answered or asked about here. */
  private async decideKnown(legs: readonly Ready[], inserted: ReadonlySet<string>): Promise<Ready[]> {
    const { database, store, reporter } = this.options;
    const known = await store.known(database, [...new Set(legs.map(({ command }) => command.legKey))]);
    const repeats: LegReport[] = [];
    const sendable: Ready[] = [];
    const others: Promise<void>[] = [];
    for (const leg of legs) {
      const found = known.get(leg.command.legKey);
      if (found === undefined) continue;
      const isNew = inserted.has(keyOf(leg)) || this.isUnstarted(leg, found);
      const decision = decideCommand(found, leg.command, leg.bytesHash, isNew);
      if (decision.kind === 'send') sendable.push(leg);
      else if (decision.kind === 'answer') repeats.push(decision.report);
      else if (decision.kind === 'ask')
        others.push(
          this.report(leg, notTried({ kind: 'ambiguous', because: 'an earlier attempt is open' }), false),
        );
      else if (decision.kind === 'conflict')
        others.push(
          this.report(
            leg,
            notTried({ kind: 'conflicting', reasonText: 'other content under the same leg key' }),
            false,
          ),
        );
    }
    await Promise.all([reporter.repeat(repeats), ...others]);
    return sendable;
  }

  /** Stored by an earlier try of this process at the same batch, whose end was lost before the sending began. */
  private isUnstarted(leg: Ready, found: KnownLeg): boolean {
    const intentMs = this.unstarted.get(keyOf(leg));
    if (intentMs === undefined || this.inHand.has(keyOf(leg))) return false;
    return found.attempts.some(
      (stored) => stored.attempt === leg.command.attempt && stored.intentMs === intentMs,
    );
  }

  /**
   * Sends the bytes of an open leg once more under their reference, while there is time and the partner does not
   * know them. What was learnt so far is durable before the first byte. Undefined: not now.
   */
  async sendAgain(leg: OpenLeg, evidence: readonly Evidence[]): Promise<AnswerWithEvidence | undefined> {
    const { carrier, database, slots, clock } = this.options;
    const { command, traceparent } = leg;
    const late = clock.now() >= Date.parse(command.sendBefore);
    if (carrier.notFoundIsFinal || leg.partnerRef !== undefined || late || slots.full) return undefined;
    const prepared = carrier.prepare(command);
    // Other bytes than those of its intent: a name in the directory has changed since.
    if ('kind' in prepared || hash('sha256', prepared.bytes, 'hex') !== leg.bytesHash) return undefined;
    await insertEvidence(database, evidence);
    const answered = await slots.run(() => this.sendOne({ command, prepared, traceparent }));
    return { ...answered, answer: ofSecondSending(answered.answer) };
  }

  private start(leg: Ready): void {
    const { slots, telemetry } = this.options;
    this.inHand.add(keyOf(leg));
    const full = slots.inFlight >= LEGS_WAITING_MAX;
    const sending = full
      ? Promise.resolve(notTried({ kind: 'not_sent', because: 'too much is waiting' }))
      : slots.run(() => this.sendOne(leg));
    sending
      .then((answered) => this.report(leg, answered, leg.command.attempt === 1))
      .catch((error: unknown) =>
        telemetry.log.error({ err: error, ...legFields(leg) }, 'a leg could not be reported'),
      )
      .finally(() => this.inHand.delete(keyOf(leg)));
  }

  private async sendOne(
    leg: Pick<Ready, 'command' | 'prepared' | 'traceparent'>,
  ): Promise<AnswerWithEvidence> {
    const { carrier, breaker, budget, clock, telemetry } = this.options;
    const { command, prepared } = leg;
    if ('kind' in prepared) {
      return notTried({ kind: 'rejected', reason: prepared.reason, reasonText: prepared.reasonText });
    }
    const sendBefore = Date.parse(command.sendBefore);
    let late = false;
    const mayStart = () => {
      late = clock.now() >= sendBefore;
      return !late;
    };
    if (!mayStart()) return notTried({ kind: 'not_sent', because: 'too late to send' });
    if (!breaker.admit()) return notTried({ kind: 'not_sent', because: 'circuit open' });
    budget.sent(1);
    const span = telemetry.span('leg.send', leg.traceparent, {
      'tonle.payment_id': command.paymentId,
      'tonle.leg': command.leg,
      'tonle.partner': carrier.network,
      'tonle.attempt': command.attempt,
    });
    const stop = this.seconds.startTimer({ partner: carrier.network, leg: command.leg });
    try {
      const answered = await carrier.send(prepared, mayStart);
      if (!late) noteHealth(breaker, answered.answer);
      stop({ outcome: answered.answer.kind });
      span.set('tonle.leg_outcome', answered.answer.kind);
      return answered;
    } catch (error) {
      // The carrier broke in our own hands: whether the partner got it is not known.
      span.fail(error);
      stop({ outcome: 'broken' });
      telemetry.log.error({ err: error, ...legFields(leg) }, 'sending a leg broke');
      return notTried({ kind: 'ambiguous', because: 'sending broke' });
    } finally {
      span.end();
    }
  }

  private report(leg: Ready, answered: AnswerWithEvidence, firstAnswer: boolean): Promise<void> {
    const { command, intentMs, traceparent } = leg;
    return this.options.reporter.add({
      ...answered,
      command,
      intentMs,
      enquiries: 0,
      notFounds: 0,
      firstAnswer,
      traceparent,
    });
  }
}

function legFields({ command, traceparent }: Pick<Ready, 'command' | 'traceparent'>) {
  const { legKey, paymentId, attempt } = command;
  return { ...paymentFields(paymentId, traceparent), legKey, attempt };
}

function notTried(answer: LegAnswer): AnswerWithEvidence {
  return { answer, evidence: [] };
}

function keyOf({ command }: Ready): string {
  return attemptKey(command.legKey, command.attempt);
}

/** A refusal of the second sending says nothing of the first, which may still arrive and be booked. */
function ofSecondSending(answer: LegAnswer): LegAnswer {
  if (answer.kind !== 'rejected') return answer;
  return { kind: 'ambiguous', because: `refused when sent again: ${answer.reason}` };
}

/** Any answer that could be read shows a healthy partner, a refusal too. */
export function noteHealth(breaker: CircuitBreaker, answer: LegAnswer): void {
  if (answer.kind === 'ambiguous' || answer.kind === 'not_sent') breaker.failed();
  else breaker.succeeded();
}
