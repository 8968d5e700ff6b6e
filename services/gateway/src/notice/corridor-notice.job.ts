import type { Direction } from '@tonle/contracts';
import type { Corridor, Directory } from '@tonle/directory';
import type { Database } from '@tonle/persistence';
import type { Clock, Random } from '@tonle/platform';
import type { DirectionStatus } from '../directory/corridor-status.schema.js';
import type { CorridorStatusService } from '../directory/corridor-status.service.js';
import type { NoticeBell } from './notice-bell.js';
import { noticeIdOf, type Notice, type NoticeType } from './notice.js';
import { insertNotices } from './notice.store.js';

/** What stands otherwise than was told for so long is told, whoever should have told it. */
const UNTOLD_MS = 20_000;
const TYPE: NoticeType = 'corridor.status';
const DIRECTIONS = ['outbound', 'inbound'] as const;

// Of all instances that see a change the first one writes it, and tells of it.
const CHANGE = `
INSERT INTO corridor_status AS s (corridor, direction, status, changed_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (corridor, direction) DO UPDATE SET status = excluded.status, changed_at = excluded.changed_at
WHERE s.status <> excluded.status
RETURNING (xmax <> 0) AS "isChange"`;

interface Seen {
  readonly status: DirectionStatus['status'];
  readonly differsSinceMs?: number;
}

/**
 * Tells the banks of a corridor's home network when a direction of it stands otherwise than before. An instance tells what changes
 * before its own eyes: one whose copy of the directory is a little behind takes nothing back.
 */
export class CorridorNoticeJob {
  private readonly seen = new Map<string, Seen>();

  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly statuses: Pick<CorridorStatusService, 'statusOf'>,
    private readonly bell: Pick<NoticeBell, 'ring'>,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  readonly run = async (): Promise<void> => {
    if (!this.directory.isLoaded) return;
    const nowMs = this.clock.now();
    const told = await this.told();
    for (const corridor of this.directory.corridors()) {
      const shown = this.statuses.statusOf(corridor, nowMs);
      for (const direction of DIRECTIONS) {
        const key = `${corridor.corridorId} ${direction}`;
        if (this.isToTell(key, shown[direction].status, told.get(key), nowMs))
          await this.tell(corridor, direction, shown[direction], nowMs);
      }
    }
  };

  private isToTell(
    key: string,
    status: DirectionStatus['status'],
    told: string | undefined,
    nowMs: number,
  ): boolean {
    const before = this.seen.get(key);
    const differsSinceMs = status === told ? undefined : (before?.differsSinceMs ?? nowMs);
    this.seen.set(key, { status, ...(differsSinceMs !== undefined && { differsSinceMs }) });
    if (differsSinceMs === undefined) return false;
    const changed = before !== undefined && before.status !== status;
    return told === undefined || changed || nowMs - differsSinceMs >= UNTOLD_MS;
  }

  private async told(): Promise<ReadonlyMap<string, string>> {
    const rows = await this.database.query<{ key: string; status: string }>(
      `SELECT corridor || ' ' || direction AS key, status FROM corridor_status`,
    );
    return new Map(rows.map(({ key, status }) => [key, status]));
  }

  /** What is seen for the first time is no change: it is written, and nobody is told. */
  private async tell(
    corridor: Corridor,
    direction: Direction,
    status: DirectionStatus,
    nowMs: number,
  ): Promise<void> {
    const at = new Date(nowMs);
    const told = await this.database.transaction(async (transaction) => {
      const row = [corridor.corridorId, direction, status.status, at.toISOString()];
      const [written] = await transaction.query<{ isChange: boolean }>(CHANGE, row);
      if (written?.isChange !== true) return new Set<string>();
      return insertNotices(transaction, this.noticesOf(corridor, direction, status, nowMs), at);
    });
    this.bell.ring(told);
  }

  private noticesOf(
    { corridorId, home }: Corridor,
    direction: Direction,
    { status, taking, by, since, expectedUntil, words }: DirectionStatus,
    nowMs: number,
  ): Notice[] {
    const about = this.random.id(nowMs);
    const at = new Date(nowMs).toISOString();
    const data = {
      corridor: corridorId,
      direction,
      status,
      taking,
      by,
      since: since ?? at,
      expectedUntil,
      words,
    };
    return this.directory
      .participants()
      .filter(({ kind, memberOf }) => kind === 'bank' && memberOf.includes(home.networkId))
      .map(({ participantId: participant }) => ({
        noticeId: noticeIdOf(participant, about, TYPE),
        participant,
        type: TYPE,
        data,
        at,
      }));
  }
}
