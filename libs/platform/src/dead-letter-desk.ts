import {
  decode,
  refused,
  type AuditFacts,
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
  recordLetterDeeds,
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

/** Who does something with letters, and why. */
interface DoneBy {
  readonly operator: string;
  readonly participant?: string;
  readonly reason: string;
  /** The redrive that it is done by. */
  readonly redriveId?: string;
}

type NotedDeed = Omit<LetterDeed, 'deedId' | 'at'> &
  DoneBy & {
    /** What it is done to, and what came of it, as the audit log has them. */
    readonly before?: AuditFacts;
    readonly after?: AuditFacts;
  };

/** Error texts may be long; the letter has all of it. */
const CAUSE_MAX = 300;
const DECISIONS = { replay: 'replayed', discard: 'discarded' } as const;

/** Where people decide about the records that a service could not handle, or not send. */
export class DeadLetterDesk {
  constructor(
    readonly host: DeskHost,
    private readonly handlingOf: HandlingOf,
  ) {}

  /**
   * Replays a record to the handler that failed, or publishes again what could not be sent; or ends it unread. That a replay is
   * asked for is recorded before, and what came of it after. A replay that has been done before changes nothing: receivers know what they have had. Of two at
   * once the first decides. Refuses `not_found`, `letter_decided` for the other decision, and `replay_failed` with the cause; then it stays.
   */
  async decide({ letterId, decision, operator, participant, reason }: LetterDecision): Promise<LetterAnswer> {
    const { database } = this.host;
    const letter = await findLetter(database, letterId);
    if (letter === undefined) return refused('not_found');
    if (letter.decision !== null) return answerOf(letter, decision);
    const by = { operator, participant, reason };
    const deed = { letterId, deed: decision, ...by, before: factsOf(letter) };
    if (decision === 'discard')
      return database.transaction(async (transaction) => {
        if (!(await endLetter(transaction, letterId, 'discarded')))
          return answerOf(await findLetter(transaction, letterId), decision);
        await this.note(transaction, [deed]);
        return { kind: 'done' };
      });
    await database.transaction((transaction) => this.note(transaction, [deed]));
    return this.replay(letterId, letter, by);
  }

  /** A letter of a redrive: undefined when it is handled, or was decided since. */
  async replayOne(letterId: string, by: DoneBy): Promise<string | undefined> {
    const letter = await findLetter(this.host.database, letterId);
    if (letter === undefined || letter.decision !== null) return undefined;
    const answer = await this.replay(letterId, letter, by);
    if (answer.kind === 'done' || answer.reason === 'letter_decided') return undefined;
    return answer.detail ?? answer.reason;
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
    const { database } = this.host;
    const letter = await findLetter(database, letterId);
    if (letter === undefined) return undefined;
    const deed = { letterId, deed: 'reveal', ...by, before: factsOf(letter) };
    await database.transaction((transaction) => this.note(transaction, [deed]));
    return letter.record.body;
  }

  /** Notes deeds in the transaction that does them, in the list of deeds and in the audit log. */
  async note(transaction: Transaction, deeds: readonly NotedDeed[]): Promise<void> {
    const { service, clock, random } = this.host;
    const nowMs = clock.now();
    const listed = deeds.map(({ deed, letterId, groupId, operator, reason, detail }) => ({
      ...{ deedId: random.id(nowMs), at: new Date(nowMs), deed, operator, reason },
      ...(letterId === undefined ? {} : { letterId }),
      ...(groupId === undefined ? {} : { groupId }),
      ...(detail === undefined ? {} : { detail }),
    }));
    await recordLetterDeeds(transaction, listed);
    await recordDeeds(
      transaction,
      service,
      deeds.map((deed) => entryOf(deed, nowMs)),
    );
  }

  /**
   * What came of it is noted with it: of each letter it can be asked who replayed it, when, and with what result. Who discarded it
   * while it was handled has decided, and cannot undo that it is handled.
   */
  private async replay(letterId: string, letter: KeptLetter, by: DoneBy): Promise<LetterAnswer> {
    const cause = await this.failureOf(letter);
    const { type, key } = letter.record;
    const within = by.redriveId === undefined ? '' : ` by redrive ${by.redriveId}`;
    return this.host.database.transaction(async (transaction) => {
      const isFirst =
        cause === undefined
          ? await endLetter(transaction, letterId, 'replayed')
          : await keepFailure(transaction, letterId, cause);
      const decided = isFirst ? undefined : await findLetter(transaction, letterId);
      const isSame = cause === undefined && decided?.decision === 'replayed';
      const before = decided === undefined || isSame ? undefined : decisionOf(decided);
      const result = cause === undefined ? 'replayed' : 'failed';
      const short = cause?.slice(0, CAUSE_MAX);
      const told = [`${type} ${key}${within}`, short, before && `it was ${before} meanwhile`];
      await this.note(transaction, [
        {
          ...{ letterId, ...by, before: factsOf(letter) },
          deed: cause !== undefined ? 'replay-failed' : before === undefined ? 'replayed' : 'replayed-late',
          detail: told.filter((part) => part !== undefined).join(': '),
          after: { result, ...(short && { cause: short }), ...(before && { decided: before }) },
        },
      ]);
      if (before !== undefined)
        return refused('letter_decided', `It was ${before} while it was replayed${outcomeOf(cause)}.`);
      return cause === undefined ? { kind: 'done' } : refused('replay_failed', cause);
    });
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

function entryOf(
  { deed, letterId, groupId, operator: name, participant, redriveId, reason, before, after }: NotedDeed,
  atMs: number,
): Deed {
  const actor = { kind: 'operator', name, ...(participant === undefined ? {} : { participant }) } as const;
  const result = redriveId === undefined ? after : { ...after, redriveId };
  return {
    ...{ atMs, actor, action: `dead-letter.${deed}`, object: (letterId ?? groupId)!, reason },
    ...(before === undefined ? {} : { before }),
    ...(result === undefined ? {} : { after: result }),
  };
}

function factsOf({ reader, record: { topic, type, key, messageId } }: KeptLetter): AuditFacts {
  return { reader, topic, type, key, messageId };
}

/** To who comes behind another: done when both wanted the same. */
function answerOf(letter: KeptLetter | undefined, wanted: LetterDecision['decision']): LetterAnswer {
  if (letter === undefined) return refused('not_found');
  if (letter.decision === DECISIONS[wanted]) return { kind: 'done' };
  return refused('letter_decided', `It was ${decisionOf(letter)}.`);
}

const decisionOf = ({ decision, decidedBy }: KeptLetter): string => `${decision} by ${decidedBy}`;

const outcomeOf = (cause: string | undefined): string =>
  cause === undefined ? ', and is handled all the same' : `, which failed: ${cause.slice(0, CAUSE_MAX)}`;

const unhandled = (topic: string): string => `nothing here handles ${topic} any more`;

function causeOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
