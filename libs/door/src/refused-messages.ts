import type { Refusal } from '@tonle/contracts';
import type { Database, Queryable } from '@tonle/persistence';
import type { RequestKey } from './intake.decide.js';
import { holdForRefusal } from './message-lock.js';

/** Database time; a message is too old to be taken long before. */
const KEPT_DAYS = 7;
const FORGOTTEN_AT_ONCE_MAX = 1_000;

const FIND = `
  SELECT sender, message_id, content_hash, refusal
  FROM refused_message
  JOIN unnest($1::text[], $2::text[], $3::bytea[]) AS wanted (sender, message_id, content_hash)
    USING (sender, message_id, content_hash)`;

// Not for a message whose payment was taken: that is what its repeat is answered with, whatever speaks against it by now.
const KEEP = `
  INSERT INTO refused_message AS first (sender, message_id, content_hash, refusal)
  SELECT $1, $2, $3, $4
  WHERE NOT EXISTS (SELECT FROM request WHERE sender = $1 AND message_id = $2)
  ON CONFLICT (sender, message_id, content_hash) DO UPDATE
  SET refusal = first.refusal
  RETURNING refusal`;

const FORGET = `
  DELETE FROM refused_message
  WHERE ctid IN (
    SELECT ctid
    FROM refused_message
    WHERE refused_at < clock_timestamp() - $1 * interval '1 day'
    LIMIT $2)`;

/**
 * Table `refused_message`: a sender whose message was refused gives its payer the money back, so the same message is never
 * paid later, whatever it may be that has changed since.
 */
export class RefusedMessages {
  constructor(private readonly database: Database) {}

  /**
   * Durable when it resolves. Returns what the sender is to be told: what it was told first. Undefined: a payment was taken
   * under its message id meanwhile.
   */
  async keep(key: RequestKey, refusal: Refusal): Promise<Refusal | undefined> {
    const { sender, messageId, contentHash } = key;
    return this.database.transaction(async (transaction) => {
      const values = [sender, messageId, contentHash, JSON.stringify(refusal)];
      const [, rows] = await Promise.all([
        holdForRefusal(transaction, key),
        transaction.last.query<{ refusal: Refusal }>(KEEP, values),
      ]);
      return rows[0]?.refusal;
    });
  }

  /** Drops what no message can follow any more. */
  async forget(): Promise<void> {
    await this.database.query(FORGET, [KEPT_DAYS, FORGOTTEN_AT_ONCE_MAX]);
  }
}

/** What was answered to each of these messages, when it was refused. */
export async function findRefusals(
  database: Queryable,
  keys: readonly RequestKey[],
): Promise<(Refusal | undefined)[]> {
  const rows = await database.query<{
    sender: string;
    message_id: string;
    content_hash: Buffer;
    refusal: Refusal;
  }>(FIND, [
    keys.map(({ sender }) => sender),
    keys.map(({ messageId }) => messageId),
    keys.map(({ contentHash }) => contentHash),
  ]);
  const isOf = (key: RequestKey) => (row: (typeof rows)[number]) =>
    row.sender === key.sender && row.message_id === key.messageId && row.content_hash.equals(key.contentHash);
  return keys.map((key) => rows.find(isOf(key))?.refusal);
}
