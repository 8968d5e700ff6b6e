import { TERMINAL_BREAK_STATES, type settlementCalls } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import { recordDeeds, type Clock, type Random } from '@tonle/platform';
import type { z } from 'zod';

type Decision = z.infer<typeof settlementCalls.decideBreak.request>;
type Answer = z.infer<typeof settlementCalls.decideBreak.response>;

const STATE_OF: Readonly<Record<Decision['decision'], 'ASSIGNED' | 'RESOLVED'>> = {
  assign: 'ASSIGNED',
  resolve: 'RESOLVED',
};

/** What people do with breaks: each deed is kept, with who did it and why, in the commit that changes the break. */
export class BreakService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Refuses `not_found`, and `break_closed` for one that has ended. */
  decide({ breakId, decision, owner, operator, participant, reason }: Decision): Promise<Answer> {
    const nowMs = this.clock.now();
    const at = new Date(nowMs);
    const given = decision === 'assign' ? (owner ?? operator) : null;
    return this.database.transaction(async (transaction): Promise<Answer> => {
      const [found] = await transaction.query<{ isClosed: boolean; state: string; owner: string | null }>(
        'SELECT state = ANY($2) AS "isClosed", state, owner FROM settlement_break WHERE break_id = $1 FOR UPDATE',
        [breakId, TERMINAL_BREAK_STATES],
      );
      if (found === undefined) return { kind: 'refused', reason: 'not_found' };
      if (found.isClosed) return { kind: 'refused', reason: 'break_closed' };
      await transaction.query(
        `UPDATE settlement_break
         SET state = $2, owner = coalesce($3, owner), closed_at = CASE $2 WHEN 'RESOLVED' THEN $4::timestamptz END
         WHERE break_id = $1`,
        [breakId, STATE_OF[decision], given, at],
      );
      await transaction.query(
        `INSERT INTO break_deed (deed_id, break_id, at, deed, operator, reason, owner)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [this.random.id(nowMs), breakId, at, decision, operator, reason, given],
      );
      const deed = {
        atMs: nowMs,
        actor: { kind: 'operator', name: operator, participant },
        action: `break.${decision}`,
        object: breakId,
        before: { state: found.state, owner: found.owner },
        after: { state: STATE_OF[decision], owner: given ?? found.owner },
        reason,
      } as const;
      await recordDeeds(transaction, 'settlement', [deed]);
      return { kind: 'done' };
    });
  }
}
