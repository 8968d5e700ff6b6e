import type { Random } from '@tonle/platform';
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
}
