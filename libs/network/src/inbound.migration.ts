/** Tables of an adapter with an inbound door: requests and outcomes are facts, nothing changes but a newer outcome. */
export const INBOUND_TABLES_SQL: readonly string[] = [
  `CREATE TABLE inbound_request (
     payment_id uuid PRIMARY KEY,
     uetr uuid NOT NULL UNIQUE,
     message_id text NOT NULL,
     content_hash text NOT NULL,
     submit json NOT NULL,
     headers json NOT NULL,
     raw bytea NOT NULL,
     received_at timestamptz NOT NULL
   )`,
  'CREATE INDEX inbound_request_received_at ON inbound_request (received_at)',
  'CREATE INDEX inbound_request_message ON inbound_request (message_id)',
  `CREATE TABLE inbound_outcome (
     payment_id uuid PRIMARY KEY,
     version integer NOT NULL,
     state text NOT NULL,
     outcome json NOT NULL,
     at timestamptz NOT NULL
   )`,
];
