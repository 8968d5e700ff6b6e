import type { ParticipantBody } from '@tonle/directory';
import type { Database } from '@tonle/persistence';

/** What reports tell of a participant. */
export type NotedParticipant = Pick<ParticipantBody, 'participantId' | 'kind' | 'country' | 'caps'>;

// The same as before is nothing new. Two at a time may note the same twice: the last holds, and both say the same.
const NOTE = `
  INSERT INTO participant_known (participant, known_from, kind, country, caps)
  SELECT told.participant, $1::timestamptz, told.kind, told.country, told.caps
  FROM unnest($2::text[], $3::text[], $4::text[], $5::jsonb[]) AS told (participant, kind, country, caps)
  LEFT JOIN LATERAL (
    SELECT kind, country, caps
    FROM participant_known
    WHERE participant = told.participant
    ORDER BY known_from DESC
    LIMIT 1
  ) AS last ON true
  WHERE (last.kind, last.country, last.caps) IS DISTINCT FROM (told.kind, told.country, told.caps)
  ON CONFLICT DO NOTHING`;

/** Keeps how participants stand from now on, as far as that is new. */
export async function noteParticipants(
  database: Database,
  participants: readonly NotedParticipant[],
  now: Date,
): Promise<void> {
  if (participants.length === 0) return;
  await database.query(NOTE, [
    now,
    participants.map(({ participantId }) => participantId),
    participants.map(({ kind }) => kind),
    participants.map(({ country }) => country ?? null),
    participants.map(({ caps }) => JSON.stringify(caps)),
  ]);
}
