-- migrations: GatewayFirst1764000000000

CREATE TABLE outbox_lane (
  id text PRIMARY KEY,
  -- Who leased it last; the epoch grows with every lease and is checked by every commit.
  owner text NOT NULL,
  epoch bigint NOT NULL CHECK (epoch > 0),
  leased_until timestamptz NOT NULL,
  next_sequence bigint NOT NULL CHECK (next_sequence > 0),
  published_up_to bigint NOT NULL,
  CHECK (published_up_to < next_sequence)
) WITH (fillfactor = 50);
CREATE TABLE outbox (
  lane text NOT NULL,
  sequence bigint NOT NULL,
  topic text NOT NULL,
  key text NOT NULL,
  type text NOT NULL,
  message_id text NOT NULL,
  body text NOT NULL,
  traceparent text,
  PRIMARY KEY (lane, sequence)
);

-- One row a payment request: idempotency key, evidence, outbox row, and the last that was told of the payment.
CREATE TABLE request (
  payment_id uuid PRIMARY KEY,
  participant text NOT NULL,
  message_id text NOT NULL,
  content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 32),
  uetr uuid NOT NULL,
  channel text NOT NULL CHECK (channel IN ('rest', 'iso20022')),
  message_version text,
  raw bytea NOT NULL,
  submit jsonb NOT NULL,
  creditor_shown text NOT NULL,
  traceparent text,
  received_at timestamptz NOT NULL,
  lane text NOT NULL,
  sequence bigint NOT NULL,
  -- When to ask and publish again; null once the payment is final (decisions 5).
  due_at timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  state text,
  version integer,
  event jsonb,
  debit_ref text,
  credit_ref text,
  CHECK ((state IS NULL) = (event IS NULL) AND (state IS NULL) = (version IS NULL)),
  CONSTRAINT request_key UNIQUE (participant, message_id),
  CONSTRAINT request_uetr UNIQUE (uetr),
  CONSTRAINT request_lane UNIQUE (lane, sequence)
);
ALTER TABLE request ALTER COLUMN raw SET STORAGE EXTERNAL;
CREATE INDEX request_list ON request (participant, payment_id DESC);
CREATE INDEX request_due ON request (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX request_debit_ref ON request (debit_ref) WHERE debit_ref IS NOT NULL;
CREATE INDEX request_credit_ref ON request (credit_ref) WHERE credit_ref IS NOT NULL;

-- What the payee's network said, and until when it holds (decisions 10).
CREATE TABLE lookup (
  lookup_id uuid PRIMARY KEY,
  participant text NOT NULL,
  finding jsonb NOT NULL,
  valid_until timestamptz NOT NULL,
  made_at timestamptz NOT NULL
);
CREATE INDEX lookup_valid ON lookup (valid_until);

-- Copy of routing's directory (decisions 8).
CREATE TABLE directory_entry (
  kind text NOT NULL,
  id text NOT NULL,
  version integer NOT NULL,
  body jsonb NOT NULL,
  PRIMARY KEY (kind, id)
);
