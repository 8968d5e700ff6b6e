// One PostgreSQL server for all medium tests of a run; each test file makes databases of its own in it.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type PostgresServer } from '@tonle/tool-servers';
import { freePort } from '../world/free-port.ts';

declare global {
  var tonleTestPostgres: { readonly server: PostgresServer; readonly folder: string } | undefined;
}

export default async function startTestPostgres(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tonle-postgres-'));
  const server = await startPostgres({
    dataFolder: join(folder, 'data'),
    port: await freePort(),
    password: 'test',
    // Shared memory in its own folder: whoever tidies that of the system does not take it away, and a killed run leaves none.
    settings: { fsync: 'off', dynamic_shared_memory_type: 'mmap' },
  });
  process.env['TONLE_TEST_POSTGRES'] = server.url('postgres');
  globalThis.tonleTestPostgres = { server, folder };
}
