import type { InboundRecord } from '@tonle/messaging';
import type { Clock, Rehearsal } from '@tonle/platform';
import { decode, type LegCommand } from '@tonle/contracts';
import { minorText } from '@tonle/money';
import type { Database } from '@tonle/persistence';
import type { Telemetry } from '@tonle/telemetry';
import { decideCommand } from './leg-command.decide.js';
import type {
  AnswerWithEvidence,
  KnownLeg,
  LegCarrier,
  LegRefusal,
  LegReport,
  Parties,
  PreparedLeg,
} from './leg.js';
import type { LegReporter } from './leg-reporter.js';
import { bytesHashOf, legFields, notTried, type LegSender, type SendableLeg } from './leg-sender.js';
import { attemptKey, type LegStore } from './leg.store.js';
import { calledOff } from './payment-codes/payment-code.store.js';
import type { Slots } from './slots.js';

/** More than this waiting for a slot, and further legs are not sent: routing tries them again while there is time. */
const LEGS_WAITING_MAX = 5_000;

/** More than this that never came again is let go: the sweep finds it. */
const UNSTARTED_MAX = 20_000;

const CALLED_OFF: LegRefusal = {
  kind: 'refused',
  reason: 'DS02',
  reasonText: 'it was cancelled before it was paid',
};

export interface LegHandlerOptions {
  readonly carrier: Pick<LegCarrier, 'network' | 'partiesOf' | 'callsOff'>;
  readonly database: Database;
  readonly store: LegStore;
  readonly sender: LegSender;
  readonly reporter: LegReporter;
  readonly slots: Slots;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

interface Ready extends SendableLeg {
  readonly bytesHash: string;
  readonly intentMs: number;
}

/**
 * Takes batches of `leg.command`: one insert of intents, then each new leg is sent (domain 6.1, decisions 12).
 * A command that is known is answered from its row and never sent a second time.
 */
export class LegHandler {
  /** Attempts whose intent may be stored but whose sending this process has not begun, by attempt key. */
  private readonly unstarted = new Map<string, Pick<Ready, 'intentMs' | 'waits'>>();
  /** Attempts from their start to the report of their answer. */
  private readonly inHand = new Set<string>();

  constructor(private readonly options: LegHandlerOptions) {}

  /** Resolves when the intents are durable and what was known is answered; the sending goes on behind it. */
  async handle(records: readonly InboundRecord[]): Promise<void> {
    const ready = await this.prepare(commandsOf(records));
    try {
      await this.take(ready);
    } catch (error) {
      // The batch comes again, here or elsewhere. What has its intent then and was not begun is still ours to send.
      if (this.unstarted.size > UNSTARTED_MAX) this.unstarted.clear();
      for (const leg of ready)
        if (!this.inHand.has(keyOf(leg)))
          this.unstarted.set(keyOf(leg), { intentMs: leg.intentMs, waits: leg.waits });
      throw error;
    }
    for (const leg of ready) this.unstarted.delete(keyOf(leg));
  }

  /** What a command would bring about now, in words; sends and stores nothing. */
  readonly rehearse: Rehearsal = async (record) => {
    const { database, store, carrier } = this.options;
    const [leg] = await this.prepare(commandsOf([record]));
    if (leg === undefined) return ['nothing: it is no leg command'];
    const { command, bytesHash } = leg;
    const { legKey, attempt, amount } = command;
    const known = (await store.known(database, [legKey])).get(legKey);
    const isNew = known?.attempts.some((stored) => stored.attempt === attempt) !== true;
    const decision = known === undefined ? undefined : decideCommand(known, command, bytesHash, isNew);
    switch (decision?.kind ?? 'send') {
      case 'send':
        if ('kind' in leg.prepared) return [`send nothing of leg ${legKey}: ${whyUnsent(leg.prepared)}`];
        return [
          `send attempt ${attempt} of leg ${legKey} to ${carrier.network}, as ${refOf(leg)}: ` +
            minorText(BigInt(amount.minor), amount.currency),
        ];
      case 'answer':
        return [`tell routing again what became of leg ${legKey}`];
      case 'wait':
        return [`nothing: leg ${legKey} is being sent or asked about`];
      case 'ask':
        return [`ask ${carrier.network} about an earlier attempt of leg ${legKey}`];
      default:
        return [`refuse leg ${legKey}: an earlier attempt has other content`];
    }
  };

  /** Is this attempt being sent or reported by this process? */
  holds(leg: { readonly legKey: string; readonly attempt: number }): boolean {
    return this.inHand.has(attemptKey(leg.legKey, leg.attempt));
  }

  private async take(ready: readonly Ready[]): Promise<void> {
    const { database, store, carrier, telemetry } = this.options;
    const inserted = await store.insertIntents(
      database,
      ready.map((leg) => ({ ...leg, externalRef: refOf(leg) })),
    );
    const off = await this.calledOff(ready);
    const firsts = ready.filter((leg) => inserted.has(keyOf(leg)) && leg.command.attempt === 1);
    // At once: whatever becomes of the others, these have an intent.
    for (const leg of firsts) this.start(unlessOff(leg, off));
    const others = ready.filter((leg) => !firsts.includes(leg));
    if (others.length > 0)
      for (const leg of await this.decideKnown(others, inserted)) this.start(unlessOff(leg, off));
    telemetry.log.debug({ partner: carrier.network, legs: ready.length, new: firsts.length }, 'leg commands');
  }

  /** Asked when the intents are durable, as who calls off looks at them when that is: of two at once each sees the other. */
  private async calledOff(ready: readonly Ready[]): Promise<ReadonlySet<string>> {
    const { carrier, database } = this.options;
    return carrier.callsOff === true ? calledOff(database, ready.map(refOf)) : new Set();
  }

  private async prepare(commands: readonly TracedCommand[]): Promise<Ready[]> {
    const { carrier, clock, database, store, sender, slots } = this.options;
    const intentMs = clock.now();
    const repeated = commands.flatMap(({ command }) => (command.attempt > 1 ? [command.legKey] : []));
    const named = await store.partiesOf(database, repeated);
    let free = slots.free;
    return commands.map(({ command, traceparent }) => {
      // A later attempt has the bytes of the first, whatever the directory says by now.
      const parties: Parties = named.get(command.legKey) ?? carrier.partiesOf(command);
      const prepared = sender.prepare(command, parties);
      const first = command.attempt === 1 && !('kind' in prepared);
      const waits = first && free <= 0;
      if (first) free -= 1;
      const before = this.unstarted.get(attemptKey(command.legKey, command.attempt));
      const bytesHash = bytesHashOf(prepared);
      return { command, prepared, parties, bytesHash, intentMs, waits, ...before, traceparent };
    });
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
    const intentMs = this.unstarted.get(keyOf(leg))?.intentMs;
    if (intentMs === undefined || this.inHand.has(keyOf(leg))) return false;
    return found.attempts.some(
      (stored) => stored.attempt === leg.command.attempt && stored.intentMs === intentMs,
    );
  }

  private start(leg: Ready): void {
    const { sender, slots, telemetry } = this.options;
    this.inHand.add(keyOf(leg));
    const full = slots.inFlight >= LEGS_WAITING_MAX;
    const sending = full
      ? Promise.resolve(notTried({ kind: 'not_sent', because: 'too much is waiting' }))
      : sender.send(leg);
    sending
      .then((answered) => answered && this.report(leg, answered, leg.command.attempt === 1))
      .catch((error: unknown) =>
        telemetry.log.error({ err: error, ...legFields(leg) }, 'a leg could not be reported'),
      )
      .finally(() => this.inHand.delete(keyOf(leg)));
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

interface TracedCommand {
  readonly command: LegCommand;
  readonly traceparent?: string;
}

/** Each attempt once. */
function commandsOf(records: readonly InboundRecord[]): TracedCommand[] {
  const commands = new Map<string, TracedCommand>();
  for (const record of records) {
    const message = decode(record);
    if (message?.type !== 'leg.command') continue;
    const { body: command } = message;
    const key = attemptKey(command.legKey, command.attempt);
    if (!commands.has(key)) commands.set(key, { command, traceparent: record.traceparent });
  }
  return [...commands.values()];
}

/** Our reference; empty when there is nothing to send. */
function refOf({ prepared }: Pick<Ready, 'prepared'>): string {
  return 'kind' in prepared ? '' : prepared.externalRef;
}

function whyUnsent(prepared: Exclude<Ready['prepared'], PreparedLeg>): string {
  return prepared.kind === 'unwritable' ? prepared.because : (prepared.reasonText ?? prepared.reason);
}

function unlessOff(leg: Ready, off: ReadonlySet<string>): Ready {
  return off.has(refOf(leg)) ? { ...leg, prepared: CALLED_OFF } : leg;
}

function keyOf({ command }: Pick<Ready, 'command'>): string {
  return attemptKey(command.legKey, command.attempt);
}
