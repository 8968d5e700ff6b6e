import { afterEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { instructionOf, newsOf } from '../door.testing.js';
import { auditRequests } from '../request-audit.js';
import { listRequests } from '../request-list.store.js';
import { takeUnanswered } from '../request.store.js';
import { Requests1765000000000 } from './1765000000000-requests.js';
import { InboundQuotes1765000000001 } from './1765000000001-inbound-quotes.js';
import { RefusedMessages1768100000000 } from './1768100000000-refused-messages.js';

// Real: PostgreSQL, with the tables as earlier versions made and filled them.

const NOW = Date.UTC(2026, 0, 5, 3);
const GATEWAY_BEFORE = `
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
  CREATE INDEX request_list ON request (participant, payment_id DESC);
  CREATE INDEX request_due ON request (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX request_debit_ref ON request (debit_ref) WHERE debit_ref IS NOT NULL;
  CREATE INDEX request_credit_ref ON request (credit_ref) WHERE credit_ref IS NOT NULL;`;
const ADAPTER_BEFORE = `
  CREATE TABLE inbound_request (
    payment_id uuid PRIMARY KEY,
    uetr uuid NOT NULL UNIQUE,
    message_id text NOT NULL,
    content_hash text NOT NULL,
    submit json NOT NULL,
    headers json NOT NULL,
    raw bytea NOT NULL,
    received_at timestamptz NOT NULL
  );
  CREATE TABLE inbound_outcome (
    payment_id uuid PRIMARY KEY,
    version integer NOT NULL,
    state text NOT NULL,
    outcome json NOT NULL,
    at timestamptz NOT NULL
  );`;

let test: TestDatabase;
afterEach(() => test.drop());

async function database(name: string, before = ''): Promise<TestDatabase['database']> {
  test = await createTestDatabase(name);
  if (before !== '') await test.database.query(before);
  return test.database;
}

const migrate = (): Promise<unknown> =>
  test.database.openOrm({ migrations: [Requests1765000000000, RefusedMessages1768100000000] });

/** Columns, constraints and indexes of `request`, by name. */
async function shape(): Promise<unknown> {
  const columns = await test.database.query(
    `SELECT column_name, data_type, is_nullable, column_default
     FROM information_schema.columns
     WHERE table_schema = current_schema() AND table_name = 'request'
     ORDER BY column_name`,
  );
  const constraints = await test.database.query(
    `SELECT conname, pg_get_constraintdef(oid) AS definition
     FROM pg_constraint
     WHERE conrelid = 'request'::regclass AND contype <> 'n'
     ORDER BY conname`,
  );
  const indexes = await test.database.query(
    `SELECT indexname, replace(indexdef, current_schema(), 'schema') AS definition
     FROM pg_indexes
     WHERE schemaname = current_schema() AND tablename = 'request'
     ORDER BY indexname`,
  );
  return { columns, constraints, indexes };
}

describe('the table of requests', () => {
  it('has one shape, whatever was there before', async () => {
    await database('requests_new');
    await migrate();
    const made = await shape();
    await test.drop();
    await database('requests_gateway_shape', GATEWAY_BEFORE);
    await migrate();
    expect(await shape()).toEqual(made);
  });

  it('keeps what a gateway had', async () => {
    await database('requests_gateway', GATEWAY_BEFORE);
    const instruction = instructionOf(NOW);
    const { submit, contentHash } = instruction;
    const event = newsOf(submit, 'COMPLETED');
    await test.database.query(
      `INSERT INTO request (payment_id, participant, message_id, content_hash, uetr, channel, raw, submit,
         creditor_shown, received_at, lane, sequence, state, version, event, debit_ref)
       VALUES ($1, 'A', $2, $3, $4, 'rest', 'r', $5, 'Somchai', $6, 'main', 1, 'COMPLETED', 7, $7, 'D1')`,
      [
        submit.paymentId,
        submit.messageId,
        contentHash,
        submit.uetr,
        JSON.stringify(submit),
        submit.receivedAt,
        JSON.stringify(event),
      ],
    );
    await migrate();
    expect(await listRequests(test.database, { sender: 'A', partnerReference: 'D1', limit: 9 })).toEqual([
      {
        paymentId: submit.paymentId,
        sender: 'A',
        messageId: submit.messageId,
        uetr: submit.uetr,
        contentHash,
        dialect: 'rest',
        messageVersion: null,
        submit,
        creditorShown: 'Somchai',
        receivedAt: new Date(NOW),
        news: event,
      },
    ]);
  });

  it('takes over what an adapter had: keys, evidence, outcomes, and what is still open', async () => {
    await database('requests_adapter', ADAPTER_BEFORE);
    const lookup = {
      lookupId: '01890000-0000-7000-8000-000000000000',
      payeeName: 'Phsar Thmey Shop',
      validUntil: new Date(NOW).toISOString(),
    };
    const asked = [0, 1, 2].map((age) => instructionOf(NOW - age * 1_000, { sender: 'THSWITCH', lookup }));
    const [open, ended, held] = asked.map(({ submit }) => submit);
    // The message id of an older one, which nothing forbade then.
    const sameId = instructionOf(NOW + 1, { sender: 'THSWITCH', messageId: open!.messageId }).submit;
    for (const submit of [open!, ended!, held!, sameId]) {
      await test.database.query(
        `INSERT INTO inbound_request VALUES ($1, $2, $3, $4, $5, '{"signature":"s"}', 'raw', $6)`,
        [
          submit.paymentId,
          submit.uetr,
          submit.messageId,
          'ab'.repeat(32),
          JSON.stringify(submit),
          submit.receivedAt,
        ],
      );
    }
    const outcomes = [
      { ...newsOf(ended!, 'COMPLETED'), partnerRef: 'R1' },
      newsOf(held!, 'SCREENING_HOLD', 3),
    ];
    for (const outcome of outcomes) {
      await test.database.query('INSERT INTO inbound_outcome VALUES ($1, $2, $3, $4, $5)', [
        outcome.paymentId,
        outcome.version,
        outcome.state,
        JSON.stringify(outcome),
        outcome.at,
      ]);
    }
    await migrate();
    const rows = await listRequests(test.database, { sender: 'THSWITCH', limit: 9 });
    const of = (submit: { paymentId: string }) => rows.find((row) => row.paymentId === submit.paymentId)!;
    expect(rows).toHaveLength(4);
    expect(of(open!)).toEqual({
      paymentId: open!.paymentId,
      sender: 'THSWITCH',
      messageId: open!.messageId,
      uetr: open!.uetr,
      contentHash: Buffer.alloc(32, 0xab),
      dialect: 'iso20022',
      messageVersion: 'pacs.008.001.08',
      submit: open,
      creditorShown: 'Phsar Thmey Shop',
      receivedAt: new Date(NOW),
      news: null,
    });
    expect(of(ended!).news).toEqual(outcomes[0]);
    expect(of(held!).news).toEqual(outcomes[1]);
    expect(of(sameId)).toMatchObject({ messageId: open!.messageId, creditorShown: 'Somchai' });
    expect(
      await listRequests(test.database, { sender: 'THSWITCH', partnerReference: 'R1', limit: 9 }),
    ).toEqual([of(ended!)]);
    expect(
      await test.database.query(`SELECT raw, headers FROM request WHERE payment_id = $1`, [open!.paymentId]),
    ).toEqual([{ raw: Buffer.from('raw'), headers: { signature: 's' } }]);
    const due = await takeUnanswered(test.database, new Date(NOW + 20_001), { firstMs: 1, maxMs: 1 }, 9);
    expect(new Set(due.map(({ paymentId }) => paymentId))).toEqual(
      new Set([open, held, sameId].map((submit) => submit!.paymentId)),
    );
    expect((await auditRequests(test.database)).every(({ ok }) => ok)).toBe(true);
    await expect(test.database.query('SELECT 1 FROM inbound_request')).rejects.toThrow('does not exist');
  });
});

describe('the table of quotes for payers abroad', () => {
  const quotes = () => test.database.query('SELECT quote_id, body FROM inbound_quote');
  const migrateQuotes = () => test.database.openOrm({ migrations: [InboundQuotes1765000000001] });

  it('is made anew, or is the one that an adapter had', async () => {
    await database('quotes_new');
    await migrateQuotes();
    expect(await quotes()).toEqual([]);
    await test.drop();
    await database(
      'quotes_adapter',
      'CREATE TABLE door_quote (quote_id uuid PRIMARY KEY, body json NOT NULL, expires_at timestamptz NOT NULL)',
    );
    const quoteId = '00000000-0000-4000-8000-000000000001';
    await test.database.query(`INSERT INTO door_quote VALUES ('${quoteId}', '{"a":1}', now())`);
    await migrateQuotes();
    expect(await quotes()).toEqual([{ quote_id: quoteId, body: { a: 1 } }]);
  });
});
