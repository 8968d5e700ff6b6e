import type { WholeWindow } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import { wholeInstructions } from '../instruction/instruction.view.js';
import { findWindow, type WantingOf } from './window.view.js';

type LifeColumns = Pick<
  WholeWindow,
  'valueCalendars' | 'approvalId' | 'disputeReason' | 'leftOut' | 'entries'
>;
type Finalisation = WholeWindow['finalisations'][number];

/** A window with all that became of it; undefined when there is none of this name. */
export async function wholeWindow(
  database: Database,
  windowId: string,
  wantingOf: WantingOf,
): Promise<WholeWindow | undefined> {
  const window = await findWindow(database, windowId, wantingOf);
  if (window === undefined) return undefined;
  const [row] = await database.query<LifeRow>(LIFE, [windowId]);
  const { approvedAt, instructedAt, valueCalendars, approvalId, disputeReason, ...life } = row!;
  const named = { valueCalendars, approvalId, disputeReason };
  return {
    ...window,
    ...life,
    ...(Object.fromEntries(
      Object.entries(named).filter(([, value]) => value !== null),
    ) as Partial<LifeColumns>),
    ...(approvedAt !== null && { approvedAt: approvedAt.toISOString() }),
    ...(instructedAt !== null && { instructedAt: instructedAt.toISOString() }),
    instructions: await wholeInstructions(database, { windowId }),
    finalisations: await finalisationsOf(database, windowId),
  };
}

interface LifeRow extends Pick<WholeWindow, 'leftOut' | 'entries'> {
  readonly valueCalendars: Readonly<Record<string, number>> | null;
  readonly approvalId: string | null;
  readonly approvedAt: Date | null;
  readonly instructedAt: Date | null;
  readonly disputeReason: string | null;
}

const LIFE = `
  SELECT w.value_calendars AS "valueCalendars", w.approval_id AS "approvalId", w.approved_at AS "approvedAt",
         w.instructed_at AS "instructedAt", w.dispute_reason AS "disputeReason",
         coalesce((
           SELECT json_agg(json_build_object('removed', removed, 'counterparty', counterparty, 'netMinor', net_minor::text)
                           ORDER BY removed, counterparty)
           FROM window_left_out o
           WHERE o.window_id = w.window_id
         ), '[]') AS "leftOut",
         (SELECT json_build_object('posted', count(*)::int, 'booked', count(booked_at)::int)
          FROM window_entry e
          WHERE e.window_id = w.window_id) AS entries
  FROM settlement_window w
  WHERE w.window_id = $1`;

async function finalisationsOf(database: Database, windowId: string): Promise<Finalisation[]> {
  const rows = await database.query<
    Pick<Finalisation, 'finalisationId' | 'state' | 'sha256' | 'refusals' | 'warnings' | 'takenBy'> & {
      readonly takenAt: Date;
      readonly approvalId: string | null;
      readonly postedAt: Date | null;
    }
  >(
    `SELECT finalisation_id AS "finalisationId", state, sha256, refusals, warnings, taken_by AS "takenBy", taken_at AS "takenAt",
            approval_id AS "approvalId", posted_at AS "postedAt"
     FROM settlement_finalisation
     WHERE window_id = $1
     ORDER BY taken_at, finalisation_id`,
    [windowId],
  );
  return rows.map(({ takenAt, approvalId, postedAt, ...row }) => ({
    ...row,
    takenAt: takenAt.toISOString(),
    ...(approvalId !== null && { approvalId }),
    ...(postedAt !== null && { postedAt: postedAt.toISOString() }),
  }));
}
