import { Gatherer } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { Clock, Service } from '@tonle/platform';
import { SIGNATURE_AGE_MAX_MS, SIGNATURE_SKEW_MAX_MS } from '@tonle/security';

/** A signature that is kept for less than it is accepted could be used twice; one second for what is read in whole ones. */
const KEPT_MS = SIGNATURE_AGE_MAX_MS + SIGNATURE_SKEW_MAX_MS + 1_000;
const FORGET_EVERY_MS = 30_000;
const GATHER_MS = 5;
const BATCH_MAX = 500;
/** A database that hangs: who comes meanwhile is told to come again, and does not wait beside the others. */
const WAIT_MS_MAX = 5_000;

const useFrom = (nonces: string) => `
INSERT INTO used_nonce (key_id, nonce, keep_until)
SELECT DISTINCT u.key_id, u.nonce, $3::timestamptz
FROM ${nonces}
ON CONFLICT DO NOTHING
RETURNING key_id, nonce`;
const NONCES = 'unnest($1::text[], $2::text[]) AS u (key_id, nonce)';
const USE = useFrom(NONCES);
// The log of a database is one: a later commit of ours that waits for the disk waits for this one as well.
const USE_AHEAD = `
WITH ahead AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
${useFrom(`ahead, ${NONCES}`)}`;

// By both clocks: the sandbox's may have been ahead when it was written, or be ahead now.
const FORGET = `
DELETE FROM used_nonce
WHERE keep_until < $1 AND used_at < clock_timestamp() - $2 * interval '1 millisecond'`;

export interface NonceUse {
  readonly keyId: string;
  readonly nonce: string;
  /**
   * What it allows is written elsewhere than in this database: the nonce is on the disk before anything is done. Of any
   * other request the nonce is on the disk before what the request did is, and nobody waits for it twice.
   */
  readonly elsewhere?: boolean;
}

/**
 * Table `used_nonce`: which signatures were used. It lives in the service's database, so that all instances share it and
 * neither a restart nor a Redis that hangs, is full or was emptied forgets one (decisions 29). A database that breaks down
 * may forget the last second of those that did nothing.
 */
export class NonceRegister {
  private readonly uses: Gatherer<NonceUse, boolean>;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.uses = new Gatherer((batch) => this.useAll(batch), {
      batchMax: BATCH_MAX,
      lingerMs: GATHER_MS,
      waitMsMax: WAIT_MS_MAX,
    });
  }

  /** Declares what keeps the table small. */
  runIn(service: Service): void {
    service.job('delete-nonces', FORGET_EVERY_MS, () => this.forget());
  }

  /**
   * True once for each nonce of a key, for all instances from then on. Rejects with DatabaseUnavailable or GathererFull when nobody
   * can know: the request is refused, and may be sent again.
   */
  isFirstUse(use: NonceUse): Promise<boolean> {
    return this.uses.add(use);
  }

  /** Drops what is too old to be accepted in any case. */
  async forget(): Promise<void> {
    await this.database.query(FORGET, [new Date(this.clock.now()).toISOString(), KEPT_MS]);
  }

  private async useAll(batch: readonly NonceUse[]): Promise<boolean[]> {
    const sql = batch.some(({ elsewhere }) => elsewhere) ? USE : USE_AHEAD;
    const fresh = await this.database.query<{ key_id: string; nonce: string }>(sql, [
      batch.map(({ keyId }) => keyId),
      batch.map(({ nonce }) => nonce),
      new Date(this.clock.now() + KEPT_MS).toISOString(),
    ]);
    const first = new Set(fresh.map((row) => nameOf(row.key_id, row.nonce)));
    // Of two that came together one is the first.
    return batch.map(({ keyId, nonce }) => first.delete(nameOf(keyId, nonce)));
  }
}

/** A nonce has no blanks (NONCE of libs/security). */
function nameOf(keyId: string, nonce: string): string {
  return `${nonce} ${keyId}`;
}
