import {
  deadLetterCalls,
  refused,
  type Deed,
  type LetterAnswer,
  type LetterDecision,
} from '@tonle/contracts';
import {
  endLetter,
  findLetter,
  keepFailure,
  letterDeeds,
  openLetters,
  recordLetterDeed,
  type BatchHandler,
  type KeptLetter,
} from '@tonle/messaging';
import { recordDeeds } from './audit-log/audit-log.store.js';
import type { Platform } from './platform.js';
import type { Service } from './service.js';

type DeskHost = Pick<Platform, 'service' | 'database' | 'transport' | 'clock' | 'random' | 'telemetry'>;

/** Where people decide about the records that a service could not handle, or not send. */
class DeadLetterDesk {
  constructor(
    private readonly host: DeskHost,
    private readonly handlerOf: (topic: string) => BatchHandler | undefined,
  ) {}

  /**
   * Replays a record to the handler that failed, or publishes again what could not be sent; or ends it unread. Its deed is
   * recorded before. A replay that has been done before changes nothing: receivers know what they have had. Refuses
   * `not_found`, `letter_decided` for the other decision, and `replay_failed` with the cause; then it stays.
   */
  async decide(asked: LetterDecision): Promise<LetterAnswer> {
    const { database, clock, random } = this.host;
    const { letterId, decision } = asked;
    const letter = await findLetter(database, letterId);
    if (letter === undefined) return refused('not_found');
    const end = decision === 'replay' ? 'replayed' : 'discarded';
    if (letter.decision === end) return { kind: 'done' };
    if (letter.decision !== null) return refused('letter_decided', `It was ${letter.decision}.`);
    const nowMs = clock.now();
    await database.transaction(async (transaction) => {
      await recordLetterDeed(transaction, { ...asked, deedId: random.id(nowMs), at: new Date(nowMs) });
      await recordDeeds(transaction, this.host.service, [deedOf(asked, letter, nowMs)]);
    });
    const cause = decision === 'replay' ? await this.failureOf(letter) : undefined;
    if (cause !== undefined) {
      await keepFailure(database, letterId, cause);
      return refused('replay_failed', cause);
    }
    await endLetter(database, letterId, end);
    return { kind: 'done' };
  }

  /** Undefined when the record is handled. */
  private async failureOf({ record, reader }: KeptLetter): Promise<string | undefined> {
    const handler = this.handlerOf(record.topic);
    if (reader !== 'outbox' && handler === undefined) return `nothing here handles ${record.topic} any more`;
    try {
      await (reader === 'outbox' ? this.host.transport.publish([record]) : handler!([record]));
      return undefined;
    } catch (error) {
      const { topic, type, messageId } = record;
      this.host.telemetry.log.warn({ err: error, topic, type, messageId }, 'a dead letter failed again');
      return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
  }
}

function deedOf(asked: LetterDecision, { record, reader }: KeptLetter, atMs: number): Deed {
  const { topic, type, key, messageId } = record;
  return {
    atMs,
    actor: { kind: 'operator', name: asked.operator, participant: asked.participant },
    action: `dead-letter.${asked.decision}`,
    object: asked.letterId,
    before: { reader, topic, type, key, messageId },
    reason: asked.reason,
  };
}

/** Answers for the dead letters of a service. */
export function declareDeadLetters(service: Service, host: DeskHost): void {
  const calls = deadLetterCalls(host.service);
  const desk = new DeadLetterDesk(host, (topic) => service.handlerOf(topic));
  service.call(calls.list, ({ limit }) => openLetters(host.database, limit));
  service.call(calls.decide, (decision) => desk.decide(decision));
  service.call(calls.actions, async (filter) => ({
    actions: await letterDeeds(host.database, host.service, filter),
  }));
}
