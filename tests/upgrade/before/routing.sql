-- migrations: First1764000100000

CREATE TABLE directory_entry (
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL CHECK (kind IN ('participant', 'corridor', 'calendar', 'account', 'limit')),
  id text NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  body jsonb NOT NULL,
  changed_at timestamptz NOT NULL,
  changed_by text NOT NULL,
  change_reason text NOT NULL,
  PRIMARY KEY (kind, id, version)
);
CREATE INDEX directory_entry_sequence ON directory_entry (sequence);

CREATE TABLE payment (
  id uuid PRIMARY KEY,
  uetr uuid NOT NULL,
  sender text NOT NULL,
  message_id text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('outbound', 'inbound')),
  corridor text NOT NULL,
  debtor_agent text NOT NULL,
  creditor_agent text NOT NULL,
  instruction json NOT NULL,
  directory_version bigint NOT NULL,
  quote_id uuid NOT NULL,
  quote_taken boolean NOT NULL,
  fx_provider text NOT NULL,
  rate text NOT NULL,
  source_currency text NOT NULL,
  source_minor bigint NOT NULL CHECK (source_minor >= 0),
  target_currency text NOT NULL,
  target_minor bigint NOT NULL CHECK (target_minor >= 0),
  fees jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('RECEIVED', 'VALIDATED', 'SCREENING_HOLD', 'RESERVED', 'DEBIT_SENT', 'DEBIT_UNKNOWN', 'DEBIT_SECURED',
  'CREDIT_SENT', 'CREDIT_UNKNOWN', 'MANUAL_REVIEW', 'UNWINDING', 'COMPLETED', 'REJECTED', 'EXPIRED', 'BLOCKED')),
  review_leg text CHECK (review_leg IN ('debit', 'credit')),
  version integer NOT NULL CHECK (version > 0),
  history jsonb NOT NULL,
  reason text,
  iso_reason text,
  reason_text text,
  entered_at timestamptz NOT NULL,
  instructed_at timestamptz NOT NULL,
  deadline_at timestamptz NOT NULL,
  guard_at timestamptz NOT NULL,
  due_at timestamptz,
  debit_attempt smallint NOT NULL,
  credit_attempt smallint NOT NULL,
  reversal_attempt smallint NOT NULL,
  leg_sent_at timestamptz,
  leg_send_before timestamptz,
  resend text CHECK (resend IN ('leg_not_sent', 'leg_not_received', 'leg_rejected')),
  debit_ref text,
  credit_ref text,
  reversal_ref text,
  limit_day date,
  line_kinds text[] NOT NULL,
  line_debits integer[] NOT NULL,
  line_credits integer[] NOT NULL,
  line_minors bigint[] NOT NULL,
  completed_at timestamptz,
  home_window text,
  partner_window text,
  windows jsonb NOT NULL,
  lane text NOT NULL,
  CHECK ((state = 'MANUAL_REVIEW') = (review_leg IS NOT NULL)),
  CHECK ((state IN ('COMPLETED', 'BLOCKED')) = (completed_at IS NOT NULL)),
  CHECK ((state IN ('COMPLETED', 'REJECTED', 'EXPIRED', 'BLOCKED')) = (due_at IS NULL)),
  CHECK (cardinality(line_kinds) = cardinality(line_debits)
     AND cardinality(line_kinds) = cardinality(line_credits)
     AND cardinality(line_kinds) = cardinality(line_minors))
) WITH (fillfactor = 60);
CREATE UNIQUE INDEX payment_uetr ON payment (uetr)
  WHERE reason IS DISTINCT FROM 'uetr_in_use' AND reason IS DISTINCT FROM 'key_reused';
CREATE UNIQUE INDEX payment_key ON payment (sender, message_id)
  WHERE reason IS DISTINCT FROM 'uetr_in_use' AND reason IS DISTINCT FROM 'key_reused';
CREATE UNIQUE INDEX payment_quote ON payment (quote_id)
  WHERE quote_taken;
CREATE INDEX payment_due ON payment (due_at)
  WHERE due_at IS NOT NULL;
CREATE INDEX payment_home_window ON payment (home_window, id)
  WHERE home_window IS NOT NULL;
CREATE INDEX payment_partner_window ON payment (partner_window, id)
  WHERE partner_window IS NOT NULL;

CREATE TABLE account (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL UNIQUE,
  kind text NOT NULL,
  currency text NOT NULL,
  debits_pending bigint NOT NULL DEFAULT 0 CHECK (debits_pending >= 0),
  credits_pending bigint NOT NULL DEFAULT 0 CHECK (credits_pending >= 0),
  debits_posted bigint NOT NULL DEFAULT 0 CHECK (debits_posted >= 0),
  credits_posted bigint NOT NULL DEFAULT 0 CHECK (credits_posted >= 0)
) WITH (fillfactor = 30);
CREATE TABLE transfer (
  chain_id uuid NOT NULL,
  kind text NOT NULL,
  debit_account integer NOT NULL,
  credit_account integer NOT NULL,
  minor bigint NOT NULL CHECK (minor > 0),
  reference text,
  at timestamptz NOT NULL,
  PRIMARY KEY (chain_id, kind),
  CHECK (debit_account <> credit_account)
);
CREATE UNIQUE INDEX transfer_reference ON transfer (reference, kind)
  WHERE reference IS NOT NULL;

CREATE TABLE limit_counter (
  debtor text NOT NULL,
  currency text NOT NULL,
  day date NOT NULL,
  used_minor bigint NOT NULL CHECK (used_minor >= 0),
  PRIMARY KEY (day, debtor, currency)
) WITH (fillfactor = 80);
CREATE TABLE lane_window (
  lane text NOT NULL,
  window_id text NOT NULL,
  cut_off_at timestamptz NOT NULL,
  completed integer NOT NULL,
  drained_at timestamptz,
  PRIMARY KEY (lane, window_id)
) WITH (fillfactor = 50);
CREATE TABLE screening_hold (
  payment_id uuid PRIMARY KEY REFERENCES payment,
  since timestamptz NOT NULL,
  until timestamptz NOT NULL,
  party text NOT NULL,
  list_entry text NOT NULL,
  matched text NOT NULL,
  decision text CHECK (decision IN ('clear', 'confirm', 'timeout')),
  decided_at timestamptz
);
CREATE TABLE payment_break (
  id uuid PRIMARY KEY,
  payment_id uuid NOT NULL,
  type text NOT NULL,
  severity smallint NOT NULL,
  leg text NOT NULL,
  detail text NOT NULL,
  evidence jsonb NOT NULL,
  opened_at timestamptz NOT NULL,
  UNIQUE (payment_id, type, leg)
);
CREATE TABLE operator_action (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  operator text NOT NULL,
  reason text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL
);
CREATE INDEX screening_hold_open ON screening_hold (since)
  WHERE decision IS NULL;

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
