import type { Random } from '@tonle/platform';
import type { DeedFilter, OperatorDeed } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';

/** Something a person did, with the reason given. */
export interface OperatorAction {
  readonly operator: string;
  readonly reason: string;
  readonly action: string;
  readonly subject: string;
  /** Where it can be seen that it was right. */
  readonly evidence?: string;
  readonly atMs: number;
}

const RECORD = `
INSERT INTO operator_action (id, at, operator, reason, action, subject, evidence)
VALUES ($1, $2, $3, $4, $5, $6, $7)`;

const LIST = `
SELECT id, at, operator, action, subject, reason, evidence
FROM operator_action
WHERE ($1::text IS NULL OR subject = $1)
  AND ($2::text IS NULL OR operator = $2)
  AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC
LIMIT $4`;

interface ActionRow {
  readonly id: string;
  readonly at: Date;
  readonly operator: string;
  readonly action: string;
  readonly subject: string;
  readonly reason: string;
  readonly evidence: string | null;
}

export class OperatorStore {
  constructor(private readonly random: Random) {}

  /** In the transaction of what was done, so that nothing is done unrecorded. */
  async record(
    transaction: Queryable,
    { operator, reason, action, subject, evidence, atMs }: OperatorAction,
  ): Promise<void> {
    const id = this.random.id(atMs);
    const at = new Date(atMs).toISOString();
    await transaction.query(RECORD, [id, at, operator, reason, action, subject, evidence ?? null]);
  }

  async list(database: Queryable, { subject, operator, before, limit }: DeedFilter): Promise<OperatorDeed[]> {
    const rows = await database.query<ActionRow>(LIST, [
      subject ?? null,
      operator ?? null,
      before ?? null,
      limit,
    ]);
    return rows.map(({ id, at, evidence, ...row }) => ({
      actionId: id,
      at: at.toISOString(),
      ...row,
      ...(evidence === null ? {} : { evidence }),
    }));
  }
}
