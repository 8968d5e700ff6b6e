import type { Random } from '@tonle/platform';
import type { AuditActor, Deed, DeedFilter, OperatorDeed } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import { recordDeeds } from '@tonle/platform';

/** Something a person did, or the auditor, with the reason given. */
export interface OperatorAction extends Pick<Deed, 'before' | 'after' | 'decides'> {
  readonly operator: string;
  /** Whose key it is. */
  readonly participant?: string;
  /** Default: an operator. */
  readonly kind?: AuditActor['kind'];
  readonly reason: string;
  readonly action: string;
  readonly subject: string;
  /** Where it can be seen that it was right. */
  readonly evidence?: string;
  readonly atMs: number;
}

const RECORD = `
INSERT INTO operator_action (id, at, operator, reason, action, subject, evidence)
SELECT *
FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])`;

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
  async record(transaction: Queryable, ...actions: readonly OperatorAction[]): Promise<void> {
    await transaction.query(RECORD, [
      actions.map(({ atMs }) => this.random.id(atMs)),
      actions.map(({ atMs }) => new Date(atMs).toISOString()),
      actions.map(({ operator }) => operator),
      actions.map(({ reason }) => reason),
      actions.map(({ action }) => action),
      actions.map(({ subject }) => subject),
      actions.map(({ evidence }) => evidence ?? null),
    ]);
    await recordDeeds(transaction, 'routing', actions.map(deedOf));
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

function deedOf({
  operator,
  participant,
  kind = 'operator',
  subject: object,
  ...deed
}: OperatorAction): Deed {
  const { atMs, action, reason, evidence, before, after, decides } = deed;
  const actor = { kind, name: operator, participant };
  return { atMs, actor, action, object, before, after, reason, evidence, decides };
}
