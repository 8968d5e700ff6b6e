import type { Queryable } from '@tonle/persistence';
import type { DeadLetter } from './delivery.js';

const KEEP = `
  INSERT INTO dead_letter AS kept
    (reader, topic, message_id, key, type, body, traceparent, position, cause, attempts, headers)
  SELECT *
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::integer[], $11::json[])
  ON CONFLICT (reader, topic, message_id) DO UPDATE
  SET cause = excluded.cause, position = excluded.position, last_at = excluded.last_at, decision = NULL,
      attempts = kept.attempts + excluded.attempts
  -- The same place of a topic once more is the same failure, read again after a crash: what was decided stands.
  WHERE kept.position <> excluded.position OR excluded.position NOT LIKE '%/%/%'`;

/** Keeps records that could not be handled or not be sent, in table `dead_letter`; the same one twice is one. */
export async function keepDeadLetters(database: Queryable, letters: readonly DeadLetter[]): Promise<void> {
  const once = new Map(
    letters.map((letter) => [`${letter.group} ${letter.record.topic} ${letter.record.messageId}`, letter]),
  );
  const kept = [...once.values()];
  await database.query(KEEP, [
    kept.map(({ group }) => group),
    kept.map(({ record }) => record.topic),
    kept.map(({ record }) => storable(record.messageId)),
    kept.map(({ record }) => storable(record.key)),
    kept.map(({ record }) => record.type),
    kept.map(({ record }) => storable(record.body)),
    kept.map(({ record }) => record.traceparent ?? null),
    kept.map(({ record }) => record.position),
    kept.map(({ cause }) => storable(cause)),
    kept.map(({ attempts }) => attempts),
    kept.map(({ record }) => storable(JSON.stringify(record.headers))),
  ]);
}

/** What brought a record here may be what PostgreSQL's text cannot hold. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
}
