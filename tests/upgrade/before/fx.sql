-- migrations: First1764000200000

CREATE TABLE rate_book (
one boolean PRIMARY KEY DEFAULT TRUE CHECK (one),
version bigint NOT NULL);

INSERT INTO rate_book (version) VALUES (0);

CREATE TABLE standing_rate (
provider text NOT NULL,
source_currency text NOT NULL,
target_currency text NOT NULL,
version integer NOT NULL,
rate text,
valid_until timestamptz,
pushed_at timestamptz NOT NULL,
PRIMARY KEY (provider, source_currency, target_currency));

CREATE TABLE rate (LIKE standing_rate,
PRIMARY KEY (provider, source_currency, target_currency, version));

CREATE TABLE relationship (
provider text NOT NULL,
participant text NOT NULL,
PRIMARY KEY (provider, participant));

CREATE TABLE improvement (
provider text NOT NULL,
kind text NOT NULL CHECK (kind IN ('tier', 'participant')),
participant text NOT NULL,
source_currency text NOT NULL,
target_currency text NOT NULL,
from_minor bigint NOT NULL CHECK (from_minor >= 0),
basis_points integer NOT NULL,
PRIMARY KEY (provider, kind, participant, source_currency, target_currency, from_minor));

CREATE TABLE mid_rate (
source_currency text NOT NULL,
target_currency text NOT NULL,
rate text NOT NULL,
PRIMARY KEY (source_currency, target_currency));

CREATE TABLE exposure (
provider text NOT NULL,
currency text NOT NULL,
limit_minor bigint NOT NULL CHECK (limit_minor >= 0),
open_minor bigint NOT NULL DEFAULT 0 CHECK (open_minor >= 0),
PRIMARY KEY (provider, currency));

CREATE TABLE fx_position (
provider text NOT NULL,
currency text NOT NULL,
day date NOT NULL,
bought_minor bigint NOT NULL DEFAULT 0 CHECK (bought_minor >= 0),
sold_minor bigint NOT NULL DEFAULT 0 CHECK (sold_minor >= 0),
PRIMARY KEY (provider, currency, day));

CREATE TABLE quote (
quote_id uuid PRIMARY KEY,
state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'used', 'released', 'expired')),
corridor text NOT NULL,
provider text NOT NULL,
participant text NOT NULL,
fixed text NOT NULL CHECK (fixed IN ('source', 'target')),
source_currency text NOT NULL,
source_minor bigint NOT NULL CHECK (source_minor > 0),
target_currency text NOT NULL,
target_minor bigint NOT NULL CHECK (target_minor > 0),
rate text NOT NULL,
base_rate text NOT NULL,
rate_version integer NOT NULL,
improvement_basis_points integer NOT NULL,
fees jsonb NOT NULL,
explanation jsonb NOT NULL,
issued_at timestamptz NOT NULL,
expires_at timestamptz NOT NULL CHECK (expires_at > issued_at),
payment_id uuid);

CREATE INDEX quote_expiry ON quote (expires_at) WHERE state = 'open';

CREATE UNIQUE INDEX quote_payment ON quote (payment_id) WHERE payment_id IS NOT NULL;
