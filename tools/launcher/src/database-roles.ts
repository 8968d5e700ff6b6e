import pg from 'pg';

/** Of clusters that were made before each installation had passwords of its own. */
const FORMER_PASSWORD = 'tonle';
const SUPERUSER = 'tonle';
const WRONG_PASSWORD = '28P01';
const STARTING = '57P03';
const RETRY_MS = 50;

/** A database and the one role that owns it and may connect: no superuser, so it reaches no file and no program. */
export interface DatabaseRole {
  readonly database: string;
  readonly role: string;
  readonly password: string;
}

/**
 * Makes roles and their databases where they are missing, hands over what the superuser owned, and gives the superuser of a
 * former version the password in `url`. Idempotent. `url`: the superuser's, of the database `postgres`.
 */
export async function secureDatabases(url: string, roles: readonly DatabaseRole[]): Promise<void> {
  await asSuperuser(url, 'postgres', async (client) => {
    for (const { database, role, password } of roles) {
      const [name, owner] = [pg.escapeIdentifier(database), pg.escapeIdentifier(role)];
      if (!(await exists(client, 'SELECT 1 FROM pg_roles WHERE rolname = $1', role)))
        await client.query(`CREATE ROLE ${owner}`);
      await client.query(
        `ALTER ROLE ${owner} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
         PASSWORD ${pg.escapeLiteral(password)}`,
      );
      if (!(await exists(client, 'SELECT 1 FROM pg_database WHERE datname = $1', database)))
        await client.query(`CREATE DATABASE ${name}`);
      await client.query(`ALTER DATABASE ${name} OWNER TO ${owner}`);
      await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    }
  });
  for (const { database, role } of roles)
    await asSuperuser(url, database, (client) => handOver(client, role));
}

async function exists(client: pg.Client, question: string, name: string): Promise<boolean> {
  return (await client.query(question, [name])).rows.length > 0;
}

// What belongs to a table (its indexes, sequences, row type) follows it and cannot be given by itself.
const OWNED = `
WITH place AS (
  SELECT oid, nspname, nspowner
  FROM pg_namespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')
SELECT 'SCHEMA ' || quote_ident(nspname) AS thing
FROM place
WHERE nspowner = to_regrole($1)
UNION ALL
SELECT 'TABLE ' || c.oid::regclass
FROM pg_class c
JOIN place ON place.oid = c.relnamespace
WHERE c.relowner = to_regrole($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
  AND NOT EXISTS (
    SELECT 1
    FROM pg_depend
    WHERE objid = c.oid AND classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass
      AND deptype IN ('a', 'i') AND c.relkind = 'S')
UNION ALL
SELECT 'ROUTINE ' || p.oid::regprocedure
FROM pg_proc p
JOIN place ON place.oid = p.pronamespace
WHERE p.proowner = to_regrole($1)
UNION ALL
SELECT 'TYPE ' || t.oid::regtype
FROM pg_type t
JOIN place ON place.oid = t.typnamespace
WHERE t.typowner = to_regrole($1) AND t.typtype IN ('e', 'd', 'r')`;

async function handOver(client: pg.Client, role: string): Promise<void> {
  const { rows } = await client.query<{ thing: string }>(OWNED, [SUPERUSER]);
  for (const { thing } of rows) await client.query(`ALTER ${thing} OWNER TO ${pg.escapeIdentifier(role)}`);
}

/** Connected to a database by the password in `url`, or by the one that former versions had. */
export async function asSuperuser<T>(
  url: string,
  database: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await connected(url, database);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Connects with the password in `url`; a cluster that still has the former one gets that. */
async function connected(url: string, database: string): Promise<pg.Client> {
  const own = new URL(url);
  own.pathname = `/${database}`;
  try {
    return await connect(own.href);
  } catch (error) {
    if ((error as { code?: string }).code !== WRONG_PASSWORD) throw error;
  }
  const former = new URL(own.href);
  former.password = FORMER_PASSWORD;
  const client = await connect(former.href);
  await client.query(
    `ALTER ROLE ${SUPERUSER} PASSWORD ${pg.escapeLiteral(decodeURIComponent(own.password))}`,
  );
  return client;
}

/** Waits for a server that accepts connections and cannot serve them yet. */
async function connect(url: string): Promise<pg.Client> {
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if ((error as { code?: string }).code !== STARTING) throw error;
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
  }
}
