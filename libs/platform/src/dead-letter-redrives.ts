import {
  deadLetterCalls,
  refused,
  type LetterGroupDecision,
  type LetterRedriveAnswer,
  type LetterRedriveRequest,
  type LetterRedriveStop,
} from '@tonle/contracts';
import {
  claimRedrive,
  discardGroup,
  groupInWords,
  nextOfRedrive,
  noteRound,
  openOfGroup,
  redriveTotal,
  redrivesOf,
  startRedrive,
  stopRedrive,
  type RedriveInHand,
  type RedriveRound,
} from '@tonle/messaging';
import type { DeadLetterDesk } from './dead-letter-desk.js';
import type { Service } from './service.js';

/** A round replays what a second allows, and lets go of the redrive. */
const ROUND_MS = 1_000;

/** Groups of dead letters that people redrive: rounds by the clock, which go on where a process stopped. */
class Redrives {
  constructor(private readonly desk: DeadLetterDesk) {}

  /**
   * Refuses `not_found` when no letter of the group is open, `redrive_larger` when more are than were asked for, `redrive_running` when
   * it is being redriven. A redrive that has its name is the same one, running or not.
   */
  async start({ groupId, redriveId: named, ...asked }: LetterRedriveRequest): Promise<LetterRedriveAnswer> {
    const { database, clock, random } = this.desk.host;
    const known = named === undefined ? undefined : await redriveTotal(database, named);
    if (known !== undefined) return { kind: 'started', redriveId: named!, total: known };
    const what = await groupInWords(database, groupId);
    if (what === undefined) return refused('not_found');
    const redriveId = named ?? random.id(clock.now());
    const { operator, participant, reason } = asked;
    const total = await database.transaction(async (transaction) => {
      const started = await startRedrive(transaction, { redriveId, groupId, what, ...asked });
      if (started === undefined) return undefined;
      const by = { operator, participant, reason, redriveId };
      await this.desk.note(transaction, [
        { groupId, deed: 'redrive', ...by, detail: what, before: { letters: what } },
      ]);
      return started;
    });
    if (total !== undefined) return { kind: 'started', redriveId, total };
    const open = asked.most === undefined ? 0 : await openOfGroup(database, groupId);
    return open > (asked.most ?? 0)
      ? refused('redrive_larger', `${open} are open now.`)
      : refused('redrive_running');
  }

  async discard({ groupId, ...by }: LetterGroupDecision): Promise<number | undefined> {
    return this.desk.host.database.transaction(async (transaction) => {
      const detail = await groupInWords(transaction, groupId);
      if (detail === undefined) return undefined;
      const discarded = await discardGroup(transaction, groupId);
      await this.desk.note(transaction, [
        { groupId, deed: 'discard', detail, ...by, before: { letters: detail } },
        ...discarded.map(({ letterId, ...before }) => ({ letterId, deed: 'discard', ...by, before })),
      ]);
      return discarded.length;
    });
  }

  async stop({ redriveId, ...by }: LetterRedriveStop): Promise<boolean> {
    return this.desk.host.database.transaction(async (transaction) => {
      const stopped = await stopRedrive(transaction, redriveId, `${by.operator}: ${by.reason}`);
      if (stopped === undefined) return false;
      const { groupId, what: detail } = stopped;
      const deed = { groupId, deed: 'stop-redrive', detail, ...by, redriveId, before: { letters: detail } };
      await this.desk.note(transaction, [deed]);
      return true;
    });
  }

  /** One round of one redrive, if any is running that nobody has in hand. */
  async round(): Promise<void> {
    const { database } = this.desk.host;
    const redrive = await claimRedrive(database);
    if (redrive === undefined) return;
    await noteRound(database, redrive.redriveId, await this.replayed(redrive));
  }

  private async replayed(redrive: RedriveInHand): Promise<RedriveRound> {
    const letters = await nextOfRedrive(this.desk.host.database, redrive);
    if (letters.length === 0) return { replayed: 0, failed: 0, end: 'done' };
    const untilMs = performance.now() + ROUND_MS;
    const { redriveId, operator, reason } = redrive;
    let replayed = 0;
    let failed = 0;
    let lastFailure: string | undefined;
    for (const letterId of letters) {
      const failure = await this.desk.replayOne(letterId, { redriveId, operator, reason });
      if (failure === undefined) replayed += 1;
      else {
        failed += 1;
        lastFailure = failure;
        if (redrive.stopOnFailure)
          return {
            replayed,
            failed,
            lastFailure,
            end: 'stopped',
            because: `a letter failed again: ${failure}`,
          };
      }
      // Others wait for this process too, and it may be about to close.
      if (performance.now() > untilMs) break;
    }
    return { replayed, failed, ...(lastFailure !== undefined && { lastFailure }) };
  }
}

/** Answers what people ask about groups of a service's dead letters, and goes on with what they began. */
export function declareRedrives(service: Service, desk: DeadLetterDesk): void {
  const { host } = desk;
  const calls = deadLetterCalls(host.service);
  const redrives = new Redrives(desk);
  service.call(calls.redrive, (asked) => redrives.start(asked));
  service.call(calls.redrives, async ({ limit }) => ({ redrives: await redrivesOf(host.database, limit) }));
  service.call(calls.stopRedrive, async (asked) =>
    (await redrives.stop(asked)) ? { kind: 'done' } : refused('not_found'),
  );
  service.call(calls.discardGroup, async (asked) => {
    const count = await redrives.discard(asked);
    return count === undefined ? refused('not_found') : ({ kind: 'done', count } as const);
  });
  service.job('dead-letter-redrive', ROUND_MS, () => redrives.round());
}
