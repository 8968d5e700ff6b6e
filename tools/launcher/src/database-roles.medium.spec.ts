import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeSandboxCertificates } from '@tonle/security';
import { mayHoldSocket, postgresUrl, startPostgres, type PostgresServer } from '@tonle/tool-servers';
import pg from 'pg';
import { freePort } from '../../../tests/world/free-port.js';
import { until } from '../../../tests/world/until.js';
import { secureDatabases } from './database-roles.js';

// Real: PostgreSQL as earlier versions made it, one superuser with a known password for all, taken over by this one.

const folder = mkdtempSync(join(tmpdir(), 'tonle-roles-'));
const certificate = (name: string) => join(folder, 'pki', name);
const tls = {
  authority: certificate('ca.crt'),
  certificate: certificate('postgres.crt'),
  key: certificate('postgres.key'),
};
const secured = `?sslmode=verify-full&sslrootcert=${tls.authority}`;
const ROLE = { database: 'tonle_fx', role: 'tonle_fx', password: 'of-fx' };
const OTHER = { database: 'tonle_routing', role: 'tonle_routing', password: 'of-routing' };
let port: number;
let server: PostgresServer;

const url = (user: string, password: string, database: string, query = secured) =>
  `postgres://${user}:${password}@127.0.0.1:${port}/${database}${query}`;
async function ask(connection: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: connection });
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
const asFx = (statement: string) => ask(url('tonle_fx', 'of-fx', 'tonle_fx'), statement);

/** What a service of an earlier version had made, and pg-boss beside it. */
const FORMER = `
  CREATE SCHEMA fx;
  CREATE TYPE fx.state AS ENUM ('open', 'used');
  CREATE TABLE fx.quote (id serial PRIMARY KEY, n bigint GENERATED ALWAYS AS IDENTITY, state fx.state);
  CREATE TABLE fx.part (day date NOT NULL) PARTITION BY RANGE (day);
  CREATE VIEW fx.open AS SELECT id FROM fx.quote;
  CREATE SEQUENCE fx.alone;
  CREATE FUNCTION fx.one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
  INSERT INTO fx.quote (state) VALUES ('open')`;

beforeAll(async () => {
  port = await freePort();
  await makeSandboxCertificates(join(folder, 'pki'), ['postgres']);
  const options = { dataFolder: join(folder, 'data'), port };
  const before = await startPostgres({ ...options, password: 'tonle' });
  await untilUp(before.url('postgres'));
  await ask(before.url('postgres'), 'CREATE DATABASE tonle_fx');
  await ask(before.url('tonle_fx'), FORMER);
  await before.stop();
  server = await startPostgres({ ...options, password: 'fresh', tls });
  await secureDatabases(url('tonle', 'fresh', 'postgres'), [ROLE, OTHER]);
  await secureDatabases(url('tonle', 'fresh', 'postgres'), [ROLE, OTHER]);
}, 120_000);
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a database of an earlier version', () => {
  it('lets nobody in by the password that all had, nor without TLS, nor with that of another database', async () => {
    await expect(ask(url('tonle', 'tonle', 'postgres'), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    await expect(ask(url('tonle_fx', 'of-fx', 'tonle_fx', ''), 'SELECT 1')).rejects.toMatchObject({
      code: '28000',
    });
    await expect(ask(url('tonle_fx', 'of-fx', 'tonle_routing'), 'SELECT 1')).rejects.toMatchObject({
      code: '42501',
    });
    expect(await asFx('SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()')).toEqual([
      { version: 'TLSv1.3' },
    ]);
  });

  it('belongs to its service, which reads, writes and changes its tables', async () => {
    await asFx(`
        INSERT INTO fx.quote (state) VALUES ('used');
        ALTER TABLE fx.quote ADD COLUMN note text;
        ALTER TYPE fx.state ADD VALUE 'late';
        CREATE OR REPLACE FUNCTION fx.one() RETURNS integer LANGUAGE sql AS 'SELECT 2';
        CREATE TABLE fx.part_1 PARTITION OF fx.part FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
        ALTER SEQUENCE fx.alone RESTART;
        DROP VIEW fx.open;
        CREATE SCHEMA pgboss`);
    expect(await asFx('SELECT id, n, fx.one() AS one FROM fx.quote ORDER BY id')).toEqual([
      { id: 1, n: '1', one: 2 },
      { id: 2, n: '2', one: 2 },
    ]);
  });

  it.each([
    ["COPY fx.part FROM PROGRAM 'id'"],
    ["COPY (SELECT 1) TO PROGRAM 'id'"],
    ["COPY fx.part FROM '/etc/passwd'"],
    ["SELECT pg_read_file('/etc/passwd')"],
    ["SELECT lo_import('/etc/passwd')"],
    ['CREATE EXTENSION plpython3u'],
    ['ALTER ROLE tonle_fx SUPERUSER'],
    ["ALTER ROLE tonle PASSWORD 'mine'"],
    ['SET ROLE tonle'],
    ['CREATE ROLE mine'],
    ['CREATE DATABASE mine'],
    ["ALTER SYSTEM SET archive_command = 'id'"],
    ["LOAD '/etc/passwd'"],
  ])('has no way out of the database: %s', async (statement) => {
    await expect(asFx(statement)).rejects.toMatchObject({
      code: expect.stringMatching(/^(42501|0A000|58P01|55P02)$/),
    });
  });
});

async function untilUp(connection: string): Promise<void> {
  await until('the server to answer', () => ask(connection, 'SELECT 1'));
}

it('is reached by a socket file alone, with a password, when it has a folder for one', async () => {
  const [home, free] = [mkdtempSync(join(tmpdir(), 'tonle-socket-')), await freePort()];
  const inHome = await startPostgres({
    dataFolder: join(home, 'data'),
    port: free,
    password: 'fresh',
    socketFolder: home,
  });
  const to = { user: 'tonle', database: 'postgres', port: free };
  const address = 'SELECT inet_server_addr() AS address';
  try {
    const bySocket = postgresUrl({ ...to, password: 'fresh', socketFolder: home });
    await untilUp(bySocket);
    expect(await ask(bySocket, address)).toEqual([{ address: null }]);
    expect(inHome.url('postgres')).toBe(bySocket);
    const guessed = postgresUrl({ ...to, password: 'tonle', socketFolder: home });
    await expect(ask(guessed, address)).rejects.toMatchObject({ code: '28P01' });
    await expect(ask(postgresUrl({ ...to, password: 'fresh' }), address)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    expect(statSync(join(home, `.s.PGSQL.${free}`)).mode & 0o777).toBe(0o600);
  } finally {
    await inHome.stop();
    rmSync(home, { recursive: true, force: true });
  }
});

it('has a port where the path of a socket file would be too long', () => {
  expect(mayHoldSocket('/home/someone/.tonle', 7440)).toBe(true);
  expect(mayHoldSocket(`/${'long/'.repeat(20)}`, 7440)).toBe(false);
});
