import {
  decode,
  refused,
  type AuditActor,
  type Deed,
  type LetterAnswer,
  type LetterDecision,
  type LetterRehearsal,
  type LetterReveal,
} from '@tonle/contracts';
import {
  endLetter,
  findLetter,
  keepFailure,
  recordLetterDeed,
  RECORD_BYTES_MAX,
  sizeOf,
  type KeptLetter,
  type LetterDeed,
} from '@tonle/messaging';
import type { Transaction } from '@tonle/persistence';
import { recordDeeds } from './audit-log/audit-log.store.js';
import type { Platform } from './platform.js';
import type { Service } from './service.js';

/** What the desk needs of a platform. */
export type DeskHost = Pick<
  Platform,
  'service' | 'database' | 'transport' | 'clock' | 'random' | 'telemetry'
>;
type HandlingOf = Service['handlingOf'];
type NotedDeed = Omit<LetterDeed, 'deedId' | 'at'> & { readonly participant?: string };

const DECISIONS = { replay: 'replayed', discard: 'discarded' } as const;

/** Where people decide about the records that a service could not handle, or not send. */
export class DeadLetterDesk {
  constructor(
    readonly host: DeskHost,
    private readonly handlingOf: HandlingOf,
  ) {}

  /**
   * Replays a record to the handler that failed, or publishes again what could not be sent; or ends it unread. Its deed is
   * recorded before. A replay that has been done before changes nothing: receivers know what they have had. Refuses
   * `not_found`, `letter_decided` for the other decision, and `replay_failed` with the cause; then it stays.
   */
  async decide({ letterId, decision, operator, participant, reason }: LetterDecision): Promise<LetterAnswer> {
    const { database } = this.host;
    const letter = await findLetter(database, letterId);
    if (letter === undefined) return refused('not_found');
    if (letter.decision === DECISIONS[decision]) return { kind: 'done' };
    if (letter.decision !== null) return refused('letter_decided', `It was ${letter.decision}.`);
    await this.note({ letterId, deed: decision, operator, participant, reason }, letter);
    if (decision === 'replay') return this.replay(letterId, letter);
    await endLetter(database, letterId, 'discarded');
    return { kind: 'done' };
  }

  /** A letter of a redrive, whose deed is recorded with it: undefined when it is handled, or was decided since. */
  async replayOne(letterId: string): Promise<string | undefined> {
    const letter = await findLetter(this.host.database, letterId);
    if (letter === undefined || letter.decision !== null) return undefined;
    const answer = await this.replay(letterId, letter);
    return answer.kind === 'refused' ? (answer.detail ?? answer.reason) : undefined;
  }

  /** What a replay would do now, in words. It does nothing. */
  async rehearse(letterId: string): Promise<LetterRehearsal> {
    const letter = await findLetter(this.host.database, letterId);
    if (letter === undefined) return refused('not_found');
    try {
      return { kind: 'rehearsed', would: [...(await this.rehearsal(letter))] };
    } catch (error) {
      return { kind: 'rehearsed', would: [], failure: causeOf(error) };
    }
  }

  /** What a letter says, after a note of who wanted to know, and why; undefined when there is none. */
  async reveal({ letterId, ...by }: LetterReveal): Promise<string | undefined> {
    const letter = await findLetter(this.host.database, letterId);
    if (letter !== undefined) await this.note({ letterId, deed: 'reveal', ...by }, letter);
    return letter?.record.body;
  }

  /** Notes a deed, before it is done: its end is told by the letter. */
  private note(deed: NotedDeed, letter: KeptLetter): Promise<void> {
    return this.host.database.transaction((transaction) => this.noteIn(transaction, deed, letter));
  }

  /** Notes a deed in the transaction that does it, in the list of deeds and in the audit log; `letter` is the one that it is about. */
  async noteIn(
    transaction: Transaction,
    { participant, ...deed }: NotedDeed,
    letter?: KeptLetter,
  ): Promise<void> {
    const { service, clock, random } = this.host;
    const nowMs = clock.now();
    await recordLetterDeed(transaction, { ...deed, deedId: random.id(nowMs), at: new Date(nowMs) });
    const by = { name: deed.operator, participant };
    await recordDeeds(transaction, service, [deedOf(deed, by, letter, nowMs)]);
  }

  private async replay(letterId: string, letter: KeptLetter): Promise<LetterAnswer> {
    const cause = await this.failureOf(letter);
    if (cause === undefined) await endLetter(this.host.database, letterId, 'replayed');
    else await keepFailure(this.host.database, letterId, cause);
    return cause === undefined ? { kind: 'done' } : refused('replay_failed', cause);
  }

  /** Undefined when the record is handled. */
  private async failureOf({ record, reader }: KeptLetter): Promise<string | undefined> {
    const handler = this.handlingOf(record.topic)?.handler;
    if (reader !== 'outbox' && handler === undefined) return unhandled(record.topic);
    try {
      await (reader === 'outbox' ? this.host.transport.publish([record]) : handler!([record]));
      return undefined;
    } catch (error) {
      const { topic, type, messageId } = record;
      this.host.telemetry.log.warn({ err: error, topic, type, messageId }, 'a dead letter failed again');
      return causeOf(error);
    }
  }

  private async rehearsal({ record, reader, decision }: KeptLetter): Promise<readonly string[]> {
    const { topic, type, key, body } = record;
    if (decision !== null) return [`nothing: it was ${decision}`];
    if (reader === 'outbox') {
      if (sizeOf(body) > RECORD_BYTES_MAX)
        throw new Error(`larger than a broker takes: ${Buffer.byteLength(body)} bytes`);
      return [`send ${type} about ${key} to ${topic} again; who has had it changes nothing`];
    }
    const handling = this.handlingOf(topic);
    if (handling === undefined) throw new Error(unhandled(topic));
    if (handling.rehearse !== undefined) return handling.rehearse(record);
    if (decode(record) === undefined) throw new Error(`this version has no message ${type}`);
    return [`give ${type} about ${key} to ${this.host.service} again; what it has had changes nothing`];
  }
}

function deedOf(
  { deed, letterId, groupId, reason, detail }: Omit<LetterDeed, 'deedId' | 'at'>,
  by: Pick<AuditActor, 'name' | 'participant'>,
  letter: KeptLetter | undefined,
  atMs: number,
): Deed {
  const { topic, type, key, messageId } = letter?.record ?? {};
  return {
    atMs,
    actor: { kind: 'operator', ...by },
    action: `dead-letter.${deed}`,
    object: (letterId ?? groupId)!,
    before:
      letter === undefined ? { letters: detail } : { reader: letter.reader, topic, type, key, messageId },
    reason,
  };
}

const unhandled = (topic: string): string => `nothing here handles ${topic} any more`;

function causeOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
