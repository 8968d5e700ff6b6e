-- migrations: First1764000000000

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

CREATE TABLE leg (
  leg_key text NOT NULL,
  attempt integer NOT NULL CHECK (attempt >= 1),
  payment_id uuid NOT NULL,
  leg text NOT NULL CHECK (leg IN ('debit', 'credit', 'reversal')),
  corridor text NOT NULL,
  currency text NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  external_ref text NOT NULL,
  bytes_hash text NOT NULL,
  command json NOT NULL,
  intent_at timestamptz NOT NULL,
  send_before timestamptz NOT NULL,
  PRIMARY KEY (leg_key, attempt)
);

CREATE INDEX leg_payment ON leg (payment_id);

CREATE INDEX leg_external_ref ON leg (external_ref);

CREATE INDEX leg_intent_at ON leg (intent_at);

CREATE TABLE leg_answer (
  leg_key text NOT NULL,
  attempt integer NOT NULL,
  outcome text NOT NULL CHECK (outcome IN
    ('accepted', 'rejected', 'not_sent', 'not_received', 'unknown', 'exhausted', 'blocked', 'conflicting')),
  partner_ref text,
  reason text,
  reason_text text,
  currency text,
  amount_minor bigint,
  at timestamptz NOT NULL,
  PRIMARY KEY (leg_key, attempt, outcome)
);

CREATE UNIQUE INDEX leg_answer_one_accepted ON leg_answer (leg_key) WHERE outcome = 'accepted';

CREATE UNIQUE INDEX leg_answer_one_definite ON leg_answer (leg_key, attempt) WHERE outcome IN ('accepted', 'rejected', 'blocked');

CREATE INDEX leg_answer_partner_ref ON leg_answer (partner_ref) WHERE partner_ref IS NOT NULL;

CREATE TABLE leg_enquiry (
  leg_key text PRIMARY KEY,
  attempt integer NOT NULL,
  next_enquiry_at timestamptz NOT NULL,
  enquiries integer NOT NULL DEFAULT 0,
  not_founds integer NOT NULL DEFAULT 0,
  last_not_found_at timestamptz,
  partner_ref text
);

CREATE INDEX leg_enquiry_due ON leg_enquiry (next_enquiry_at);

CREATE TABLE evidence (
  evidence_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('in', 'out')),
  operation text NOT NULL,
  at timestamptz NOT NULL,
  status integer,
  headers json,
  bytes bytea NOT NULL
);

CREATE INDEX evidence_subject ON evidence (subject);
