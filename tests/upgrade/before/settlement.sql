-- migrations: First1764000600000 Second1764000610000

CREATE TABLE payment_record (
  payment_id uuid PRIMARY KEY,
  version integer NOT NULL,
  state text NOT NULL,
  direction text NOT NULL,
  corridor text NOT NULL,
  uetr uuid NOT NULL,
  end_to_end_id text NOT NULL,
  fx_provider text NOT NULL,
  source_currency text NOT NULL,
  source_minor bigint NOT NULL,
  target_currency text NOT NULL,
  target_minor bigint NOT NULL,
  debit_ref text,
  credit_ref text,
  reversal_ref text,
  lane text NOT NULL,
  ended_at timestamptz NOT NULL
);

CREATE INDEX payment_record_ended ON payment_record (ended_at);

CREATE INDEX payment_record_uetr ON payment_record (uetr);

CREATE TABLE settlement_window (
  window_id text PRIMARY KEY,
  partner text NOT NULL,
  currency text NOT NULL,
  settlement_mode text NOT NULL CHECK (settlement_mode IN ('GROSS_RT', 'DEFERRED_NET')),
  day date NOT NULL,
  calendar_version integer NOT NULL,
  cut_off_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'OPEN'
    CHECK (state IN ('OPEN', 'DRAINING', 'CLOSED', 'NETTED', 'APPROVED', 'INSTRUCTED', 'SETTLED', 'FAILED')),
  payments integer NOT NULL DEFAULT 0,
  gross_minor bigint NOT NULL DEFAULT 0,
  closed_at timestamptz,
  UNIQUE (partner, currency, day)
);

CREATE TABLE window_line (
  window_id text NOT NULL REFERENCES settlement_window,
  payment_id uuid NOT NULL,
  lane text NOT NULL,
  debtor text NOT NULL,
  creditor text NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  PRIMARY KEY (window_id, payment_id)
);

CREATE INDEX window_line_payment ON window_line (payment_id);

CREATE TABLE window_net (
  window_id text NOT NULL REFERENCES settlement_window,
  participant text NOT NULL,
  net_minor bigint NOT NULL,
  PRIMARY KEY (window_id, participant)
);

CREATE TABLE window_bilateral (
  window_id text NOT NULL REFERENCES settlement_window,
  debtor text NOT NULL,
  creditor text NOT NULL,
  amount_minor bigint NOT NULL,
  payments integer NOT NULL,
  PRIMARY KEY (window_id, debtor, creditor)
);

CREATE TABLE drain_mark (
  lane text NOT NULL,
  drained_at timestamptz NOT NULL,
  lanes text[] NOT NULL,
  completed jsonb NOT NULL,
  PRIMARY KEY (lane, drained_at)
);

CREATE TABLE statement_line (
  partner text NOT NULL,
  currency text NOT NULL,
  line_id text NOT NULL,
  day date NOT NULL,
  uetr uuid,
  partner_ref text,
  leg text,
  amount_minor bigint NOT NULL,
  status text NOT NULL,
  booked_at timestamptz NOT NULL,
  PRIMARY KEY (partner, currency, line_id)
);

CREATE INDEX statement_line_uetr ON statement_line (partner, currency, uetr);

CREATE INDEX statement_line_ref ON statement_line (partner, currency, partner_ref);

CREATE TABLE settlement_break (
  break_id uuid PRIMARY KEY,
  type text NOT NULL,
  severity smallint NOT NULL,
  partner text NOT NULL,
  currency text NOT NULL,
  day date NOT NULL,
  match_key text NOT NULL,
  payment_id uuid,
  our_minor bigint,
  their_minor bigint,
  state text NOT NULL CHECK (state IN ('OPEN', 'ASSIGNED', 'PROPOSED', 'APPROVED', 'RESOLVED', 'AUTO_RESOLVED')),
  detail text NOT NULL,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  UNIQUE (partner, currency, type, match_key)
);

CREATE TABLE job_run (
  job_id uuid PRIMARY KEY,
  job text NOT NULL,
  parameters jsonb NOT NULL,
  operator text NOT NULL,
  reason text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
  progress text NOT NULL,
  result jsonb,
  started_at timestamptz NOT NULL,
  ended_at timestamptz
);

CREATE TABLE window_drain (
  window_id text NOT NULL,
  lane text NOT NULL,
  lanes text[] NOT NULL,
  completed integer NOT NULL,
  drained_at timestamptz NOT NULL,
  PRIMARY KEY (window_id, lane)
);

INSERT INTO window_drain (window_id, lane, lanes, completed, drained_at)
SELECT said.key, lane, lanes, said.value::integer, drained_at
FROM drain_mark
CROSS JOIN LATERAL jsonb_each_text(completed) AS said
ORDER BY drained_at
ON CONFLICT DO NOTHING;

DROP TABLE drain_mark;
