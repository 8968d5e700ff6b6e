import type { Refusal } from '@tonle/contracts';
import type { RawMessage, Reply } from '@tonle/door';
import type { Platform } from '@tonle/platform';
import type { InboundMessages } from './inbound.js';

/** Until then the network comes again by itself. */
const FIRST_MS = 60_000;
const WAIT_MS_MAX = 3_600_000;
/** What nobody confirms for so long the day's file shows, if it is true. */
const LOOKED_AT_MS = 3 * 24 * 3_600_000;
const AT_ONCE_MAX = 50;

const KEEP = `
  INSERT INTO hint (path, content_hash, bytes, headers, first_at, next_at)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT DO NOTHING`;

// Moved on before it is looked at: another instance takes others, and what stops here is looked at again.
const TAKE_DUE = `
  UPDATE hint
  SET looks = looks + 1,
    next_at = $1::timestamptz + LEAST($2::float8 * power(2, LEAST(looks + 1, 20)), $3::float8) * interval '1 millisecond'
  WHERE (path, content_hash) IN (
    SELECT path, content_hash
    FROM hint
    WHERE next_at <= $1
    ORDER BY next_at
    LIMIT $4
    FOR UPDATE SKIP LOCKED)
  RETURNING path, bytes, headers`;

const GIVE_UP = 'DELETE FROM hint WHERE first_at < $1 RETURNING path';

type Answer = (path: string, message: RawMessage) => Promise<Reply | Refusal>;

/**
 * Table `hint`: a network whose message only hints at a payment repeats it until it is answered well, and may stop before. So what
 * was not answered well yet is looked at by us, too: the payment ends though nobody comes again.
 */
export class Hints {
  private readonly givenUp;

  constructor(
    private readonly platform: Pick<Platform, 'database' | 'clock' | 'telemetry'>,
    private readonly firstMs = FIRST_MS,
  ) {
    this.givenUp = platform.telemetry.counter(
      'tonle_hints_given_up_total',
      'Payments that a network hinted at and never confirmed; the files of the day show those that were made',
      [],
      [],
    );
  }

  /** Kept before it is answered, until it is answered well. */
  async answered(
    path: string,
    { dialect }: Pick<InboundMessages, 'dialect'>,
    message: RawMessage,
    answer: () => Promise<Reply | Refusal>,
  ): Promise<Reply | Refusal> {
    const reading = dialect.read(message);
    if (reading.kind !== 'instruction') return answer();
    const { database, clock } = this.platform;
    const { contentHash } = reading.key;
    const at = clock.now();
    const bytes = Buffer.from(message.bytes);
    const times = [new Date(at), new Date(at + this.firstMs)];
    await database.query(KEEP, [path, contentHash, bytes, JSON.stringify(message.headers), ...times]);
    const said = await answer();
    if (!('kind' in said) && said.status < 300)
      await database.query('DELETE FROM hint WHERE path = $1 AND content_hash = $2', [path, contentHash]);
    return said;
  }

  /** One round: what is due is answered as if it came again, for nobody to hear. */
  async run(answer: Answer): Promise<void> {
    const { database, clock, telemetry } = this.platform;
    const now = clock.now();
    const due = await database.query<{ path: string; bytes: Buffer; headers: RawMessage['headers'] }>(
      TAKE_DUE,
      [new Date(now), this.firstMs, WAIT_MS_MAX, AT_ONCE_MAX],
    );
    for (const { path, bytes, headers } of due)
      await answer(path, { bytes, headers }).catch((error: unknown) =>
        telemetry.log.error({ err: error, path }, 'a hint could not be looked at'),
      );
    const gone = await database.query<{ path: string }>(GIVE_UP, [new Date(now - LOOKED_AT_MS)]);
    if (gone.length > 0) {
      this.givenUp.inc({}, gone.length);
      telemetry.log.warn({ count: gone.length }, 'what a network hinted at was never confirmed');
    }
  }
}
