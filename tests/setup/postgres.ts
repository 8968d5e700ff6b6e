// One PostgreSQL server for all medium tests of a run; each test file makes databases of its own in it.
import { mkdtempSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type PostgresServer } from '@tonle/tool-servers';

declare global {
  var tonleTestPostgres: { readonly server: PostgresServer; readonly folder: string } | undefined;
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}

export default async function startTestPostgres(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tonle-postgres-'));
  const server = await startPostgres({
    dataFolder: join(folder, 'data'),
    port: await freePort(),
    password: 'test',
    settings: { fsync: 'off' },
  });
  process.env['TONLE_TEST_POSTGRES'] = server.url('postgres');
  globalThis.tonleTestPostgres = { server, folder };
}
