import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/** What operators propose and others decide: who proposed something never approves it, and nobody approves twice. */
export class Approvals1774006000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE approval_request (
        approval_id uuid PRIMARY KEY,
        kind text NOT NULL,
        target text NOT NULL,
        target_version text NOT NULL,
        payload json NOT NULL,
        before json,
        after json,
        currency text,
        amount_minor bigint,
        warnings json NOT NULL,
        evidence text,
        reason text NOT NULL,
        operator text NOT NULL,
        participant text NOT NULL,
        policy_version int NOT NULL,
        approvals_required int NOT NULL CHECK (approvals_required > 0),
        state text NOT NULL CHECK (state IN
          ('pending', 'approved', 'executed', 'rejected', 'withdrawn', 'expired', 'stale', 'failed')),
        proposed_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        effective_at timestamptz,
        ended_at timestamptz,
        detail text,
        outcome json,
        UNIQUE (approval_id, participant),
        CHECK (num_nulls(currency, amount_minor) IN (0, 2)),
        CHECK ((ended_at IS NULL) = (state IN ('pending', 'approved')))
      );
      CREATE UNIQUE INDEX approval_request_open ON approval_request (kind, target)
        WHERE state IN ('pending', 'approved');
      CREATE INDEX approval_request_expiry ON approval_request (expires_at) WHERE state = 'pending';
      CREATE INDEX approval_request_effective ON approval_request (effective_at) WHERE state = 'approved';
      CREATE TABLE approval_vote (
        vote_id uuid NOT NULL UNIQUE,
        approval_id uuid NOT NULL,
        maker text NOT NULL,
        participant text NOT NULL,
        verdict text NOT NULL CHECK (verdict IN ('approve', 'reject', 'withdraw')),
        operator text NOT NULL,
        reason text NOT NULL,
        acknowledged json NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (approval_id, participant, verdict),
        FOREIGN KEY (approval_id, maker) REFERENCES approval_request (approval_id, participant),
        CHECK ((participant = maker) = (verdict = 'withdraw'))
      )`);
  }
}
