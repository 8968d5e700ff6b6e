import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

/**
 * One shape of requests for every door: made anew, or from what the gateway (`request`) or an adapter
 * (`inbound_request`, `inbound_outcome`) kept before. No row is lost.
 */
export class Requests1765000000000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    if (await exists(runner, 'request')) {
      await runner.query(FROM_GATEWAY);
      return;
    }
    await runner.query(TABLE);
    if (!(await exists(runner, 'inbound_request'))) return;
    await runner.query(FROM_ADAPTER);
    const [left] = (await runner.query(
      'SELECT (SELECT count(*) FROM inbound_request) - (SELECT count(*) FROM request) AS left_out',
    )) as { left_out: bigint | string }[];
    if (BigInt(left!.left_out) !== 0n)
      throw new Error(`${left!.left_out} inbound requests were not taken over`);
    await runner.query('DROP TABLE inbound_request; DROP TABLE inbound_outcome');
  }
}

async function exists(runner: QueryRunner, table: string): Promise<boolean> {
  const rows = (await runner.query(
    'SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1',
    [table],
  )) as unknown[];
  return rows.length > 0;
}

const TABLE = `
  -- One row a payment request: key, evidence, outbox row, and the last that was told of the payment.
  CREATE TABLE request (
    payment_id uuid PRIMARY KEY,
    sender text NOT NULL,
    -- Null: an adapter took the request before keys were unique, and an older one has this message id.
    message_id text,
    content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 32),
    uetr uuid NOT NULL,
    dialect text NOT NULL,
    message_version text,
    raw bytea NOT NULL,
    -- Signature headers, where they are evidence.
    headers json,
    submit jsonb NOT NULL,
    creditor_shown text NOT NULL,
    traceparent text,
    received_at timestamptz NOT NULL,
    -- Place in the outbox; null for rows that were published before they were outbox rows.
    lane text,
    sequence bigint,
    -- When to ask and publish again; null once the payment is final (decisions 5).
    due_at timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    state text,
    version integer,
    event jsonb,
    debit_ref text,
    credit_ref text,
    CHECK ((state IS NULL) = (event IS NULL) AND (state IS NULL) = (version IS NULL)),
    CONSTRAINT request_key UNIQUE (sender, message_id),
    CONSTRAINT request_uetr UNIQUE (uetr),
    CONSTRAINT request_lane UNIQUE (lane, sequence)
  );
  ALTER TABLE request ALTER COLUMN raw SET STORAGE EXTERNAL;
  CREATE INDEX request_list ON request (sender, payment_id DESC);
  CREATE INDEX request_due ON request (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX request_debit_ref ON request (debit_ref) WHERE debit_ref IS NOT NULL;
  CREATE INDEX request_credit_ref ON request (credit_ref) WHERE credit_ref IS NOT NULL;`;

const FROM_GATEWAY = `
  ALTER TABLE request RENAME COLUMN participant TO sender;
  ALTER TABLE request RENAME COLUMN channel TO dialect;
  ALTER TABLE request DROP CONSTRAINT request_channel_check;
  ALTER TABLE request ADD COLUMN headers json;
  ALTER TABLE request ALTER COLUMN message_id DROP NOT NULL;
  ALTER TABLE request ALTER COLUMN lane DROP NOT NULL;
  ALTER TABLE request ALTER COLUMN sequence DROP NOT NULL;`;

const FROM_ADAPTER = `
  INSERT INTO request (payment_id, sender, message_id, content_hash, uetr, dialect, message_version, raw, headers,
    submit, creditor_shown, received_at, due_at, state, version, event, credit_ref)
  SELECT r.payment_id, r.submit ->> 'sender',
    CASE row_number() OVER (PARTITION BY r.submit ->> 'sender', r.message_id ORDER BY r.received_at, r.payment_id)
      WHEN 1 THEN r.message_id
    END,
    decode(r.content_hash, 'hex'), r.uetr, 'iso20022', 'pacs.008.001.08', r.raw, r.headers, r.submit::jsonb,
    COALESCE(r.submit #>> '{lookup,payeeName}', r.submit #>> '{creditor,name}'), r.received_at,
    CASE
      WHEN o.state IN ('COMPLETED', 'REJECTED', 'EXPIRED', 'BLOCKED') THEN NULL
      ELSE r.received_at + interval '20 seconds'
    END,
    o.state, o.version, o.outcome::jsonb, o.outcome ->> 'partnerRef'
  FROM inbound_request AS r
  LEFT JOIN inbound_outcome AS o USING (payment_id)`;
