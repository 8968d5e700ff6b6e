import { rmSync } from 'node:fs';

export default async function stopTestPostgres(): Promise<void> {
  if (globalThis.tonleTestPostgres === undefined) return;
  const { server, folder } = globalThis.tonleTestPostgres;
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
